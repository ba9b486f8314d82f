import Foundation
import Testing

/// `cdnotify check`.
@Suite struct CheckTests {
  private func lines(_ run: Run) throws -> [String] {
    try run.json().array.map {
      "\($0["check"].string ?? "") \($0["subject"].string ?? ""): \($0["result"].string ?? "") "
        + ($0["answer"].string ?? "")
    }
  }

  @Test("A host with everything it needs passes each check") func complete() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      let topic = try await world.aws.topic("announcements")
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook",
        "--channel", "newrelic,application_name=X,base_url=\(world.sink.url)",
        "--channel", "sns,topic_arn=\(topic)")
      let run = try await world.cdnotify("check", "--json")
      #expect(run.status == 0)
      #expect(
        try lines(run) == [
          "store \(world.path("store.db")): ok 1 registration",
          "credentials us-east-1: ok arn:aws:iam::123456789012:user/peer",
          "codedeploy us-east-1: ok codedeploy:ListDeployments is allowed",
          "codedeploy us-east-1: ok codedeploy:BatchGetDeployments is allowed",
          "codedeploy us-east-1: ok 1 application is there",
          "listing us-east-1: note deployments have never been read completely: run \"cdnotify "
            + "poll\", from cron or a timer",
          "channel checkout webhook: ok its settings and secrets are complete; only \"cdnotify "
            + "test-channel\" shows, by sending, whether it can be reached",
          "channel checkout newrelic: ok its settings and secrets are complete; only \"cdnotify "
            + "test-channel\" shows, by sending, whether it can be reached",
          "channel checkout sns: ok its settings and secrets are complete; only \"cdnotify "
            + "test-channel\" shows, by sending, whether sns:Publish is allowed",
        ])
      #expect(try await world.sink.requests("/").isEmpty, "nothing is sent")
      #expect(try await world.aws.published(to: topic).isEmpty)
      let text = try await world.cdnotify("check")
      #expect(text.output.split(separator: "\n").count == 9)
      #expect(try await world.cdnotify("check", "--quiet").output == "")
    }
  }

  @Test("On a new host check makes the store and looks for credentials")
  func newHost() async throws {
    try await World.with { world in
      let run = try await world.cdnotify("check", "--json")
      #expect(run.status == 0)
      #expect(
        try lines(run) == [
          "store \(world.path("store.db")): ok 0 registrations",
          "credentials us-east-1: ok arn:aws:iam::123456789012:user/peer",
        ])
      #expect(FileManager.default.fileExists(atPath: world.path("store.db")), "check makes it")
      let lost = try await world.cdnotify(
        "check", changes: ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""])
      #expect(lost.status == 1)
      #expect(lost.error == "", "results go to standard output, all of them")
      #expect(lost.output.contains("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"))
      let create = try await world.cdnotify("check", "--create-table")
      #expect(create.status == 64)
      #expect(create.error.contains("--create-table is for a DynamoDB table"))
    }
  }

  @Test("Everything that is missing is reported at once") func everythingMissing() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      let secret = try world.write("whsec_c2VjcmV0\n", to: "secret")
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook,secret=env:NOPE",
        "--channel", "webhook,name=file,url=\(world.sink.url)/hook,secret=file:\(secret)")
      try await world.cdnotify(
        "register", "--no-verify", "chekout", "--channel", "webhook,url=http://example.com/hook")
      try await world.aws.deny(#"{"deny": ["codedeploy:BatchGetDeployments"]}"#)
      try FileManager.default.removeItem(atPath: secret)
      let run = try await world.cdnotify("check", "--json")
      #expect(run.status == 1)
      let lines = try lines(run).dropFirst(3)
      let expected = [
        "codedeploy us-east-1: failed AWS denies codedeploy BatchGetDeployments in us-east-1",
        "codedeploy us-east-1: failed no application \"chekout\": check the name and the region",
        "listing us-east-1: note deployments have never been read completely",
        "channel checkout webhook: failed secret: env:NOPE is not set in the environment",
        "channel checkout file: failed secret: file:\(secret) can't be read",
        "channel chekout webhook: note url is plain http",
      ]
      #expect(lines.count == expected.count)
      for (line, beginning) in zip(lines, expected) {
        #expect(line.hasPrefix(beginning), "\(line)")
      }
      #expect(try await world.sink.requests("/").isEmpty)
    }
  }

  @Test("An optional permission that is denied causes only a note")
  func optionalPermissions() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"], groups: ["prod", "staging"])
      try await world.cdnotify(
        "register", "checkout", "--channel",
        "email,host=127.0.0.1,security=none,to=deployer,"
          + "from=ci@example.com,deployer_fallback=duty@example.com")
      let allowed = try await world.cdnotify("check", "--json")
      #expect(
        try lines(allowed).contains(
          "cloudtrail us-east-1: ok cloudtrail:LookupEvents is allowed, for to=deployer"))

      try await world.aws.deny(#"{"deny": ["codedeploy:ListDeployments"], "account_wide": true}"#)
      try await world.aws.deny(
        #"{"deny": ["codedeploy:ListDeploymentTargets", "cloudtrail:LookupEvents"]}"#)
      let run = try await world.cdnotify("check", "--json")
      #expect(run.status == 0, "\(run.error)")
      let notes = try lines(run).filter { $0.contains(": note ") && !$0.hasPrefix("listing") }
      #expect(notes.count == 3, "\(notes)")
      #expect(
        notes.contains { $0.contains("ListDeployments is allowed for some deployment groups only") }
      )
      #expect(notes.contains { $0.contains("ListDeploymentTargets is not allowed") })
      #expect(notes.contains { $0.contains("cloudtrail:LookupEvents is not allowed") })

      try await world.aws.deny(#"{"deny": ["codedeploy:List*"]}"#)
      let denied = try await world.cdnotify("check")
      #expect(denied.status == 1)
      #expect(denied.output.contains("codedeploy:ListDeployments"), "\(denied.output)")
    }
  }

  @Test("A store whose folder is missing fails the check, with what to do")
  func missingFolder() async throws {
    try await World.with { world in
      let missing = try await world.cdnotify("check", "--store", world.path("no/store.db"))
      #expect(missing.status == 1)
      #expect(missing.output.contains("\(world.path("no")) does not exist: create it"))
      #expect(missing.error == "")
    }
  }

  @Test(
    "A store that can't be written fails the check, with the reason",
    .enabled(if: OtherUser.isAvailable, "needs root"))
  func unwritableStore() async throws {
    try await World.with { world in
      let theirs = try await world.asOtherUser()
      try await theirs.cdnotify("check")
      let path = theirs.path("store.db")
      try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: path)
      let run = try await theirs.cdnotify("check")
      #expect(run.status == 1)
      #expect(run.output.hasPrefix("FAILED  store        \(path)"), "\(run.output)")
      #expect(run.output.contains("can't be read and written by this user"), "\(run.output)")
    }
  }

  @Test("Pending notifications are counted, and check doesn't advise to run itself")
  func pending() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout")
      try await world.sink.script("/hook", #""status": 503"#)
      #expect(try await world.cdnotify("poll").status == 75)
      let check = try await world.cdnotify(
        "check", changes: ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""])
      #expect(check.status == 1)
      #expect(check.output.contains("  1 registration, 1 notification pending\n"))
      #expect(check.output.contains("Environment: AWS_ACCESS_KEY_ID is not set."))
      #expect(!check.output.contains("\"cdnotify check\""))
    }
  }

  @Test("Notifications that were given up fail the check until others are sent")
  func givenUp() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout", #""count": 2, "create_time": 0"#)
      try await world.sink.script("/hook", #""status": 400"#)
      #expect(try await world.cdnotify("poll").status == 1)
      let failing = try await world.cdnotify("check", "--json")
      #expect(failing.status == 1)
      let said = try lines(failing)
      #expect(
        said.contains(
          "delivery checkout webhook: failed 2 notifications were given up, and nothing has been "
            + "sent since: fix the channel; \"cdnotify history checkout\" shows why, and "
            + "\"cdnotify retry --application checkout\" makes pending again what failed"),
        "\(said)")

      // A recovered channel is only worth a note.
      try await world.sink.clearScripts()
      try await world.aws.deploy("checkout", #""create_time": 0"#)
      #expect(try await world.cdnotify("poll").status == 0)
      let works = try await world.cdnotify("check", "--json")
      #expect(works.status == 0)
      #expect(
        try lines(works).contains {
          $0.hasPrefix(
            "delivery checkout webhook: note 2 notifications were given up, but others")
        })
    }
  }

  @Test("A last listing of long ago causes a note") func lastListing() async throws {
    try await World.with { world in
      try await world.cdnotify(
        "register", "checkout", "--no-verify", "--channel", "webhook,url=\(world.sink.url)/hook")
      #expect(try await world.cdnotify("poll").status == 0)
      let read = "deployments were last read completely "
      let young = try lines(try await world.cdnotify("check", "--json"))
      #expect(young.contains { $0.hasPrefix("listing us-east-1: ok \(read)") }, "\(young)")
      try await world.sql("UPDATE scope SET mark = 1000")
      let old = try lines(try await world.cdnotify("check", "--json"))
      #expect(
        old.contains {
          $0.hasPrefix("listing us-east-1: note \(read)") && $0.contains(" ago: check that")
        }, "\(old)")
    }
  }

  @Test("A table is made and described", arguments: [StorePlace.moto, .ministack])
  func table(_ place: StorePlace) async throws {
    try await World.with { world in
      var world = world
      world.table = try Table("cdnotify", on: place)
      for command in [["poll"], ["list"], ["history"], ["retry", "--all"], ["export"]] {
        let run = try await world.cdnotify(command)
        #expect(run.status == 69, "\(command)")
        #expect(run.error.contains("create it with \"cdnotify check --create-table\""))
      }
      let missing = try await world.cdnotify("check", "--json")
      #expect(missing.status == 1)
      #expect(
        try lines(missing)[0] == "store dynamodb:cdnotify: failed there is no such table; create "
          + "it with \"cdnotify check --create-table\"")
      for said in ["the table was created", "the table already exists"] {
        let made = try await world.cdnotify("check", "--create-table", "--json")
        #expect(made.status == 0)
        #expect(try lines(made)[0] == "store dynamodb:cdnotify: ok \(said)")
      }
      let run = try await world.cdnotify("check", "--json")
      #expect(run.status == 0)
      #expect(
        try lines(run).filter { $0.hasPrefix("store") } == [
          "store dynamodb:cdnotify: note point-in-time recovery is off; with it the table can be "
            + "restored to any moment of the last 35 days",
          "store dynamodb:cdnotify: ok 0 registrations",
        ])
    }
  }
}
