import Foundation
import Testing

/// A failing channel doesn't affect others, and nothing is lost.
@Suite struct ChannelTroubleTests {
  private func register(_ world: World, _ channels: String...) async throws {
    try await world.aws.applications(["checkout"])
    let options = channels.flatMap { ["--channel", $0] }
    #expect(try await world.cdnotify(["register", "checkout"] + options).status == 0)
  }

  @Test("Suggested commands can be copied, whatever an application's name") func quoted()
    async throws
  {
    try await World.with { world in
      let name = "b c & d #1"
      try await world.aws.applications([name])
      let url = "url=\(world.sink.url)/gone"
      #expect(
        try await world.cdnotify("register", name, "--channel", "webhook,\(url)").status == 0)
      try await world.aws.deploy(name)
      try await world.sink.script("/gone", #""status": 410"#)
      let poll = try await world.cdnotify("poll")
      #expect(poll.status == 1)
      let command = #"cdnotify retry --application 'b c & d #1'"#
      #expect(poll.error.contains("Fix the cause, then \"\(command)\"."), "\(poll.error)")
      #expect(poll.error.contains("unregister the channel, or give it another url"))
      #expect(try await world.cdnotify("check").output.contains("\"\(command)\""))
      let test = try await world.cdnotify("test-channel", "--channel", "webhook,\(url)")
      #expect(test.status == 1 && !test.error.contains("checkout'"), "\(test.error)")
    }
  }

  @Test("A channel that doesn't answer delays no other channel") func hanging() async throws {
    try await World.with { world in
      try await register(
        world, "webhook,name=slow,url=\(world.sink.url)/slow",
        "webhook,name=fast,url=\(world.sink.url)/fast")
      try await world.aws.deploy("checkout")
      try await world.sink.script("/slow", #""hang": 60"#)
      let poll = try await world.cdnotify("poll", "--json", "--deadline", "2s")
      #expect(poll.status == 75)
      let outcomes = try poll.json()["notifications"].array
      #expect(outcomes.map { $0["channel"].string } == ["fast", "slow"])
      #expect(outcomes.map { $0["outcome"].string } == ["sent", "retrying"])
      #expect(try poll.json()["pending"].int == 1)
      #expect(poll.error.contains("\"succeeded\" to slow could not be sent yet: "), "\(poll.error)")
    }
  }

  /// An answer that never ends, sent a byte at a time, keeps a connection busy without a pause.
  @Test("A channel that answers byte by byte delays no other channel")
  func dripping() async throws {
    try await World.with { world in
      let trust = ["CURL_CA_BUNDLE": world.sink.caFile]
      try await register(
        world, "webhook,name=slow,url=\(world.sink.url)/slow",
        "webhook,name=fast,url=\(world.sink.httpsURL)/fast")
      let count = 12
      try await world.aws.deploy("checkout", #""count": \#(count)"#)
      try await world.sink.script(
        "/slow",
        #""drip": {"bytes": 1, "every": 0.2}, "body": "\#(String(repeating: "x", count: 5000))""#)
      let poll = try await world.cdnotify(
        ["poll", "--json", "--deadline", "4s"], changes: trust)
      #expect(poll.status == 75)
      let outcomes = try poll.json()["notifications"].array
      func results(of channel: String) -> [String?] {
        outcomes.filter { $0["channel"].string == channel }.map { $0["outcome"].string }
      }
      #expect(results(of: "fast") == Array(repeating: "sent", count: count))
      // Notifications behind the slow ones were never started, and are in no report.
      #expect(!results(of: "slow").isEmpty)
      #expect(results(of: "slow").allSatisfy { $0 == "retrying" })
      #expect(try poll.json()["pending"].int == count)

      try await world.sink.clearScripts()
      try await world.sql("UPDATE notification SET next_attempt_at = 1 WHERE state = 'pending'")
      #expect(try await world.cdnotify(["poll"], changes: trust).status == 0)
      #expect(try await world.sink.requests("/fast").count == count)
      let ids = try await world.sink.bodies("/slow").map { $0["id"].string }
      #expect(Set(ids).count == count)
    }
  }

  @Test("A refused notification is given up, and the receiver's reason is shown")
  func refused() async throws {
    try await World.with { world in
      try await register(world, "webhook,url=\(world.sink.url)/hook")
      let id = try await world.aws.deploy("checkout")[0]
      try await world.sink.script("/hook", #""status": 404, "body": "no such hook""#)
      let poll = try await world.cdnotify("poll")
      #expect(poll.status == 1)
      #expect(poll.output == "")
      #expect(
        poll.error.hasPrefix(
          "cdnotify: checkout \(id): \"succeeded\" to webhook was not sent and won't be tried again: "
        ))
      #expect(poll.error.contains("no such hook"))
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/hook").count == 1)
      let line = try await world.cdnotify("history", "--json").json()[0]["notifications"][0]
      #expect(line["state"].string == "failed")
      #expect(line["attempts"].int == 1)
    }
  }

  @Test("A notification that gets a 503 is tried again under the same id")
  func retried() async throws {
    try await World.with { world in
      try await register(world, "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout")
      try await world.sink.script("/hook", count: 2, #""status": 503"#)
      let poll = try await world.cdnotify("poll", "--json")
      #expect(poll.status == 0)
      let outcome = try poll.json()["notifications"][0]
      #expect(outcome["outcome"].string == "sent")
      #expect(outcome["attempts"].int == 3)
      let ids = try await world.sink.bodies("/hook").map { $0["id"].string }
      #expect(ids.count == 3)
      #expect(Set(ids).count == 1)
    }
  }

  @Test("A New Relic channel fails where its name fits no entity or several")
  func entityNames() async throws {
    try await World.with { world in
      try await world.sink.newRelic(
        #"{"entities": [{"guid": "A", "name": "Twin"}, {"guid": "B", "name": "Twin", "accountId": 2}]}"#
      )
      try await register(
        world, "newrelic,name=none,application_name=Nobody,base_url=\(world.sink.url)",
        "newrelic,name=twin,application_name=Twin,base_url=\(world.sink.url)")
      try await world.aws.deploy("checkout")
      let poll = try await world.cdnotify("poll", "--json")
      #expect(poll.status == 1)
      let outcomes = try poll.json()["notifications"].array
      #expect(outcomes.map { $0["outcome"].string } == ["failed", "failed"])
      #expect(outcomes[0]["reason"].string?.contains("Nobody") == true)
      #expect(outcomes[1]["reason"].string?.contains("Twin") == true)
      #expect(try await world.sink.newRelicEvents().isEmpty)
    }
  }

  @Test("A reference that leads nowhere fails only its own channel")
  func missingReference() async throws {
    try await World.with { world in
      try await register(
        world, "webhook,name=broken,url=\(world.sink.url)/a,secret=env:MISSING_SECRET",
        "webhook,name=fine,url=\(world.sink.url)/b")
      try await world.aws.deploy("checkout")
      let poll = try await world.cdnotify("poll")
      #expect(poll.status == 1)
      #expect(poll.error.contains("env:MISSING_SECRET is not set in the environment of this run"))
      #expect(try await world.sink.requests("/a").isEmpty)
      #expect(try await world.sink.requests("/b").count == 1)
    }
  }
}
