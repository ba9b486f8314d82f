import Foundation
import Testing

@testable import CodeDeployNotifications

/// How long notifications of a channel with digests are held for scopes that are still being read.
@Suite struct DigestHoldTests {
  private let near = AWSScope(region: "eu-west-1")
  private let far = AWSScope(region: "us-east-1")

  private func item(_ id: String, _ rule: DigestRule?, hook: String = "") -> DeliveryQueue.Item {
    let item = DeliveryQueue.Item.sample(id, hook: hook)
    var route = item.route
    route.digest = rule
    return DeliveryQueue.Item(item.claimed, route)
  }

  private func queue() -> DeliveryQueue {
    DeliveryQueue(limit: 32, end: .seconds(50), unread: [near, far])
  }

  private func startAll(
    _ queue: inout DeliveryQueue, at now: Duration = .zero, isEverythingClaimed: Bool = true
  ) -> [[String]] {
    queue.endHolds(at: now, isEverythingClaimed: isEverythingClaimed)
    var started: [[String]] = []
    while let item = queue.start(at: now) {
      started.append(item.parts.map(\.key.deployment.id))
      queue.handOver(item)
    }
    return started
  }

  @Test(
    "It ends after some seconds, after a quarter of a short cycle, and early enough for an attempt",
    arguments: [
      (0, 11, 50, 5), (20, 11, 50, 25), (0, 3, 8, 2), (35, 11, 50, 36.5), (36.5, 11, 50, nil),
      (40, 3, 50, nil), (6, 40, 50, 7.5), (8, 40, 50, nil),
    ] as [(Double, Double, Double, Double?)])
  func end(start: Double, need: Double, deadline: Double, end: Double?) {
    #expect(
      DigestHold.end(from: .seconds(start), need: .seconds(need), deadline: .seconds(deadline))
        == end.map { .seconds($0) })
  }

  @Test("What every scope brings goes together, and nothing else is held") func together() throws {
    let rule = try DigestRule.sample(above: 2)
    var queue = queue()
    queue.add([item("d-1", rule), item("d-2", rule), item("d-3", nil)])
    #expect(startAll(&queue) == [["d-3"]])
    #expect(queue.waiting == 0)
    #expect(queue.nextAlarm == .seconds(5))
    queue.finishReading(near)
    queue.add([item("d-4", rule)], at: .seconds(4))
    #expect(startAll(&queue, at: .seconds(4)) == [])
    #expect(queue.heldChannels(at: .seconds(4)).map(\.channel) == ["slack"])
    queue.finishReading(far)
    #expect(queue.heldChannels(at: .seconds(4)) == [])
    #expect(startAll(&queue, at: .seconds(4), isEverythingClaimed: false) == [])
    #expect(startAll(&queue, at: .seconds(4)) == [["d-1", "d-2", "d-4"]])
    #expect(queue.waiting == 0)
    #expect(queue.nextAlarm == nil)
  }

  @Test("A scope that isn't read in time delays once, and what comes later goes at once")
  func late() throws {
    let rule = try DigestRule.sample(above: 2)
    var queue = queue()
    queue.add([item("d-1", rule)], at: .seconds(1))
    #expect(startAll(&queue, at: .seconds(5.9)) == [])
    #expect(!queue.heldChannels(at: .seconds(5.9)).isEmpty)
    #expect(queue.heldChannels(at: .seconds(6)).isEmpty)
    #expect(startAll(&queue, at: .seconds(6), isEverythingClaimed: false) == [["d-1"]])
    queue.add([item("d-2", rule)], at: .seconds(7))
    #expect(startAll(&queue, at: .seconds(7)) == [["d-2"]])
    queue.add([item("d-3", rule), item("d-4", rule)], at: .seconds(8))
    #expect(startAll(&queue, at: .seconds(8)) == [["d-3", "d-4"]])
    #expect(queue.nextAlarm == nil)
  }

  @Test("A place that depends on a scope is held for that one only") func scopes() throws {
    let rule = try DigestRule.sample(above: 2)
    var inNear = rule
    inNear.place.access = ScopeAccess(near)
    var queue = queue()
    queue.add([item("d-1", inNear)])
    queue.finishReading(far)
    #expect(startAll(&queue) == [])
    queue.finishReading(near)
    #expect(startAll(&queue) == [["d-1"]])
    queue.add([item("d-2", rule)])
    #expect(startAll(&queue) == [["d-2"]])
  }

  @Test("A stop, or a rate limit for the rest of the cycle, puts aside what is held")
  func putAside() throws {
    let rule = try DigestRule.sample(above: 2)
    var queue = queue()
    queue.add([item("d-1", rule), item("d-2", rule)])
    queue.stop()
    #expect(queue.takePutBack().map(\.item.claimed.key.deployment.id) == ["d-1", "d-2"])
    #expect(queue.nextAlarm == nil)
    #expect(queue.waiting == 0)

    queue = self.queue()
    queue.add([item("d-1", rule), item("d-2", nil)])
    let other = try queue.next(at: .zero)
    queue.finish(other, at: .zero, .isLimited(asked: .seconds(90)), .untried)
    #expect(startAll(&queue) == [])
    #expect(queue.takePutBack().map(\.item.claimed.key.deployment.id) == ["d-1", "d-2"])
    #expect(queue.nextAlarm == nil)
    #expect(queue.waiting == 0)
  }
}
