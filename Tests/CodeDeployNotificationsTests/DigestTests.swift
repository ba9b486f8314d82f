import Foundation
import Testing

@testable import CodeDeployNotifications

/// Which notifications form a digest, and in which order digests start.
@Suite struct DigestTests {
  private func rule(above: Int, size: Int = 40, _ hook: String = "h") throws -> DigestRule {
    try .sample(above: above, size: size, hook)
  }

  private func items(
    _ numbers: some Sequence<Int>, _ rule: DigestRule, rollbackOf failed: String? = nil
  ) -> [DeliveryQueue.Item] {
    numbers.map { number in
      let item = DeliveryQueue.Item.sample(
        "d-\(number)", group: "g-\(number % 3)", at: Double(number), rollbackOf: failed)
      var route = item.route
      route.digest = rule
      return DeliveryQueue.Item(item.claimed, route)
    }
  }

  private func startAll(_ queue: inout DeliveryQueue) -> [[String]] {
    var started: [[String]] = []
    while let item = queue.start(at: .zero) {
      started.append(item.parts.map(\.key.deployment.id))
      queue.handOver(item)
    }
    return started
  }

  @Test("As many as are allowed go by themselves, and one more puts all together")
  func threshold() throws {
    let rule = try rule(above: 3)
    var few = DeliveryQueue(limit: 32, end: .seconds(50))
    few.add(items(0..<3, rule))
    #expect(startAll(&few) == [["d-0"], ["d-1"], ["d-2"]])
    var many = DeliveryQueue(limit: 32, end: .seconds(50))
    many.add(items((0..<4).reversed(), rule))
    #expect(many.waiting == 4)
    #expect(startAll(&many) == [["d-0", "d-1", "d-2", "d-3"]])
    #expect(many.waiting == 0)
  }

  @Test("What was sent in the cycle counts, and what waits goes with what comes")
  func later() throws {
    let rule = try rule(above: 3)
    var queue = DeliveryQueue(limit: 32, end: .seconds(50))
    queue.add(items(0..<2, rule))
    let first = try queue.next(at: .zero)
    queue.handOver(first)
    queue.add(items(2..<5, rule))
    #expect(startAll(&queue) == [["d-1", "d-2", "d-3", "d-4"]])
    queue.finish(first, at: .zero, .took(nil), .done)
    queue.add(items(5..<6, rule))
    #expect(startAll(&queue) == [["d-5"]])
  }

  @Test("More than a message takes goes as several, in the order of the events")
  func several() throws {
    var queue = DeliveryQueue(limit: 32, end: .seconds(50))
    queue.add(items(0..<5, try rule(above: 1, size: 4)))
    #expect(startAll(&queue) == [["d-0", "d-1", "d-2"], ["d-3", "d-4"]])
    #expect(DigestRule.sizes(of: 0, each: 40) == [])
    #expect(DigestRule.sizes(of: 81, each: 40) == [27, 27, 27])
  }

  @Test("Channels of another place and without the setting stay apart") func places() throws {
    let (one, other) = (try rule(above: 1, "h"), try rule(above: 1, "i"))
    var queue = DeliveryQueue(limit: 32, end: .seconds(50))
    queue.add(items(0..<1, one) + items(1..<2, other) + [.sample("d-2"), .sample("d-3")])
    #expect(Set(startAll(&queue)) == [["d-0"], ["d-1"], ["d-2"], ["d-3"]])
    let channel = ChannelConfiguration(type: "chat")
    let registration = Registration(
      application: "a", scope: Example.key().deployment.scope, channels: [channel])
    #expect(DigestRule(channel, of: registration, ChatChannel.self) == nil)
  }

  @Test("A rollback waits for the digest that has what it answers") func rollback() throws {
    let rule = try rule(above: 2)
    var queue = DeliveryQueue(limit: 32, end: .seconds(50))
    queue.add(items(0..<3, rule))
    let digest = try queue.next(at: .zero)
    queue.handOver(digest)
    queue.add(items(9..<10, rule, rollbackOf: "d-1"))
    #expect(startAll(&queue) == [])
    queue.finish(digest, at: .zero, .took(nil), .done)
    #expect(try queue.next(at: .zero).claimed.key.deployment.id == "d-9")
  }

  @Test("A digest is tried again whole, and put aside whole") func again() throws {
    let rule = try rule(above: 2)
    var queue = DeliveryQueue(limit: 32, end: .seconds(50))
    queue.add(items(0..<3, rule))
    let digest = try queue.next(at: .zero)
    queue.finish(digest, at: .zero, .isLimited(asked: .seconds(90)), .untried)
    #expect(startAll(&queue) == [])
    let returned = queue.takePutBack()
    #expect(returned.map { $0.item.parts.count } == [3])
    #expect(queue.waiting == 0)
  }
}

extension DigestRule {
  /// The rule of a channel that posts to an address.
  static func sample(above: Int, size: Int = 40, _ hook: String = "h") throws -> Self {
    let channel = ChannelConfiguration(
      type: "chat", settings: ["digest_above": ["\(above)"], "url": [hook]])
    let registration = Registration(
      application: "a", scope: Example.key().deployment.scope, channels: [channel])
    var rule = try #require(DigestRule(channel, of: registration, ChatChannel.self))
    rule.size = size
    return rule
  }
}

private struct ChatChannel: Channel {
  static let type = "chat"
  static let summary = "Chats"
  static let settings = [ChannelSetting("url", .url, "where to"), DigestForm.setting]
  static let digest: DigestForm? = DigestForm(size: 40)
  init(settings: SettingValues) throws(SettingProblem) {}
  func deliver(_ message: ChannelMessage, with services: ChannelServices) async throws -> String {
    "ok"
  }
}
