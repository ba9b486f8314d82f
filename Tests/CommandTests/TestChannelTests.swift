import Foundation
import Testing

/// `test-channel`: what it sends, where it finds channels, and what it doesn't touch.
@Suite struct TestChannelTests {
  /// The body that a webhook gets of a sample.
  private func sample(_ world: World, _ event: String) async throws -> JSON {
    let run = try await world.cdnotify(
      "test-channel", "--channel", "webhook,url=\(world.sink.url)/\(event)", "--event", event)
    try #require(run.status == 0, "\(run.error)")
    return try await world.sink.bodies("/\(event)")[0]
  }

  @Test(
    "Each sample looks like its event, and says that it is a test",
    arguments: [
      ("started", "started", "InProgress"), ("ready", "ready", "Ready"),
      ("succeeded", "succeeded", "Succeeded"), ("failed", "failed", "Failed"),
      ("stopped", "stopped", "Stopped"), ("rollback", "succeeded", "Succeeded"),
    ])
  func samples(name: String, event: String, status: String) async throws {
    try await World.with { world in
      let body = try await sample(world, name)
      #expect(body["event"].string == event)
      #expect(body["status"].string == status)
      #expect(body["id"].string?.hasPrefix("cdn_test_") == true)
      #expect(
        body["description"].string == "A test of this channel by cdnotify: nothing was deployed.")
      #expect((body["completed_at"] == .null) == ["started", "ready"].contains(name))
      #expect(body["console_url"] == .null)

      let failure = body["failure"]
      #expect((failure == .null) == (name != "failed"))
      if name == "failed" {
        #expect(failure["lifecycle_event"].string == "ApplicationStart")
        #expect(failure["script"].string == "scripts/start.sh")
        #expect(failure["log_tail"].string?.contains("this is a test") == true)
        #expect(body["error"]["code"].string == "HEALTH_CONSTRAINTS")
      }
      #expect((body["rollback"] == .null) == (name != "rollback"))
      if name == "rollback" {
        #expect(body["creator"].string == "codeDeployRollback")
        #expect(body["rollback"]["triggered_by"].string == "d-TEST00000")
        #expect(body["deployment_id"].string == "d-TEST00001")
      }
    }
  }

  @Test("The title says that it is a test, even where a template makes it")
  func title() async throws {
    try await World.with { world in
      let script = try world.script("show", #"echo "$CDNOTIFY_TITLE""#)
      let plain = try await world.cdnotify(
        "test-channel", "--event", "rollback", "--channel", "exec,command=\(script)")
      #expect(
        plain.output
          == "ok      exec  Test: checkout 0000000: rollback to test succeeded in 3m 12s\n")
      let custom = try await world.cdnotify(
        "test-channel", "--event", "stopped", "--channel",
        "exec,command=\(script),title={{application}} {{status}}")
      #expect(custom.output == "ok      exec  Test: checkout Stopped\n")
    }
  }

  @Test("A SPEC is tested without an application, a store or AWS") func specAlone() async throws {
    try await World.with { world in
      // Nothing leads to AWS, and the AWS settings are wrong.
      let changes = [
        "AWS_ENDPOINT_URL": "", "AWS_REGION": "", "AWS_ACCESS_KEY_ID": "",
        "AWS_SECRET_ACCESS_KEY": "", "AWS_PROFILE": "no-such-profile", "CDNOTIFY_STORE": "",
        "XDG_STATE_HOME": world.path("state"), "HOOK_SECRET": "hush",
      ]
      try await world.sink.webhookSecret("/hook", "hush")
      let run = try await world.cdnotify(
        "test-channel", "--channel", "webhook,url=\(world.sink.url)/hook,secret=env:HOOK_SECRET",
        changes: changes)
      #expect(run.status == 0, "\(run.error)")
      #expect(run.output.hasPrefix("ok      webhook  20"))
      #expect(try await world.aws.requests().isEmpty)
      #expect(!FileManager.default.fileExists(atPath: world.path("state")))
      #expect(!FileManager.default.fileExists(atPath: world.path("store.db")))

      // A channel that needs AWS reports that.
      let needy = try await world.cdnotify(
        "test-channel", "--channel", "webhook,url=\(world.sink.url)/hook,secret=ssm:/hook",
        changes: changes.merging(["AWS_PROFILE": ""]) { $1 })
      #expect(needy.status == 1)
      #expect(
        needy.error.contains("secret: ssm:/hook needs a region; set AWS_REGION"), "\(needy.error)")
    }
  }

  @Test("A sample has the account that a poll found out") func account() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout")
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.cdnotify("test-channel", "checkout").status == 0)
      let account = "123456789012"
      #expect(
        try await world.sink.bodies("/hook").map { $0["account_id"].string } == [account, account])
    }
  }

  @Test("A SPEC can be tested for an application, in its region and in place of its channels")
  func specOfApplication() async throws {
    try await World.with { world in
      try await world.cdnotify(
        "register", "checkout", "--no-verify", "--region", "eu-west-1", "--channel",
        "webhook,url=\(world.sink.url)/registered")
      let run = try await world.cdnotify(
        "test-channel", "checkout", "--json", "--channel",
        "webhook,name=new,url=\(world.sink.url)/new")
      #expect(run.status == 0)
      #expect(try run.json().array.map { $0["channel"].string } == ["new"])
      let sent = try await world.sink.bodies("/new")
      #expect(sent.map { $0["application"].string } == ["checkout"])
      #expect(sent.map { $0["region"].string } == ["eu-west-1"])
      #expect(try await world.sink.requests("/registered").isEmpty)
    }
  }

  @Test("Testing a channel leaves the store as it is") func unchangedStore() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,name=good,url=\(world.sink.url)/good",
        "--channel", "webhook,name=bad,url=\(world.sink.url)/bad")
      try await world.sink.script("/bad", #""status": 410, "body": "gone""#)
      // The ledger has an entry, and everything is in one file.
      try await world.aws.deploy("checkout")
      try await world.cdnotify("poll")
      try await world.sql("PRAGMA wal_checkpoint(TRUNCATE)")
      let before = try Data(contentsOf: URL(fileURLWithPath: world.path("store.db")))
      let history = try await world.cdnotify("history", "--json").output

      let run = try await world.cdnotify("test-channel", "checkout")
      #expect(run.status == 1)
      #expect(run.output.hasPrefix("ok      good  "))
      #expect(run.error.hasPrefix("FAILED  bad  ") && run.error.contains("gone"), "\(run.error)")
      let one = try await world.cdnotify("test-channel", "checkout", "good", "--event", "failed")
      #expect(one.status == 0)
      #expect(try Data(contentsOf: URL(fileURLWithPath: world.path("store.db"))) == before)
      #expect(try await world.cdnotify("history", "--json").output == history)
    }
  }

  @Test("Testing a channel of an unknown application makes no store")
  func unknownApplication() async throws {
    try await World.with { world in
      let none = try await world.cdnotify("test-channel", "nope")
      #expect(none.status == 74)
      #expect(none.error.contains("there is no store"))
      #expect(!FileManager.default.fileExists(atPath: world.path("store.db")))
      try await world.cdnotify("check")
      let run = try await world.cdnotify("test-channel", "nope")
      #expect(run.status == 66)
      #expect(run.error == "cdnotify: no application \"nope\" is registered\n")
    }
  }

  @Test("A command that is being tested ends when the test is interrupted")
  func interrupted() async throws {
    try await World.with { world in
      let script = try world.script(
        "hang", "trap '' TERM; sleep 600 & echo $! > pid.new; mv pid.new pid; wait")
      let command = try world.start(["test-channel", "--channel", "exec,command=\(script)"])
      for _ in 0..<3000 where !FileManager.default.fileExists(atPath: world.path("pid")) {
        try await Task.sleep(for: .milliseconds(10))
      }
      command.signal(SIGINT)
      let run = await command.end()
      #expect(run.status == 1)
      #expect(run.error == "FAILED  exec  it was interrupted\n")
      #expect(await world.isGone(try world.lines("pid")[0]))
    }
  }
}
