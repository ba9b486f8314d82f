import Foundation
import Testing

/// Hundreds of polls are killed at random points. Everything arrives, and what arrives twice was
/// being sent by a poll that was killed.
@Suite struct FaultsByKilling {
  /// One poll and how it ended.
  private struct Poll {
    var start: Date
    var wasKilled = false
    /// The notifications that it was sending when it was killed.
    var held: Set<String> = []
  }

  @Test(
    "Killed polls lose nothing", arguments: [(StorePlace.file, 200), (.moto, 40), (.ministack, 20)])
  func killedPolls(_ place: StorePlace, kills: Int) async throws {
    var seed = Seed()
    print("kill sweep, \(place): \(seed)")
    try await World.with(place) { world in
      let scene = try await FaultScene(world)
      let names = FaultScene.channels.keys.sorted()
      let register = scene.registering("all", "ends", "failures", "sns", "newrelic")
      #expect(try await world.cdnotify(register).status == 0)

      var deployments = Deployments(world: world)
      var typical = Duration.zero
      for _ in 0..<3 {
        try await deployments.appear(count: 3, "Succeeded")
        let clock = ContinuousClock.now
        #expect(try await world.cdnotify("poll").status == 0)
        typical = ContinuousClock.now - clock
      }
      let undisturbed = typical

      var polls: [Poll] = []
      var tokens: Set<String> = []
      while polls.filter(\.wasKilled).count < kills, polls.count < kills * 5 / 2 {
        try await deployments.move(&seed)
        var poll = Poll(start: Date())
        let clock = ContinuousClock.now
        let status = try await killed(
          world, after: typical * Double.random(in: 0...1.3, using: &seed),
          tie: Int.random(in: 0..<6, using: &seed))
        // Polls take longer on a busy machine. Some have to reach their end.
        typical = status == -1 ? typical * 1.04 : ContinuousClock.now - clock
        poll.wasKilled = status == -1
        #expect([-1, 0, 75].contains(status), "\(seed)")
        // Time passes only sometimes, so that some polls find the claims of killed ones still
        // valid.
        let claims = try await world.ledger(
          state: "sending", thenTimePasses: Int.random(in: 0..<4, using: &seed) > 0)
        poll.held = Set(claims.filter { !tokens.contains($0.token ?? "") }.map(\.id))
        tokens.formUnion(claims.compactMap(\.token))
        #expect(poll.wasKilled || poll.held.isEmpty, "\(seed)")
        polls.append(poll)
      }
      #expect(polls.filter(\.wasKilled).count == kills, "\(seed)")
      try await world.sink.clearScripts()
      try await world.aws.clearFaults()
      try await deployments.end(&seed)
      try await world.letTimePass()
      #expect(try await scene.settle(within: 10) != nil, "\(seed)")
      #expect(try await world.integrity() == "ok", "\(seed)")

      let expected = deployments.ends.flatMap {
        FaultScene.slots(of: $0.key, ending: $0.value, on: names)
      }
      let arrivals = try await scene.arrivals()
      check(arrivals, Set(expected), polls, "\(seed)")
      let ledger = try await world.ledger()
      #expect(Set(ledger.filter { $0.state == "sent" }.map(\.slot)) == Set(expected), "\(seed)")
      #expect(ledger.count == expected.count, "\(seed)")

      let times = Dictionary(grouping: arrivals, by: \.id).values.map(\.count)
      print(
        "kill sweep, \(place): \(polls.count) polls, \(polls.filter(\.wasKilled).count) killed, "
          + "\(polls.filter { !$0.held.isEmpty }.count) of them while sending; "
          + "\(deployments.ends.count) deployments, \(expected.count) notifications, "
          + "\(arrivals.count - times.count) duplicates, at most \(times.max() ?? 0) of one; "
          + "an undisturbed poll took \(undisturbed)")
    }
  }

  /// Runs a poll and kills it, after a time or at one of its actions. Returns its status.
  private func killed(_ world: World, after delay: Duration, tie: Int) async throws -> Int32 {
    // Between the provider's success and its arrival here.
    switch tie {
    case 0: try await world.aws.fault(#"{"kind": "hang", "service": "sns", "seconds": 5}"#)
    case 1: try await world.sink.script("/", count: 1, #""delay": 5"#)
    default: break
    }
    let command = try world.start(["poll"])
    let death = ContinuousClock.now + delay
    switch tie {
    case 0:
      while try await world.aws.faultHits() == 0, .now < death + delay {
        try await Task.sleep(for: .milliseconds(3))
      }
    case 1:
      while try await world.sink.scriptHits() == [0], .now < death + delay {
        try await Task.sleep(for: .milliseconds(3))
      }
    default: try await Task.sleep(until: death)
    }
    command.signal(SIGKILL)
    let status = await command.end().status
    if tie == 0 { try await world.aws.clearFaults() }
    if tie == 1 { try await world.sink.clearScripts() }
    return status
  }

  private func check(
    _ arrivals: [FaultScene.Arrival], _ expected: Set<Slot>, _ polls: [Poll], _ seed: Comment
  ) {
    let bySlot = Dictionary(grouping: arrivals, by: \.slot)
    #expect(Set(bySlot.keys) == expected, seed)
    for (slot, arrivals) in bySlot {
      #expect(Set(arrivals.map(\.id)).count == 1, "\(slot), \(seed)")
      let holders = polls.filter { $0.wasKilled && $0.held.contains(arrivals[0].id) }
      #expect(arrivals.count <= 1 + holders.count, "\(slot), \(seed)")
      // Every arrival but the last came from a poll that was killed while it sent the notification.
      for (earlier, arrival) in arrivals.dropLast().enumerated() {
        let candidates = holders.filter { $0.start <= arrival.at }
        #expect(candidates.count > earlier, "\(slot), \(seed)")
      }
    }
    // A deployment's start is announced before its end.
    for (slot, arrivals) in bySlot where slot.channel == "all" && slot.event != "started" {
      var start = slot
      start.event = "started"
      let began = bySlot[start]?.map(\.at).max() ?? .distantFuture
      #expect(began <= arrivals[0].at, "\(slot), \(seed)")
    }
  }
}

/// Deployments that appear in groups and end later.
private struct Deployments {
  let world: World
  /// The end of each deployment.
  var ends: [String: String] = [:]
  private var running: Set<String> = []
  private var step = 0

  init(world: World) { self.world = world }

  mutating func appear(count: Int, _ status: String) async throws {
    let ids = try await world.aws.deploy(
      "checkout", #""count": \#(count), "status": "\#(status)", "create_time": 0"#)
    for id in ids { ends[id] = status }
  }

  /// Every few polls a group appears, and a deployment in flight ends.
  mutating func move(_ seed: inout Seed) async throws {
    step += 1
    if step.isMultiple(of: 5) {
      let status = ["Succeeded", "Failed", "Stopped"].randomElement(using: &seed) ?? ""
      try await appear(count: Int.random(in: 1...3, using: &seed), status)
    }
    if step % 10 == 2 {
      let ids = try await world.aws.deploy(
        "checkout", #""count": 2, "status": "InProgress", "create_time": 0"#)
      running.formUnion(ids)
    }
    if step % 5 == 3, let id = running.sorted().randomElement(using: &seed) {
      try await finish(id, &seed)
    }
  }

  mutating func end(_ seed: inout Seed) async throws {
    for id in running.sorted() { try await finish(id, &seed) }
  }

  private mutating func finish(_ id: String, _ seed: inout Seed) async throws {
    let status = ["Succeeded", "Failed"].randomElement(using: &seed) ?? ""
    try await world.aws.change(id, #""status": "\#(status)""#)
    ends[id] = status
    running.remove(id)
  }
}
