import Foundation
import Testing

/// The history narrowed and explained, and failed notifications made pending again.
@Suite struct HistoryCommandTests {
  /// Announces one deployment of each of two applications, on a channel that takes it and on one
  /// that doesn't, and returns the ids.
  private func announced(_ world: World) async throws -> (prod: String, staging: String) {
    try await world.aws.applications(["checkout", "search"])
    let registrations = ["checkout", "search"].map { application in
      let channels = ["good", "bad"].map {
        #"{"webhook_notification": {"name": "\#($0)", "url": "\#(world.sink.url)/\#($0)"}}"#
      }
      return #"{"codedeploy_application_name": "\#(application)", "notifications": ["#
        + channels.joined(separator: ", ") + "]}"
    }
    let run = try await world.cdnotify(
      "register", "--file", "-", input: "[\(registrations.joined(separator: ", "))]")
    try #require(run.status == 0, "\(run.error)")
    try await world.sink.script("/bad", #""status": 400"#)
    let prod = try await world.aws.deploy("checkout")[0]
    let staging = try await world.aws.deploy("search", #""group": "staging""#)[0]
    #expect(try await world.cdnotify("poll").status == 1)
    return (prod, staging)
  }

  /// The deployments of the history that these options leave.
  private func ids(_ world: World, _ options: String...) async throws -> [String?] {
    try await world.cdnotify(["history", "--json"] + options).json().array
      .map { $0["deployment_id"].string }
  }

  @Test("Filters narrow the history to the notifications that match") func filters() async throws {
    try await World.with { world in
      let (prod, staging) = try await announced(world)
      #expect(try await Set(ids(world)) == [prod, staging])
      #expect(try await ids(world, "--group", "stag*") == [staging])
      #expect(try await ids(world, "--limit", "1").count == 1)
      #expect(try await ids(world, "--state", "pending").isEmpty)
      let failed = try await world.cdnotify("history", "checkout", "--state", "failed", "--json")
      #expect(try failed.json()[0]["notifications"].array.map { $0["channel"].string } == ["bad"])
      let sent = try await world.cdnotify("history", "--channel", "good").output
      #expect(sent.contains("succeeded → good") && !sent.contains("→ bad"))
      #expect(sent.contains(" created 20") && sent.contains(" ago"))
      #expect(try await world.cdnotify("history", "--state", "waiting").status == 64)
    }
  }

  @Test("Retry makes the failed notifications pending that match") func retry() async throws {
    try await World.with { world in
      let (prod, staging) = try await announced(world)
      let dry = try await world.cdnotify("retry", "--channel", "bad", "--dry-run")
      #expect(dry.status == 0)
      #expect(dry.output.split(separator: "\n").count == 3)
      #expect(
        dry.output.hasSuffix("2 notifications would be pending again; the next poll sends them.\n"))
      #expect(try await ids(world, "--state", "failed").count == 2)
      let one = try await world.cdnotify("retry", prod)
      #expect(one.output == "1 notification is pending again; the next poll sends it.\n")
      #expect(try await ids(world, "--state", "failed") == [staging])
      #expect(try await ids(world, "--state", "pending") == [prod])
      let none = try await world.cdnotify("retry", "--channel", "good")
      #expect(none.output == "No failed notification matches.\n")
      #expect(try await world.cdnotify("retry", "--since", "1h").status == 64)
    }
  }

  @Test("A channel that is neither registered nor in the history is not found")
  func unknownChannel() async throws {
    try await World.with { world in
      _ = try await announced(world)
      for command in [
        ["history", "--channel", "goof"], ["history", "search", "--json", "--channel", "goof"],
        ["retry", "--channel", "bad", "--channel", "goof", "--since", "0s"],
      ] {
        let run = try await world.cdnotify(command)
        #expect(run.status == 66, "\(command)")
        #expect(
          run.error
            == "cdnotify: no channel \"goof\" is registered or in the history; did you mean good?\n"
        )
      }
      // What was sent to a channel stays in the history when the channel goes.
      #expect(try await world.cdnotify("unregister", "search", "--channel", "good").status == 0)
      #expect(
        try await world.cdnotify("history", "search", "--channel", "good", "--state", "failed")
          .status
          == 0)
    }
  }

  @Test("Without an attempt, the history says why a notification is pending")
  func untried() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,name=hook,url=\(world.sink.url)/hook")
      try await world.sink.script(
        "/hook", #""status": 429, "headers": {"Retry-After": "3600"}"#)
      try await world.aws.deploy("checkout")
      #expect(try await world.cdnotify("poll").status == 75)
      let history = try await world.cdnotify("history").output
      let story = /pending\s+succeeded → hook\s+not tried yet, due \S+Z: 127\.0\.0\.1 answered 429/
      #expect(history.contains(story), "\(history)")
    }
  }

  @Test("A channel that can tell none of the registration's events is said to ask for nothing")
  func askingForNothing() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      let key = String(repeating: "0", count: 32)
      try await world.cdnotify(
        "register", "checkout", "--on", "started", "--channel",
        "datadog,api_key=\(key),send=dora,service=checkout")
      try await world.aws.deploy("checkout")
      #expect(try await world.cdnotify("poll").status == 0)
      let history = try await world.cdnotify("history").output
      #expect(history.contains("asks for its outcome: datadog asks for nothing\n"), "\(history)")
    }
  }

  @Test("A deployment that no channel asks for is shown with what they ask for")
  func unannounced() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook,on=succeeded")
      let id = try await world.aws.deploy("checkout", #""status": "Failed""#)[0]
      let foreign = try await world.aws.deploy("billing")[0]
      try await world.cdnotify("poll")
      let history = try await world.cdnotify("history", "--deployment", id)
      #expect(history.status == 0)
      #expect(
        history.output.contains(
          "    nothing to send, because no channel asks for its outcome: webhook asks for succeeded"
        )
      )
      let unregistered = try await world.cdnotify("history", "--deployment", foreign)
      #expect(unregistered.status == 66)
      #expect(
        unregistered.error.hasPrefix(
          "cdnotify: deployment \(foreign) is of billing, which isn't registered"),
        "\(unregistered.error)")
    }
  }

  @Test("A notification that is being sent is shown as sending") func sending() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      try await world.sink.script("/hook", #""status": 503"#)
      try await world.aws.deploy("checkout")
      try await world.cdnotify("poll")
      try await world.sql(
        "UPDATE notification SET state = 'sending', claim_token = 'x', claim_until = 9999999999999")
      let line = try await world.cdnotify("history", "--json").json()[0]["notifications"][0]
      #expect(line["state"].string == "sending")
      #expect(line["reason"].string == "a poll is sending it, or was when it was killed")
      #expect(line["next_attempt_at"] == .null)
      #expect(
        try await world.cdnotify("history").output.contains(
          "sending  succeeded → webhook  a poll is sending it, or was when it was killed\n"))
    }
  }
}
