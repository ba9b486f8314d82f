import Foundation
import Testing

/// Each request of a cycle fails, once or until the cycle gives up: the next cycle recovers.
@Suite struct FaultsInRequests {
  struct Trouble: Sendable, CustomTestStringConvertible {
    /// The failing peer.
    var peer: String
    var kind: String
    /// How often the same request fails; -1 until the cycle gives up.
    var count: Int
    var testDescription: String { "\(peer): \(kind) \(count == 1 ? "once" : "to the end")" }
  }

  static let troubles = ["AWS", "providers"].flatMap { peer in
    ["drop", "lost", "cut", "500"].flatMap { kind in
      [1, -1].map { Trouble(peer: peer, kind: kind, count: $0) }
    }
  }

  private static let channels = ["all", "sns", "newrelic"]

  @Test("Whichever request of a poll fails, the next poll recovers", arguments: troubles)
  func everyRequest(_ trouble: Trouble) async throws {
    try await World.with { world in
      let scene = try await FaultScene(world)
      // Several pages and two batches, mostly of a group that isn't announced.
      try await world.aws.settings(#"{"page_size": 8}"#)
      let register = scene.registering("all", "sns", "newrelic", options: ["--since", "1h"])
      let ids = try await world.aws.deploy("checkout", #""count": 2"#)
      try await world.aws.deploy("checkout", #""count": 25, "group": "other""#)
      #expect(try await world.cdnotify(register).status == 0)
      try FileManager.default.copyItem(
        atPath: world.path("store.db"), toPath: world.path("registered.db"))
      try await scene.forgetArrivals()

      #expect(try await world.cdnotify("poll").status == 0)
      let end = try await scene.history()
      let expected = Set(
        ids.flatMap { FaultScene.slots(of: $0, ending: "Succeeded", on: Self.channels) })
      #expect(Set(try await scene.arrivals().map(\.slot)) == expected)
      let operations = try await world.aws.requests().compactMap { $0["operation"].string }
      #expect(operations.filter { $0 == "ListDeployments" }.count >= 4)
      #expect(operations.filter { $0 == "BatchGetDeployments" }.count == 2)
      #expect(operations.filter { $0 == "GetCallerIdentity" }.count == 1)
      let requests =
        trouble.peer == "AWS" ? operations.count : try await world.sink.requests("/").count

      var (retried, repeated) = (0, 0)
      for number in 1...requests {
        let at: Comment = "\(trouble.testDescription), request \(number)"
        try await restore(scene)
        try await cause(trouble, at: number, in: world)
        let run = try await world.cdnotify("poll")
        let hits = try await hits(trouble, in: world)
        #expect(trouble.count == 1 ? hits == 1 : hits >= 3, at)
        #expect([0, 69, 75].contains(run.status), "\(at): \(run.status) \(run.error)")
        let isHarmless = try await isHarmless(trouble, in: world)
        #expect((run.status == 0) == isHarmless, "\(at): \(run.error)")
        retried += run.status == 0 ? 0 : 1
        try await world.sink.clearScripts()
        try await world.aws.clearFaults()
        try await world.letTimePass()

        // One clean cycle.
        #expect(try await world.cdnotify("poll").status == 0, at)
        #expect(try await scene.history() == end, at)
        let arrivals = try await scene.arrivals()
        let bySlot = Dictionary(grouping: arrivals, by: \.slot)
        #expect(Set(bySlot.keys) == expected, at)
        #expect(bySlot.values.allSatisfy { Set($0.map(\.id)).count == 1 }, at)
        // Only notifications that were accepted without an answer are sent again.
        let unanswered = ["cut", "lost"].contains(trouble.kind) ? hits : 0
        #expect(arrivals.count - bySlot.count <= unanswered, at)
        #expect(bySlot.values.filter { $0.count > 1 }.count <= 1, at)
        repeated += arrivals.count - bySlot.count
      }
      print(
        "\(trouble.testDescription): \(requests) requests, \(retried) cycles that left something "
          + "to the next, \(repeated) arrivals after one whose answer was lost")
    }
  }

  private func restore(_ scene: FaultScene) async throws {
    let files = FileManager.default
    for name in try files.contentsOfDirectory(atPath: scene.world.home)
    where name.hasPrefix("store.db") { try files.removeItem(atPath: scene.world.path(name)) }
    try files.copyItem(
      atPath: scene.world.path("registered.db"), toPath: scene.world.path("store.db"))
    try await scene.forgetArrivals()
  }

  private func cause(_ trouble: Trouble, at number: Int, in world: World) async throws {
    if trouble.peer == "AWS" {
      let kinds = [
        "drop": #""drop""#, "lost": #""drop", "executed": true"#, "cut": #""cut""#,
        "500": #""http", "status": 500"#,
      ]
      let kind = try #require(kinds[trouble.kind])
      try await world.aws.fault(
        #"{"kind": \#(kind), "nth": \#(number), "count": \#(trouble.count), "same": true}"#)
    } else {
      let answers = [
        "drop": #""close": true"#, "lost": #""close": true, "accept": true"#,
        "cut": #""cut_after": 60"#, "500": #""status": 500"#,
      ]
      let answer = try #require(answers[trouble.kind])
      if number > 1 { try await world.sink.script("/", count: number - 1, "") }
      try await world.sink.script("/", count: trouble.count, same: true, answer)
    }
  }

  /// Whether the cycle succeeds all the same: another attempt succeeds, or the request was for the
  /// account's id, which isn't essential.
  private func isHarmless(_ trouble: Trouble, in world: World) async throws -> Bool {
    guard trouble.count != 1 else { return true }
    guard trouble.peer == "AWS" else { return false }
    let befallen = try await world.aws.requests().last { $0["fault"].string != nil }
    return befallen?["operation"].string == "GetCallerIdentity"
  }

  private func hits(_ trouble: Trouble, in world: World) async throws -> Int {
    if trouble.peer == "AWS" { return try await world.aws.faultHits() }
    return try await world.sink.scriptHits().last ?? 0
  }
}
