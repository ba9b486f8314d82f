/// The notifications in this cycle's hands, and which may start next: so many at once overall,
/// and so many to one channel, so that a channel that hangs leaves room for the others.
struct DeliveryQueue {
  /// A claimed notification on its way through the attempts of this cycle.
  struct Item: Sendable {
    var claimed: ClaimedNotification
    var attempts = 0
    var lastFailure: DeliveryFailure?

    var lane: Lane {
      Lane(
        application: claimed.notification.application,
        scope: claimed.key.deployment.scope, channel: claimed.key.channel)
    }
  }

  /// One channel of one registration.
  struct Lane: Hashable, Sendable {
    var application: String
    var scope: AWSScope
    var channel: String
  }

  let limit: Int
  let limitPerLane = 4
  private var waiting: [Item] = []
  private var running: [Lane: Int] = [:]
  /// Items in hand that wait for their next attempt's time.
  private(set) var resting = 0

  init(limit: Int) { self.limit = max(1, limit) }

  private var runningCount: Int { running.values.reduce(0, +) }

  mutating func add(_ items: [Item]) { waiting += items }

  /// The next item that may start, taken off the queue.
  mutating func start() -> Item? {
    guard runningCount < limit,
      let index = waiting.firstIndex(where: { running[$0.lane, default: 0] < limitPerLane })
    else { return nil }
    let item = waiting.remove(at: index)
    running[item.lane, default: 0] += 1
    return item
  }

  mutating func finish(_ item: Item) {
    running[item.lane, default: 1] -= 1
    if running[item.lane] == 0 { running[item.lane] = nil }
  }

  mutating func rest() { resting += 1 }

  mutating func wake(_ item: Item) {
    resting -= 1
    waiting.insert(item, at: 0)
  }

  /// Everything that hasn't started, taken off the queue.
  mutating func drain() -> [Item] {
    defer { waiting = [] }
    return waiting
  }
}
