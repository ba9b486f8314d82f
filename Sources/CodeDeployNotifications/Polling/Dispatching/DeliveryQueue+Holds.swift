import Foundation

extension DeliveryQueue {
  /// Notes that a scope was read: nothing more comes from it in this cycle.
  mutating func finishReading(_ scope: AWSScope) { unread.remove(scope) }

  /// Holds a lane from its first notification on, if scopes that concern it are still unread. A
  /// lane is held once in a cycle, so that a scope that hangs delays it once.
  mutating func hold(lane: Int, for item: Item, at now: Duration) {
    guard lanes[lane].received == 0, lanes[lane].digest?.concerns(anyOf: unread) == true else {
      return
    }
    lanes[lane].heldUntil = DigestHold.end(from: now, need: item.route.time.whole, deadline: end)
    if lanes[lane].heldUntil != nil { held.append(lane) }
  }

  /// The channels whose notifications are held. What else is due for them is better left in the
  /// ledger until the hold ends: however much it is, it then keeps nothing else from being claimed.
  func heldChannels(at now: Duration) -> Set<RegisteredChannel> {
    held.filter { !isPast($0, at: now) && isIncomplete($0) }
      .reduce(into: []) { $0.formUnion(lanes[$1].channels) }
  }

  /// Ends holds that have lasted long enough, and those for which every scope was read.
  ///
  /// - Parameter isEverythingClaimed: Whether what was found in these scopes is here too.
  mutating func endHolds(at now: Duration, isEverythingClaimed: Bool) {
    endHolds(
      of: held.filter { isPast($0, at: now) || (isEverythingClaimed && !isIncomplete($0)) })
  }

  /// Ends the holds of these lanes, where they are held.
  mutating func endHolds(of some: [Int]) {
    for lane in some where lanes[lane].heldUntil != nil {
      held.removeAll { $0 == lane }
      lanes[lane].heldUntil = nil
      lanes[lane].channels = []
      wait(lanes[lane].items.count, lanes[lane].limit)
      list(lane: lane)
      combine(lane: lane)
    }
  }

  private func isPast(_ lane: Int, at now: Duration) -> Bool {
    lanes[lane].heldUntil.map { $0 <= now + Self.tick } ?? true
  }

  /// Whether scopes that concern the lane are still unread.
  private func isIncomplete(_ lane: Int) -> Bool {
    lanes[lane].digest?.concerns(anyOf: unread) == true
  }
}
