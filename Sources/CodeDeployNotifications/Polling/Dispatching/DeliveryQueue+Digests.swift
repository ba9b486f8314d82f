import Foundation

extension DeliveryQueue {
  /// Combines the waiting items of a lane into digests, where more notifications came in this cycle
  /// than its channel wants one by one. Started items stay as they are.
  mutating func combine(lane: Int) {
    guard let rule = lanes[lane].digest, lanes[lane].received > rule.above else { return }
    let waiting = lanes[lane].items.removeAll()
    wait(-waiting.weight, lanes[lane].limit)
    lanes[lane].listedHead = nil
    // They came in the order of their events, and stay in it.
    var parts = waiting.flatMap { item in item.parts.map { Item($0, item.route) } }
    for index in parts.indices { parts[index].number = index }
    parts.sort {
      ($0.claimed.eventAt, $0.claimed.key.event.position, $0.number)
        < ($1.claimed.eventAt, $1.claimed.key.event.position, $1.number)
    }
    var rest = parts[...]
    for size in DigestRule.sizes(of: parts.count, each: rule.size) {
      var item = rest.removeFirst()
      item.more = rest.prefix(size - 1).map(\.claimed)
      rest = rest.dropFirst(size - 1)
      item.lane = lane
      item.limit = lanes[lane].limit
      count += 1
      item.number = count
      lanes[lane].items.append(item)
      wait(item.weight, item.limit)
    }
    list(lane: lane)
  }
}

extension DeliveryQueue.Item {
  /// Everything in the item, in the order of events.
  var parts: [ClaimedNotification] { [claimed] + more }

  var weight: Int { 1 + more.count }
}

extension [DeliveryQueue.Item] {
  var weight: Int { reduce(0) { $0 + $1.weight } }
}
