import Foundation
import Testing

/// When and how often the built program sends notifications, to providers that are slow, have rate
/// limits, or answer in an unexpected form.
@Suite struct DispatchingTests {
  private func register(_ world: World, _ channel: String) async throws {
    try await world.aws.applications(["checkout"])
    #expect(try await world.cdnotify("register", "checkout", "--channel", channel).status == 0)
  }

  /// Polls until nothing is pending, and returns the reports.
  private func pollAll(_ world: World, _ options: String...) async throws -> [JSON] {
    var reports: [JSON] = []
    for _ in 0..<20 {
      let poll = try await world.cdnotify(["poll", "--json"] + options)
      #expect([0, 75].contains(poll.status), "\(poll.error)")
      reports.append(try poll.json())
      if poll.status == 0 { break }
    }
    #expect(reports.last?["pending"].int == 0)
    return reports
  }

  @Test(
    "The deadline interrupts no notification that is being sent",
    arguments: [(60, "8s"), (220, "50s")])
  func deadlines(count: Int, deadline: String) async throws {
    try await World.with { world in
      try await register(world, "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout", #""count": \#(count)"#)
      try await world.sink.script("/hook", #""delay": 1.5"#)
      let reports = try await pollAll(world, "--deadline", deadline)
      let requests = try await world.sink.requests("/hook")
      #expect(requests.count == count)
      #expect(requests.allSatisfy { $0["repeat"].bool == false })
      // A notification that wasn't started has no further attempt and no failure.
      for outcome in reports.flatMap({ $0["notifications"].array }) {
        #expect(outcome["outcome"].string == "sent")
        #expect(outcome["attempts"].int == 1)
      }
    }
  }

  @Test("A rate limit belongs to the destination, and counts as no attempt")
  func rateLimit() async throws {
    try await World.with { world in
      let path = "/services/T00000001/B00000001/peerpeerpeerpeerpeerpeer"
      try await register(world, "slack,webhook_url=\(world.sink.url)\(path)")
      try await world.aws.deploy("checkout", #""count": 4"#)
      try await world.sink.set(
        "slack",
        #"{"refusals": [{"method": "webhook", "error": "ratelimited", "retry_after": 2}]}"#)
      let poll = try await world.cdnotify("poll", "--json")
      #expect(poll.status == 0, "\(poll.error)")
      let outcomes = try poll.json()["notifications"].array
      #expect(outcomes.map { $0["outcome"].string } == Array(repeating: "sent", count: 4))
      #expect(outcomes.map { $0["attempts"].int } == [1, 1, 1, 1])
      #expect(try await world.sink.requests(path).count == 5)
      let told = try await world.cdnotify("history", "--json").json()
      let tries = told.array.flatMap { $0["notifications"].array.map { $0["tries"].array } }
      #expect(tries.map(\.count).sorted() == [1, 1, 1, 2])
      let limited = try #require(tries.first { $0.count == 2 })
      #expect(limited.map { $0["outcome"].string } == ["limited", "sent"])
      #expect(limited[0]["answer"].string?.contains("429") == true)
      #expect(limited.allSatisfy { $0["at"].string?.hasSuffix("Z") == true })
      #expect(limited.allSatisfy { $0["duration_ms"].int != nil })
    }
  }

  @Test("A rate limit longer than the cycle holds back all of the destination")
  func longRateLimit() async throws {
    try await World.with { world in
      try await register(world, "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout", #""count": 9"#)
      try await world.sink.script("/hook", #""status": 429, "headers": {"Retry-After": "600"}"#)
      let poll = try await world.cdnotify("poll", "--json")
      #expect(poll.status == 75)
      let asked = try await world.sink.requests("/hook").count
      #expect((1...4).contains(asked))
      let outcomes = try poll.json()["notifications"].array
      #expect(outcomes.count == 9)
      #expect(outcomes.allSatisfy { $0["outcome"].string == "retrying" && $0["attempts"].int == 0 })
      #expect(outcomes.allSatisfy { $0["reason"].string?.contains("429") == true })
      // Nothing is sent early.
      #expect(try await world.cdnotify("poll").status == 75)
      #expect(try await world.sink.requests("/hook").count == asked)
      try await world.sink.clearScripts()
      try await world.sql("UPDATE notification SET next_attempt_at = 1 WHERE state = 'pending'")
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/hook").count == asked + 9)
    }
  }

  @Test("After an answer in an unexpected form a later poll tries once more")
  func unexpectedAnswer() async throws {
    try await World.with { world in
      let path = "/services/T00000001/B00000001/peerpeerpeerpeerpeerpeer"
      try await register(world, "slack,webhook_url=\(world.sink.url)\(path)")
      try await world.aws.deploy("checkout")
      try await world.sink.script(path, #""status": 200, "body": "{\"success\":true}""#)
      #expect(try await world.cdnotify("poll").status == 75)
      #expect(try await world.sink.requests(path).count == 1)
      try await world.sql("UPDATE notification SET next_attempt_at = 1 WHERE state = 'pending'")
      let second = try await world.cdnotify("poll", "--json")
      #expect(second.status == 1)
      let reason = try second.json()["notifications"][0]["reason"].string ?? ""
      #expect(reason.contains("two answers were not") && reason.contains("success"), "\(reason)")
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests(path).count == 2)
      let line = try await world.cdnotify("history", "--json").json()[0]["notifications"][0]
      #expect(line["state"].string == "failed")
      #expect(line["failed_at"].string?.hasSuffix("Z") == true)
      #expect(line["tries"].array.map { $0["outcome"].string } == ["retrying", "failed"])
    }
  }

  @Test("A rollback is announced after the failure that caused it")
  func rollbackOrder() async throws {
    try await World.with { world in
      try await register(world, "webhook,url=\(world.sink.url)/hook")
      for round in 0..<8 {
        let failed = try await world.aws.deploy("checkout", #""status": "Failed""#)[0]
        let rollback = try await world.aws.deploy(
          "checkout",
          #""creator": "codeDeployRollback", "# + #""rollback_info": {"#
            + #""rollbackTriggeringDeploymentId": "\#(failed)"}"#)[0]
        // The first server answers more slowly.
        if round.isMultiple(of: 2) {
          try await world.sink.script("/hook", count: 1, #""delay": 0.3"#)
        }
        #expect(try await world.cdnotify("poll").status == 0)
        let ids = try await world.sink.bodies("/hook").map { $0["deployment_id"].string }
        #expect(ids.suffix(2) == [failed, rollback])
      }
    }
  }
}
