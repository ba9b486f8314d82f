import Foundation
import Testing

/// What is printed, and what must never be.
@Suite struct OutputTests {
  @Test("Registering what list prints changes nothing") func listRoundTrip() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout", "search"])
      try await world.cdnotify(
        "register", "checkout", "--group", "prod", "--on", "failed,stopped", "--channel",
        "webhook,url=https://localhost:1/,secret=whsec_c2VjcmV0,header.X-Key=abc", "--channel",
        "newrelic,application_name=Checkout \"API\",api_key=file:/etc/key")
      try await world.cdnotify(
        "register", "search", "--channel",
        "sns,topic_arn=arn:aws:sns:us-east-1:123456789012:t,subject=\"a, b\"")
      let listed = try await world.cdnotify("list", "--json")
      let again = try await world.cdnotify("register", "--file", "-", input: listed.output)
      #expect(again.status == 0, "\(again.error)")
      #expect(again.output == "2 registrations stay as they are.\n")
      #expect(try await world.cdnotify("list", "--json").output == listed.output)
    }
  }

  @Test("No command prints a secret") func noSecrets() async throws {
    try await World.with { world in
      let secrets = [
        "whsec_SGVsbG9TZWNyZXQ=", "header-Secret-42", "NRAK-LITERALLITERAL", AWSPeer.secretKey,
      ]
      try await world.aws.applications(["checkout"])
      var printed = ""
      func run(_ arguments: String...) async throws {
        let run = try await world.cdnotify(arguments)
        printed += run.output + run.error
      }
      try await run(
        "register", "checkout", "--channel",
        "webhook,url=\(world.sink.url)/hook,secret=\(secrets[0]),header.X-Token=\(secrets[1])",
        "--channel", "newrelic,application_name=X,api_key=\(secrets[2]),base_url=\(world.sink.url)")
      try await run(
        "register", "checkout", "--channel", "webhook,name=bad,secret=\(secrets[0])")
      try await run(
        "register", "checkout", "--channel",
        "webhook,name=bad,secret=whsec_%%\(secrets[1]),url=https://localhost:1/")
      try await world.aws.deploy("checkout")
      // A provider that repeats the request.
      try await world.sink.script(
        "/hook", #""status": 400, "body": "bad signature with \#(secrets[0]) \#(secrets[1])""#)
      try await run("poll", "--verbose", "--json")
      try await run("history")
      try await run("history", "--json")
      try await run("list")
      try await run("list", "--json")
      try await run("test-channel", "checkout")
      try await run("poll", "--verbose", "--deployment", "d-NOSUCH000")
      #expect(printed.contains("********"))
      for secret in secrets { #expect(!printed.contains(secret), "\(printed)") }
    }
  }

  @Test("Control characters in external text reach no terminal")
  func controlCharacters() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy(
        "checkout",
        #""revision": {"revisionType": "S3", "s3Location": {"bucket": "b", "key": "a\u001b[2Jb\r\nc.zip", "bundleType": "zip"}}"#
      )
      try await world.sink.script("/hook", #""status": 400, "body": "\u001b[31mred\u0007""#)
      let poll = try await world.cdnotify("poll")
      let history = try await world.cdnotify("history")
      #expect(!(poll.error + history.output).contains("\u{1b}"))
      #expect(!(poll.error + history.output).contains("\u{7}"))
      #expect(history.output.split(separator: "\n").count == 2)
    }
  }

  @Test("A dry run says what would be sent where, and does nothing") func dryRun() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--group", "prod", "--channel",
        "webhook,url=\(world.sink.url)/hook")
      let id = try await world.aws.deploy("checkout")[0]
      let other = try await world.aws.deploy("checkout", #""group": "staging""#)[0]
      for _ in 0..<2 {
        let dry = try await world.cdnotify("poll", "--dry-run", "--json")
        #expect(dry.status == 0)
        let planned = try dry.json()["notifications"].array
        #expect(planned.count == 2)
        for (deployment, outcome) in [(id, "planned"), (other, "skipped")] {
          let line = planned.first { $0["deployment_id"].string == deployment }
          #expect(line?["outcome"].string == outcome)
        }
      }
      let text = try await world.cdnotify("poll", "--dry-run")
      #expect(text.output.contains("would send  checkout/prod \(id)  succeeded → webhook"))
      #expect(try await world.sink.requests("/hook").isEmpty)
      #expect(try await world.cdnotify("history", "--json").output == "[]\n")
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/hook").count == 1)
    }
  }

  @Test("A poll's JSON report has the documented keys") func reportKeys() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout")
      let report = try await world.cdnotify("poll", "--json").json()
      #expect(
        report.keys == [
          "started_at", "duration_ms", "scopes", "deployments", "notifications", "pending",
        ])
      #expect(
        report["scopes"][0].keys == [
          "account_id", "region", "role_arn", "requests", "complete", "error",
        ])
      #expect(report["deployments"].keys == ["new", "in_flight"])
      #expect(
        report["notifications"][0].keys == [
          "id", "application", "deployment_group", "deployment_id", "event", "channel", "outcome",
          "reason", "attempts", "next_attempt_at",
        ])
    }
  }

  @Test("The answers of providers are shown by test-channel") func providerAnswers() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook", "--channel",
        "webhook,name=bad,url=\(world.sink.url)/bad")
      try await world.sink.script("/bad", #""status": 410, "body": "gone""#)
      let run = try await world.cdnotify("test-channel", "checkout", "--json", "--event", "failed")
      #expect(run.status == 1)
      let answers = try run.json()
      #expect(answers.array.map { $0["ok"].bool } == [true, false])
      #expect(answers[0].keys == ["channel", "type", "ok", "answer"])
      #expect(answers[1]["answer"].string?.contains("gone") == true)
      #expect(try await world.sink.bodies("/hook").map { $0["event"].string } == ["failed"])
      #expect(
        try await world.cdnotify(
          "test-channel", "--channel", "webhook,url=\(world.sink.url)/spec"
        ).status == 0)
      #expect(try await world.sink.requests("/spec").count == 1)
      #expect(try await world.cdnotify("history", "--json").output == "[]\n")
    }
  }
}
