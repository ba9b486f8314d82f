import Foundation
import Testing

/// A lasting problem causes one mail of cron's, not one for each run.
@Suite struct LastingTroubleTests {
  private func register(_ world: World) async throws {
    try await world.aws.applications(["checkout"])
    try await world.cdnotify(
      "register", "checkout", "--channel", "webhook,name=hook,url=\(world.sink.url)/hook")
    #expect(try await world.cdnotify("poll").status == 0)
  }

  /// Makes reports look that much older.
  private func letTimePass(_ seconds: Int, _ world: World) throws {
    let path = world.path("store.db.troubles")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let moved = text.replacing(/"(said_at|since)":([0-9]+)/) { match in
      "\"\(match.1)\":\((Int(match.2) ?? 0) - seconds * 1000)"
    }
    try moved.write(toFile: path, atomically: true, encoding: .utf8)
  }

  @Test("Refused keys are reported once an hour, and when they work again")
  func refusedKeys() async throws {
    try await World.with { world in
      var world = world
      world.remembersTroubles = true
      try await register(world)
      let wrong = ["AWS_SECRET_ACCESS_KEY": "wrong"]
      let first = try await world.cdnotify(["poll"], changes: wrong)
      #expect(first.status == 77)
      #expect(first.error.split(separator: "\n").count == 1)
      for _ in 0..<3 {
        let again = try await world.cdnotify(["poll"], changes: wrong)
        #expect(again.status == 77)
        #expect(again.error == "")
      }
      // Another problem with the same subject is news, and hides the first without resolving it.
      let unreachable = ["AWS_ENDPOINT_URL": "http://127.0.0.1:9"]
      #expect(try await world.cdnotify(["poll"], changes: unreachable).error.contains("127.0.0.1"))
      #expect(try await world.cdnotify(["poll"], changes: wrong).error == "")

      try letTimePass(3700, world)
      let hourLater = try await world.cdnotify(["poll"], changes: wrong)
      #expect(hourLater.error.contains(" It has lasted since "))
      #expect(hourLater.error.split(separator: "\n").count == 1)

      let over = try await world.cdnotify("poll")
      #expect(over.status == 0)
      #expect(over.output == "")
      #expect(
        over.error.hasPrefix(
          "cdnotify: CodeDeploy in us-east-1 can be read again; the problem began at "))
      #expect(try await world.cdnotify("poll").error == "")
    }
  }

  @Test("A channel that fails is reported once for all pending notifications")
  func failingChannel() async throws {
    try await World.with { world in
      var world = world
      world.remembersTroubles = true
      try await register(world)
      try await world.sink.script("/hook", #""status": 503"#)
      try await world.aws.deploy("checkout", #""count": 5"#)
      let first = try await world.cdnotify("poll")
      #expect(first.status == 75)
      let lines = first.error.split(separator: "\n")
      #expect(lines.count == 1, "\(first.error)")
      #expect(
        first.error.hasPrefix("cdnotify: checkout: 5 notifications to hook could not be sent yet: ")
      )
      try await world.sql("UPDATE notification SET next_attempt_at = 1")
      #expect(try await world.cdnotify("poll").error == "")
      try await world.sink.clearScripts()
      try await world.sql("UPDATE notification SET next_attempt_at = 1")
      let over = try await world.cdnotify("poll")
      #expect(over.status == 0)
      #expect(
        over.error.hasPrefix(
          "cdnotify: checkout: hook accepts notifications again; the problem began at ")
      )
    }
  }

  @Test("Notifications that were given up are reported once, with what to do")
  func givenUp() async throws {
    try await World.with { world in
      var world = world
      world.remembersTroubles = true
      try await register(world)
      try await world.sink.script("/hook", #""status": 400, "body": "no""#)
      try await world.aws.deploy("checkout", #""count": 3"#)
      let poll = try await world.cdnotify("poll")
      #expect(poll.status == 1)
      #expect(poll.error.split(separator: "\n").count == 1)
      #expect(
        poll.error.hasPrefix(
          "cdnotify: checkout: 3 notifications to hook were not sent and won't be tried "
        ))
      #expect(
        poll.error.hasSuffix(" Fix the cause, then \"cdnotify retry --application checkout\".\n"))
      // A later poll has news for the channel, and says nothing of them.
      try await world.sink.clearScripts()
      try await world.sink.forget()
      let later = try await world.aws.deploy("checkout")
      let next = try await world.cdnotify("poll")
      #expect(next.status == 0)
      #expect(next.error == "")
      let announced = try await world.sink.bodies("/hook").compactMap { $0["deployment_id"].string }
      #expect(announced == later)
    }
  }

  @Test("With the log format json each line of standard error is an object")
  func jsonLog() async throws {
    try await World.with { world in
      try await register(world)
      try await world.sink.script("/hook", #""status": 400, "body": "a \"no\"""#)
      let id = try await world.aws.deploy("checkout")[0]
      let poll = try await world.cdnotify(["poll"], changes: ["CDNOTIFY_LOG_FORMAT": "json"])
      let line = try JSON(poll.error)
      #expect(line["level"].string == "error")
      #expect(line["application"].string == "checkout")
      #expect(line["channel"].string == "hook")
      #expect(line["deployment_id"].string == id)
      #expect(line["message"].string?.contains("a \"no\"") == true)
      #expect(line["time"].string?.hasSuffix("Z") == true)
      let usage = try await world.cdnotify("poll", "--log-format=json", "--window", "6")
      #expect(usage.status == 64)
      #expect(
        try JSON(usage.error)["message"].string?.hasPrefix("--window: \"6\" has no unit") == true)
      #expect(try await world.cdnotify("poll", "--log-format", "xml").status == 64)
      let wrong = try await world.cdnotify(["poll"], changes: ["CDNOTIFY_LOG_FORMAT": "jsn"])
      #expect(wrong.status == 64)
      #expect(
        wrong.error
          == "cdnotify: CDNOTIFY_LOG_FORMAT: unknown value \"jsn\"; did you mean json? Known: text, "
          + "json\n")
      // What the library tells of its work is in the same format.
      let verbose = try await world.cdnotify("poll", "--verbose", "--log-format", "json")
      let lines = try verbose.error.split(separator: "\n").map { try JSON(String($0)) }
      #expect(lines.contains { $0["level"].string == "debug" && $0["complete"].string == "true" })
    }
  }
}
