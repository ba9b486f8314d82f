import Foundation
import Testing

@testable import CodeDeployNotifications

extension DeliveryQueue.Item {
  /// A notification for a webhook on a host.
  static func sample(
    _ id: String, to host: String = "slack", hook: String = "", group: String = "production",
    at seconds: Double = 0, rollbackOf failed: String? = nil, interval: Duration = .zero,
    timeout: Duration? = nil, deadline: Duration = .seconds(50)
  ) -> Self {
    let deployment = Example.deployment {
      $0.id = id
      $0.deploymentGroup = group
      $0.rollback = failed.map { Deployment.RollbackInformation(triggeredBy: $0) }
    }
    return Self(
      ClaimedNotification(
        key: Example.key(id: id, channel: host), token: "t",
        notification: Example.notification(of: deployment),
        attempts: 0, failedCycles: 0, firstAttemptAt: nil, eventAt: Example.at(seconds)),
      Route(
        destination: host, limit: SendingLimit(hangsOn: [host, hook], interval: interval),
        time: AttemptTime(own: timeout, deadline: deadline)))
  }

  var name: String { "\(claimed.key.deployment.id) \(route.destination)" }
}

extension DeliveryQueue {
  /// Adds items at the cycle's beginning.
  mutating func add(_ items: [Item]) { add(items, at: .zero) }

  /// The next item, which has to exist.
  mutating func next(at now: Duration) throws -> Item {
    let item = start(at: now)
    return try #require(item)
  }
}

@Suite struct DeliveryQueueTests {
  private func queue(_ limit: Int = 32) -> DeliveryQueue {
    DeliveryQueue(limit: limit, end: .seconds(50))
  }

  /// Items of different groups, which don't wait for each other.
  private func items(_ count: Int, to host: String = "slack") -> [DeliveryQueue.Item] {
    (0..<count).map { .sample("d-\($0)", to: host, group: "g-\($0)", at: Double($0)) }
  }

  /// Starts everything that may start.
  private func startAll(
    _ queue: inout DeliveryQueue, at now: Duration = .zero
  ) -> [DeliveryQueue.Item] {
    var started: [DeliveryQueue.Item] = []
    while let item = queue.start(at: now) { started.append(item) }
    return started
  }

  @Test("Destinations take turns, and each gets its oldest first") func turns() {
    var queue = queue()
    queue.add(items(2).reversed() + items(1, to: "team"))
    #expect(startAll(&queue).map(\.name) == ["d-0 slack", "d-0 team", "d-1 slack"])
    #expect(queue.running == 3)
  }

  @Test("A destination has few at once, and more the longer it answers well") func growth() {
    var queue = queue()
    queue.add(items(200))
    var rounds: [Int] = []
    for _ in 0..<6 {
      let started = startAll(&queue)
      rounds.append(started.count)
      for item in started { queue.finish(item, at: .zero, .took(nil), .done) }
    }
    // Two of 32 places are reserved for other destinations.
    #expect(rounds == [4, 8, 16, 30, 30, 30])
  }

  @Test("One that errs gets less, and one that gives no answer one, until it answers")
  func trouble() {
    var queue = queue()
    queue.add(items(40))
    for item in startAll(&queue) { queue.finish(item, at: .zero, .took(nil), .done) }
    let eight = startAll(&queue)
    #expect(eight.count == 8)
    queue.finish(eight[0], at: .zero, .erred, .done)
    for item in eight.dropFirst() { queue.finish(item, at: .zero, .gaveNoAnswer, .done) }
    let probe = startAll(&queue)
    #expect(probe.count == 1)
    queue.add(items(2, to: "team"))
    #expect(startAll(&queue).map(\.name) == ["d-0 team", "d-1 team"], "the others have theirs")
    queue.finish(probe[0], at: .zero, .took(nil), .done)
    #expect(startAll(&queue).count == 2)
  }

  @Test("One destination leaves places for others", arguments: [(32, 30), (64, 60), (2, 2)])
  func reserve(limit: Int, most: Int) {
    var queue = queue(limit)
    queue.add(items(1000))
    for _ in 0..<8 {
      for item in startAll(&queue) { queue.finish(item, at: .zero, .took(nil), .done) }
    }
    #expect(startAll(&queue).count == most)
    queue.add(items(1, to: "team"))
    #expect(startAll(&queue).count == (limit > most ? 1 : 0))
  }

  @Test("All destinations together have the limit", arguments: [(3, 3), (1, 1), (0, 1), (-5, 1)])
  func limit(limit: Int, started: Int) {
    var queue = queue(limit)
    for number in 0..<5 { queue.add(items(1, to: "c\(number)")) }
    let running = startAll(&queue)
    #expect(running.count == started)
    for item in running { queue.finish(item, at: .zero, .took(nil), .done) }
    #expect(startAll(&queue).count == min(started, 5 - started))
  }

  @Test("A group's go to a channel in order, each when the one before is handed over")
  func lanes() throws {
    var queue = queue()
    let (first, other) = (0...2, DeliveryQueue.Item.sample("e", group: "staging", at: 5))
    queue.add(first.map { .sample("d-\($0)", at: Double(-$0)) } + [other])
    let started = startAll(&queue)
    #expect(started.map(\.name) == ["d-2 slack", "e slack"])
    queue.handOver(started[0])
    let next = startAll(&queue)
    #expect(next.map(\.name) == ["d-1 slack"])
    queue.handOver(started[0])
    #expect(queue.start(at: .zero) == nil, "that was said already")
    queue.finish(next[0], at: .zero, .took(nil), .done)
    #expect(startAll(&queue).map(\.name) == ["d-0 slack"])
  }

  @Test("A rollback waits until what it rolls back is done with") func rollback() throws {
    var queue = queue()
    queue.add([.sample("d-2", at: 2, rollbackOf: "d-1"), .sample("d-1", at: 1)])
    let failed = try queue.next(at: .zero)
    #expect(failed.name == "d-1 slack")
    queue.handOver(failed)
    #expect(queue.start(at: .zero) == nil)
    queue.finish(failed, at: .seconds(1), .erred, .again(at: .seconds(2)))
    #expect(queue.start(at: .seconds(1)) == nil, "it is tried again")
    let again = try queue.next(at: .seconds(2))
    #expect(again.name == "d-1 slack")
    queue.finish(again, at: .seconds(2), .took(nil), .done)
    #expect(try queue.next(at: .seconds(2)).name == "d-2 slack")
  }

  @Test("What rested goes first, when its time has come") func rest() throws {
    var queue = queue(1)
    queue.add(items(2))
    let first = try queue.next(at: .zero)
    queue.finish(first, at: .zero, .erred, .again(at: .seconds(1)))
    #expect(queue.nextAlarm == .seconds(1))
    let second = try queue.next(at: .milliseconds(500))
    #expect(second.name == "d-1 slack")
    queue.finish(second, at: .seconds(1), .took(nil), .done)
    #expect(try queue.next(at: .seconds(1)).name == "d-0 slack")
    #expect(queue.nextAlarm == nil)
  }

  @Test("What couldn't have its full time isn't started") func fullTime() throws {
    var queue = queue()
    queue.add(items(3))
    // Ten seconds for the exchange, and one as a margin.
    _ = try queue.next(at: .seconds(39))
    #expect(queue.start(at: .milliseconds(39_010)) == nil)
    let returned = queue.takePutBack()
    #expect(returned.map(\.item.name) == ["d-1 slack", "d-2 slack"])
    #expect(returned.allSatisfy { $0.notBefore == nil })
    #expect(queue.takePutBack().isEmpty)
    #expect(queue.available == 0)
  }

  @Test("When it is stopped, all that isn't under way is put aside") func stop() throws {
    var queue = queue(2)
    queue.add(items(4))
    let started = startAll(&queue)
    queue.finish(started[0], at: .zero, .erred, .again(at: .seconds(1)))
    queue.stop()
    #expect(
      queue.takePutBack().map(\.item.name).sorted() == ["d-0 slack", "d-2 slack", "d-3 slack"])
    #expect(queue.start(at: .seconds(2)) == nil)
    #expect(queue.nextAlarm == nil)
    queue.finish(started[1], at: .seconds(2), .took(nil), .done)
    #expect(queue.running == 0)
  }

  @Test("An attempt whose timeout isn't left of the cycle is put aside, and takes it whole before")
  func ownTime() throws {
    var queue = queue()
    queue.add([.sample("d-1", timeout: .seconds(30)), .sample("d-2", group: "g", at: 1)])
    #expect(try queue.next(at: .seconds(18)).route.time.exchange == .seconds(30))
    queue.add([.sample("d-3", group: "h", timeout: .seconds(30))])
    #expect(try queue.next(at: .milliseconds(18_001)).name == "d-2 slack")
    let returned = queue.takePutBack()
    #expect(returned.map(\.item.name) == ["d-3 slack"])
    #expect(returned.map(\.lacksTime) == [true])
  }

  @Test("An attempt has ten seconds an exchange, or its timeout if the cycle has room for that")
  func attemptTime() {
    func time(_ own: Duration?, _ exchanges: Int, _ deadline: Int) -> [Double] {
      let time = AttemptTime(own: own, exchanges: exchanges, deadline: .seconds(deadline))
      return [time.exchange.inSeconds, time.whole.inSeconds]
    }
    #expect(time(nil, 1, 50) == [10, 11])
    #expect(time(nil, 2, 50) == [10, 21])
    #expect(time(nil, 3, 50) == [10, 25])
    #expect(time(nil, 1, 15) == [6.75, 7.5])
    #expect(time(nil, 1, 2) == [0.9, 1])
    #expect(time(.seconds(1), 1, 50) == [1, 3])
    // As little of a short cycle as a provider's, so that others start.
    #expect(time(.seconds(10), 1, 2) == [0.9, 1])
    #expect(time(.seconds(10), 1, 50) == [10, 12])
    #expect(time(.seconds(20), 1, 50) == [20, 22])
    #expect(time(.seconds(30), 1, 50) == [30, 32])
    #expect(time(.seconds(30), 1, 40) == [30, 32])
    #expect(time(.seconds(30), 1, 39) == [29.2, 31.2])
    #expect(time(.seconds(60), 1, 50) == [38, 40])
  }

  @Test("A timeout that no cycle has room for is told with the deadline that it takes")
  func shortage() {
    func shortage(_ own: Int, _ deadline: Int) -> String? {
      AttemptTime(own: .seconds(own), deadline: .seconds(deadline)).shortage
    }
    #expect(shortage(38, 50) == nil)
    #expect(
      shortage(300, 50)
        == "an attempt may take 5m, but a cycle of 50s leaves it 38s: that needs a deadline of 6m18s"
    )
    #expect(shortage(300, 378) == nil)
    #expect(shortage(300, 377) != nil)
    #expect(AttemptTime(exchanges: 5, deadline: .seconds(50)).shortage == nil)
    #expect(
      shortage(10, 12)
        == "an attempt may take 10s, but a cycle of 12s leaves it 5s: that needs a deadline of 24s")
    #expect(shortage(10, 24) == nil)
    #expect(
      AttemptTime(deadline: .seconds(12)).shortage
        == "an exchange may take 10s, but a cycle of 12s leaves it 5s: that needs a deadline of 22s"
    )
    #expect(AttemptTime(deadline: .seconds(22)).shortage == nil)
    let two = AttemptTime(exchanges: 2, deadline: .seconds(20)).shortage
    #expect(two?.hasSuffix("a deadline of 22s") == true)
    #expect(AttemptTime(exchanges: 2, deadline: .seconds(22)).shortage == nil)
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
