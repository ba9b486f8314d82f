import Foundation
import Testing

@testable import CodeDeployNotifications

@Suite struct DeliveryQueueTests {
  private func items(_ count: Int, to destination: String = "slack") -> [DeliveryQueue.Item] {
    (0..<count).map { number in
      DeliveryQueue.Item(
        claimed: ClaimedNotification(
          key: Sample.key(id: "d-\(number)"), token: "t", notification: Sample.notification(),
          attempts: 0, failedCycles: 0, firstAttemptAt: nil),
        destination: destination)
    }
  }

  /// Starts whatever may start.
  private func startAll(_ queue: inout DeliveryQueue) -> [DeliveryQueue.Item] {
    var started: [DeliveryQueue.Item] = []
    while let item = queue.start() { started.append(item) }
    return started
  }

  private func names(_ items: [DeliveryQueue.Item]) -> [String] {
    items.map { "\($0.claimed.key.deployment.id) \($0.destination)" }
  }

  @Test("Items start in their order") func order() {
    var queue = DeliveryQueue(limit: 32)
    queue.add(items(2))
    queue.add(items(1, to: "team"))
    #expect(names(startAll(&queue)) == ["d-0 slack", "d-1 slack", "d-0 team"])
    #expect(queue.start() == nil)
  }

  @Test("A destination has four at once, and leaves the others their room") func share() {
    var queue = DeliveryQueue(limit: 32)
    queue.add(items(6) + items(2, to: "team"))
    let started = startAll(&queue)
    #expect(
      names(started) == [
        "d-0 slack", "d-1 slack", "d-2 slack", "d-3 slack", "d-0 team", "d-1 team",
      ])
    queue.finish(started[4], answered: true)
    #expect(queue.start() == nil)
    queue.finish(started[2], answered: true)
    #expect(names(startAll(&queue)) == ["d-4 slack"])
  }

  @Test("A destination that gives no answer has one place until it does") func trouble() {
    var queue = DeliveryQueue(limit: 32)
    queue.add(items(8))
    let started = startAll(&queue)
    for item in started.prefix(3) { queue.finish(item, answered: false) }
    #expect(queue.start() == nil, "one is still running")
    queue.finish(started[3], answered: false)
    let probe = startAll(&queue)
    #expect(names(probe) == ["d-4 slack"])

    queue.add(items(2, to: "team"))
    #expect(names(startAll(&queue)) == ["d-0 team", "d-1 team"], "the others have theirs")
    queue.finish(probe[0], answered: true)
    #expect(names(startAll(&queue)) == ["d-5 slack", "d-6 slack", "d-7 slack"])
  }

  @Test("All destinations together have the limit", arguments: [(3, 3), (1, 1), (0, 1), (-5, 1)])
  func limit(limit: Int, started: Int) {
    var queue = DeliveryQueue(limit: limit)
    for number in 0..<5 { queue.add(items(1, to: "c\(number)")) }
    let running = startAll(&queue)
    #expect(running.count == started)
    for item in running { queue.finish(item, answered: true) }
    #expect(startAll(&queue).count == min(started, 5 - started))
  }

  @Test("What rested goes first") func rest() throws {
    var queue = DeliveryQueue(limit: 1)
    queue.add(items(2))
    let started = startAll(&queue)
    #expect(names(started) == ["d-0 slack"])
    queue.finish(started[0], answered: true)
    queue.wake(started[0])
    #expect(names(startAll(&queue)) == ["d-0 slack"])
  }

  @Test("Draining takes what hasn't started") func drain() {
    var queue = DeliveryQueue(limit: 1)
    queue.add(items(3))
    _ = queue.start()
    #expect(names(queue.drain()) == ["d-1 slack", "d-2 slack"])
    #expect(queue.drain().isEmpty)
    #expect(queue.start() == nil)
  }

  @Test(
    "Channels share a destination where they lead to the same place",
    arguments: [
      (["url": "https://hooks.example.com/a/secret"], "hooks.example.com:https"),
      (["url": "https://user:pass@hooks.example.com/b"], "hooks.example.com:https"),
      (["url": "https://hooks.example.com:8443"], "hooks.example.com:8443"),
      (["url": "literal:https://hooks.example.com"], "hooks.example.com:https"),
      (["url": "env:URL", "secret": "hunter2"], "webhook env:URL"),
      (["url": "nonsense"], "webhook"), (["secret": "hunter2"], "webhook"), ([:], "webhook"),
      (["secret_url": "https://hooks.example.com"], "hooks.example.com:https"),
      (["program": "/usr/local/bin/announce"], "webhook /usr/local/bin/announce"),
      (["program": "env:PROGRAM"], "webhook env:PROGRAM"),
      (["server": "SMTP.example.com"], "smtp.example.com:webhook"),
      (["server": "smtp.example.com", "port": "2525"], "smtp.example.com:2525"),
      (["server": "env:SMTP_HOST"], "webhook env:SMTP_HOST"),
    ])
  func destination(settings: [String: String], expected: String) {
    let channel = ChannelConfiguration(
      type: "webhook", name: "team", settings: settings.mapValues { [$0] })
    #expect(Destination.of(channel, FakeChannel.self) == expected)
    #expect(Destination.of(channel, nil) == "webhook")
  }
}
