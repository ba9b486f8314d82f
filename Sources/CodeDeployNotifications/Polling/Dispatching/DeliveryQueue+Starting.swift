import Foundation

extension DeliveryQueue {
  /// The resolution of clocks.
  static let tick: Duration = .milliseconds(1)

  /// The next item that may start at this time; `nil` if none may.
  mutating func start(at now: Duration) -> Item? {
    while let alarm = alarms.first, alarm.at <= now + Self.tick { ring(alarms.pop()) }
    while running < places, let destination = ready.popFirst() {
      destinations[destination].isListed = false
      guard destinations[destination].running < destinations[destination].share else { continue }
      guard destinations[destination].running == 0 || running < places - reserve else {
        atCapacity.append(destination)
        continue
      }
      guard let item = take(from: destination, at: now) else { continue }
      // The destination goes to the end of the round robin.
      list(destination: destination)
      return item
    }
    return nil
  }

  private mutating func take(from destination: Int, at now: Duration) -> Item? {
    while let limit = destinations[destination].listed.popFirst() {
      limits[limit].isListed = false
      let opensAt = limits[limit].rate.opensAt
      guard opensAt <= now + Self.tick else {
        close(limit, until: opensAt)
        continue
      }
      // After a refusal one item at a time finds out whether the destination takes more.
      guard !limits[limit].rate.isProbing || limits[limit].running == 0 else { continue }
      guard var item = next(of: limit) else { continue }
      guard now + item.route.time.whole <= end else {
        putBack(item, notBefore: nil, lacksTime: true)
        list(limit: limit)
        continue
      }
      item.startedAt = now
      running += 1
      destinations[destination].running += 1
      limits[limit].running += 1
      limits[limit].rate.started(at: now)
      list(limit: limit)
      return item
    }
    return nil
  }

  private mutating func next(of limit: Int) -> Item? {
    if let item = limits[limit].again.popFirst() {
      wait(-item.weight, limit)
      return item
    }
    while let head = limits[limit].heads.pop() {
      guard lanes[head.lane].listedHead == head.number,
        let item = lanes[head.lane].items.popFirst()
      else { continue }
      wait(-item.weight, limit)
      lanes[head.lane].listedHead = nil
      lanes[head.lane].handingOver = item.number
      for part in item.parts {
        lanes[head.lane].underWay[part.key.deployment.id, default: 0] += 1
      }
      return item
    }
    return nil
  }

  /// Closes a limit until a time. If that leaves no time for an attempt, everything that waits for
  /// it is put aside.
  private mutating func close(_ limit: Int, until time: Duration) {
    guard time + limits[limit].need <= end else { return putAllBack(of: limit, notBefore: time) }
    guard !limits[limit].isClosed else { return }
    limits[limit].isClosed = true
    waitingForLimits += limits[limit].waiting
    count += 1
    alarms.push(Alarm(at: time, number: count, limit: limit))
  }

  mutating func ring(_ alarm: Alarm?) {
    guard let alarm else { return }
    if let item = alarm.item {
      wait(item.weight, alarm.limit)
      limits[alarm.limit].again.append(item)
    } else {
      limits[alarm.limit].isClosed = false
      waitingForLimits -= limits[alarm.limit].waiting
    }
    list(limit: alarm.limit)
  }

  // Three levels of lists hold what may start: a limit has the first item of each of its lanes, a
  // destination has its limits, and the destinations take turns. Each step takes from these lists
  // and puts back.

  mutating func list(lane: Int) {
    guard lanes[lane].handingOver == nil, lanes[lane].heldUntil == nil,
      let head = lanes[lane].items.first, lanes[lane].listedHead != head.number
    else { return }
    // A rollback starts only after the attempts for the deployment that it undoes have ended.
    let underWay = lanes[lane].underWay
    if !underWay.isEmpty,
      head.parts.contains(where: { part in
        part.notification.rollback?.triggeredBy.flatMap { underWay[$0] } != nil
      })
    {
      return
    }
    lanes[lane].listedHead = head.number
    let limit = lanes[lane].limit
    limits[limit].heads.push(Head(at: head.claimed.eventAt, number: head.number, lane: lane))
    list(limit: limit)
  }

  mutating func list(limit: Int) {
    guard !limits[limit].isListed, !limits[limit].isClosed,
      !limits[limit].again.isEmpty || !limits[limit].heads.isEmpty
    else { return }
    limits[limit].isListed = true
    destinations[limits[limit].destination].listed.append(limit)
    list(destination: limits[limit].destination)
  }

  mutating func list(destination: Int) {
    guard !destinations[destination].isListed, !destinations[destination].listed.isEmpty
    else { return }
    destinations[destination].isListed = true
    ready.append(destination)
  }
}
