import CodeDeployNotifications
import CycleSupport
import Foundation
import Synchronization
import Testing

/// One cycle brings one digest, whichever of its scopes is read first.
@Suite(.timeLimit(.minutes(10))) struct PollDigestHoldTests {
  /// A cycle whose holds last four seconds, a quarter of it. The test's clock lets waits of less
  /// than five pass; a hold of five lasts until it is ended.
  private let shortCycle: Duration = .seconds(16)

  private func deployments(
    _ numbers: some Sequence<Int>, of application: String = "checkout"
  ) -> [Deployment] {
    numbers.map {
      Sample.deployment("d-\($0)", of: application, created: -300, ended: Double($0 - 60))
    }
  }

  /// An installation with checkout in two regions, on one channel with digests for more than two.
  /// The far region answers when the gate is open.
  private func withRegions(
    _ body: (_ site: Installation, _ far: FakeCodeDeploy, _ gate: Gate) async throws -> Void
  ) async throws {
    try await Installation.with { installation in
      var site = installation
      let far = site.codeDeploy(in: Sample.otherScope)
      let gate = Gate()
      far.hold(at: gate)
      try await site.register("checkout", [.digests(above: 2)])
      try await site.register("checkout", in: Sample.otherScope, [.digests(above: 2)])
      try await body(site, far, gate)
    }
  }

  /// When each post was made, in seconds since the cycle began.
  private func watch(_ site: Installation) -> @Sendable () -> [Double] {
    let times = Watched()
    let start = site.clock.now
    site.provider.meanwhile {
      times.all.withLock { $0.append(site.clock.now.timeIntervalSince(start)) }
    }
    return { times.all.withLock(\.self) }
  }

  private final class Watched: Sendable {
    let all = Mutex<[Double]>([])
  }

  @Test("Regions that are read one after the other make one digest, and hold no other channel")
  func regions() async throws {
    try await withRegions { site, far, gate in
      try await site.register("checkout", [.digests(above: 2), .hook("plain")])
      site.codeDeploy.put(deployments(1...2))
      far.put(deployments([3]))
      site.provider.open(gate, on: "plain: succeeded d-1")
      let report = await site.poll()
      #expect(
        site.provider.received.sorted()
          == ["hook: digest d-1 d-2 d-3", "plain: succeeded d-1", "plain: succeeded d-2"])
      #expect(report.notifications.map(\.outcome) == Array(repeating: .sent, count: 5))
      #expect(report.pending == 0)
      #expect(site.clock.now == Sample.now)
      #expect(await site.poll().lines == [])
    }
  }

  @Test(
    "What was due before goes in the same digest as what the regions bring",
    arguments: [(2, [3]), (3, [])])
  func ledger(near count: Int, far numbers: [Int]) async throws {
    try await withRegions { site, far, gate in
      let nearGate = Gate()
      site.codeDeploy.hold(at: nearGate)
      try await site.register("checkout", [.digests(above: 2), .hook("plain")])
      try await site.store.makePending(deployments([1]), on: ["hook", "plain"])
      site.codeDeploy.put(deployments(1...count))
      far.put(deployments(numbers))
      site.provider.open(nearGate, on: "plain: succeeded d-1")
      site.provider.open(gate, on: "plain: succeeded d-2")
      #expect(await site.poll().pending == 0)
      #expect(
        site.provider.received.filter { $0.hasPrefix("hook") } == ["hook: digest d-1 d-2 d-3"])
    }
  }

  @Test("What was due before goes with what the only region brings") func oneRegion() async throws {
    try await Installation.with { site in
      let gate = Gate()
      site.codeDeploy.hold(at: gate)
      try await site.register("checkout", [.digests(above: 2), .hook("plain")])
      try await site.store.makePending(deployments(1...2), on: ["hook", "plain"])
      site.codeDeploy.put(deployments(1...3))
      site.provider.open(gate, on: "plain: succeeded d-1")
      #expect(await site.poll().pending == 0)
      #expect(
        site.provider.received.filter { $0.hasPrefix("hook") } == ["hook: digest d-1 d-2 d-3"])
    }
  }

  @Test("A region that hangs delays for some seconds, and what it brings comes by itself")
  func hangs() async throws {
    try await withRegions { site, far, gate in
      let times = watch(site)
      site.codeDeploy.put(deployments(1...2))
      far.put(deployments([3]))
      site.provider.open(gate, on: "hook: succeeded d-2")
      let report = await site.poll { $0.deadline = shortCycle }
      #expect(site.provider.received == (1...3).map { "hook: succeeded d-\($0)" })
      #expect(times() == [4, 4, 4])
      #expect(report.notifications.map(\.attempts) == [1, 1, 1])
      #expect(report.pending == 0)
      #expect(await site.poll().lines == [])
    }
  }

  @Test("A region that hangs and fails loses nothing and repeats nothing") func fails() async throws
  {
    try await withRegions { site, far, gate in
      site.codeDeploy.put(deployments(1...3))
      far.put(deployments(4...6))
      far.failPage(0)
      site.provider.open(gate, on: "hook: digest d-1 d-2 d-3")
      let first = await site.poll { $0.deadline = shortCycle }
      #expect(first.troubles.first == "CodeDeploy said no")
      far.failPage(nil)
      #expect(await site.poll().pending == 0)
      #expect(
        site.provider.received == ["hook: digest d-1 d-2 d-3", "hook: digest d-4 d-5 d-6"])
    }
  }

  @Test("What is due is sent also while AWS hangs") func due() async throws {
    try await Installation.with { site in
      let gate = Gate()
      site.codeDeploy.hold(at: gate)
      try await site.register("checkout", [.digests(above: 2)])
      try await site.store.makePending(deployments(1...2))
      site.codeDeploy.put(deployments(1...2))
      let times = watch(site)
      site.provider.open(gate, on: "hook: succeeded d-2")
      #expect(await site.poll { $0.deadline = shortCycle }.pending == 0)
      #expect(site.provider.received == ["hook: succeeded d-1", "hook: succeeded d-2"])
      #expect(times() == [4, 4])
    }
  }

  @Test(
    "Late in a cycle it is held for less, or not at all, and sent before the deadline",
    arguments: [(36, 36.5), (38, 38)])
  func deadline(found: Double, sent: Double) async throws {
    try await withRegions { site, far, gate in
      let times = watch(site)
      site.codeDeploy.put(deployments(1...2))
      site.codeDeploy.meanwhile { site.clock.pass(found) }
      site.provider.open(gate, on: "hook: succeeded d-2")
      #expect(await site.poll().pending == 0)
      #expect(times() == [sent, sent])
    }
  }

  @Test("A cycle that is told to stop leaves what is held to the next one") func stopped()
    async throws
  {
    try await withRegions { site, far, _ in
      try await site.register("checkout", [.digests(above: 2), .hook("plain")])
      site.codeDeploy.put(deployments(1...2))
      far.put(deployments([3]))
      let plain = Gate()
      site.provider.open(plain, on: "plain: succeeded d-1")
      let poll = Task { await site.poll() }
      try await plain.pass()
      poll.cancel()
      #expect(await poll.value.wasStopped)
      #expect(!site.provider.received.contains { $0.hasPrefix("hook") })
      #expect(
        try await site.ledger().filter { $0.contains("hook") }
          == (1...2).map { "d-\($0) succeeded hook pending" })

      let open = Gate()
      open.open()
      far.hold(at: open)
      #expect(await site.poll().pending == 0)
      #expect(site.provider.received.last == "hook: digest d-1 d-2 d-3")
    }
  }

  @Test("Where others fill the cycle's places, it is held until the last find is claimed too")
  func busy() async throws {
    try await withRegions { site, far, gate in
      try await site.register("other", [.hook("plain")])
      site.codeDeploy.put(deployments(1...2) + deployments(11...16, of: "other"))
      far.put(deployments([3]))
      site.provider.open(gate, on: "plain: succeeded d-11")
      #expect(await site.poll { $0.concurrency = 1 }.pending == 0)
      #expect(
        site.provider.received.filter { $0.hasPrefix("hook") } == ["hook: digest d-1 d-2 d-3"])
    }
  }
}
