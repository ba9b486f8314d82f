import Foundation

extension DeliveryQueue {
  /// What an attempt showed about its destination.
  enum Response: Sendable, Hashable {
    case took(RateAllowance?)
    /// It answered with an error of its own.
    case erred
    case gaveNoAnswer
    case isLimited(asked: Duration?)
  }

  /// What happens to an item after its attempt.
  enum NextStep: Sendable, Hashable {
    case done
    /// It is tried again at that time.
    case again(at: Duration)
    /// It counts as not tried.
    case untried
  }

  /// Notes that an item was passed to the transport: the next one of its lane may start.
  mutating func handOver(_ item: Item) {
    guard lanes[item.lane].handingOver == item.number else { return }
    lanes[item.lane].handingOver = nil
    list(lane: item.lane)
  }

  /// Notes how an attempt ended.
  mutating func finish(_ item: Item, at now: Duration, _ response: Response, _ nextStep: NextStep) {
    let destination = limits[item.limit].destination
    running -= 1
    destinations[destination].running -= 1
    limits[item.limit].running -= 1
    learn(item, at: now, response)
    handOver(item)
    switch nextStep {
    case .done: leave(item)
    case .again(let time):
      count += 1
      alarms.push(Alarm(at: time, number: count, limit: item.limit, item: item))
    case .untried:
      wait(item.weight, item.limit)
      limits[item.limit].again.insert(item) { $0.number < $1.number }
    }
    list(limit: item.limit)
    list(destination: destination)
    if running < places - reserve {
      for other in atCapacity { list(destination: other) }
      atCapacity = []
    }
  }

  private mutating func learn(_ item: Item, at now: Duration, _ response: Response) {
    let (limit, destination) = (item.limit, limits[item.limit].destination)
    let share = destinations[destination].share
    switch response {
    case .took(let allowance):
      destinations[destination].share = min(share + 1, places)
      limits[limit].rate.took(at: now, running: limits[limit].running, allowance)
    case .erred: destinations[destination].share = max(1, share / 2)
    case .gaveNoAnswer: destinations[destination].share = 1
    case .isLimited(let asked):
      limits[limit].rate.refused(at: now, startedAt: item.startedAt, asked: asked)
    }
  }

  /// Takes an item out of its lane, so that those that wait for its end may start.
  private mutating func leave(_ item: Item) {
    for part in item.parts {
      let id = part.key.deployment.id
      guard let number = lanes[item.lane].underWay[id] else { continue }
      lanes[item.lane].underWay[id] = number > 1 ? number - 1 : nil
    }
    list(lane: item.lane)
  }

  // MARK: What isn't started any more

  /// Puts an item aside that was started before, or was about to be.
  mutating func putBack(_ item: Item, notBefore: Duration?, lacksTime: Bool = false) {
    returned.append(PutBack(item: item, notBefore: notBefore, lacksTime: lacksTime))
    handOver(item)
    leave(item)
  }

  /// Puts everything aside that waits for a limit.
  mutating func putAllBack(of limit: Int, notBefore: Duration?) {
    endHolds(of: limits[limit].lanes)
    let again = limits[limit].again.removeAll()
    var untried: [Item] = []
    for lane in limits[limit].lanes {
      untried += lanes[lane].items.removeAll()
      lanes[lane].listedHead = nil
    }
    wait(-again.weight - untried.weight, limit)
    returned += untried.map { PutBack(item: $0, notBefore: notBefore) }
    for item in again { putBack(item, notBefore: notBefore) }
  }

  /// Starts nothing more: everything that isn't running is put aside.
  mutating func stop() {
    end = .zero
    for alarm in alarms.removeAll() {
      if let item = alarm.item { putBack(item, notBefore: nil) } else { ring(alarm) }
    }
    for limit in limits.indices { putAllBack(of: limit, notBefore: nil) }
  }

  /// Returns and removes items that were put aside, for the ledger to hold as pending.
  mutating func takePutBack(where isMeant: (PutBack) -> Bool = { _ in true }) -> [PutBack] {
    guard !returned.isEmpty else { return [] }
    let taken = returned.filter(isMeant)
    returned.removeAll(where: isMeant)
    return taken
  }
}
