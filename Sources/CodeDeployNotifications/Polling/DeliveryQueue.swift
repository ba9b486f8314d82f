/// The notifications in this cycle's hands, and which may start next: so many at once overall, and
/// so many to one destination, so that a provider that hangs leaves room for the others.
struct DeliveryQueue {
  /// A claimed notification on its way through the attempts of this cycle.
  struct Item: Sendable {
    var claimed: ClaimedNotification
    /// Where it goes; items with the same destination wait for each other.
    var destination: String
    var attempts = 0
    var lastFailure: DeliveryFailure?
  }

  /// What one destination gets at once, and what is left to it after an attempt that got no
  /// answer, until it answers again.
  private static let share = 4
  private static let shareInTrouble = 1

  private let limit: Int
  private var waiting: [Item] = []
  private var running: [String: Int] = [:]
  private var inTrouble: Set<String> = []

  init(limit: Int) { self.limit = max(1, limit) }

  mutating func add(_ items: [Item]) { waiting += items }

  /// The next item that may start, taken off the queue.
  mutating func start() -> Item? {
    guard running.values.reduce(0, +) < limit,
      let index = waiting.firstIndex(where: { hasRoom($0.destination) })
    else { return nil }
    let item = waiting.remove(at: index)
    running[item.destination, default: 0] += 1
    return item
  }

  private func hasRoom(_ destination: String) -> Bool {
    let share = inTrouble.contains(destination) ? Self.shareInTrouble : Self.share
    return running[destination, default: 0] < share
  }

  /// Gives the place of an attempt back.
  mutating func finish(_ item: Item, answered: Bool) {
    running[item.destination, default: 1] -= 1
    if answered {
      inTrouble.remove(item.destination)
    } else {
      inTrouble.insert(item.destination)
    }
  }

  /// Takes an item up again, before those that weren't tried yet.
  mutating func wake(_ item: Item) { waiting.insert(item, at: 0) }

  /// Everything that hasn't started, taken off the queue.
  mutating func drain() -> [Item] {
    defer { waiting = [] }
    return waiting
  }
}
