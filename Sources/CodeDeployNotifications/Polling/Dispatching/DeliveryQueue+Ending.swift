import Foundation

extension DeliveryQueue {
  /// What an attempt showed of its destination.
  enum Showing: Sendable, Hashable {
    case took(RateAllowance?)
    /// It answered, with an error of its own.
    case erred
    case gaveNoAnswer
    case isLimited(asked: Duration?)
  }

  /// What becomes of an item whose attempt ended.
  enum Sequel: Sendable, Hashable {
    case done
    /// It is tried again at that time.
    case again(at: Duration)
    /// It is as if it hadn't been tried.
    case untried
  }

  /// Says that an item was handed to the transport: the next of its group and channel may start.
  mutating func handOver(_ item: Item) {
    guard lanes[item.lane].handingOver == item.number else { return }
    lanes[item.lane].handingOver = nil
    list(lane: item.lane)
  }

  /// Takes in how an attempt ended.
  mutating func finish(_ item: Item, at now: Duration, _ showing: Showing, _ sequel: Sequel) {
    let destination = limits[item.limit].destination
    running -= 1
    destinations[destination].running -= 1
    limits[item.limit].running -= 1
    learn(item, at: now, showing)
    handOver(item)
    switch sequel {
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
      for other in crowded { list(destination: other) }
      crowded = []
    }
  }

  private mutating func learn(_ item: Item, at now: Duration, _ showing: Showing) {
    let (limit, destination) = (item.limit, limits[item.limit].destination)
    let share = destinations[destination].share
    switch showing {
    case .took(let allowance):
      destinations[destination].share = min(share + 1, places)
      limits[limit].rate.took(at: now, running: limits[limit].running, allowance)
    case .erred: destinations[destination].share = max(1, share / 2)
    case .gaveNoAnswer: destinations[destination].share = 1
    case .isLimited(let asked):
      limits[limit].rate.refused(at: now, startedAt: item.startedAt, asked: asked)
    }
  }

  /// Lets start what waited for it to be done with.
  private mutating func leave(_ item: Item) {
    for part in item.parts {
      let id = part.key.deployment.id
      guard let number = lanes[item.lane].underWay[id] else { continue }
      lanes[item.lane].underWay[id] = number > 1 ? number - 1 : nil
    }
    list(lane: item.lane)
  }

  // MARK: What isn't started any more

  /// Puts an item aside that was started in an earlier step, or could have been.
  mutating func shelve(_ item: Item, notBefore: Duration?) {
    shelved.append(Shelved(item: item, notBefore: notBefore))
    handOver(item)
    leave(item)
  }

  /// Puts all aside that waits for a limit.
  mutating func shelveAll(of limit: Int, notBefore: Duration?) {
    let again = limits[limit].again.removeAll()
    var untried: [Item] = []
    for lane in limits[limit].lanes {
      untried += lanes[lane].items.removeAll()
      lanes[lane].listedHead = nil
    }
    wait(-again.weight - untried.weight, limit)
    shelved += untried.map { Shelved(item: $0, notBefore: notBefore) }
    for item in again { shelve(item, notBefore: notBefore) }
  }

  /// Starts nothing more: all that isn't under way is put aside.
  mutating func stop() {
    end = .zero
    for alarm in alarms.removeAll() {
      if let item = alarm.item { shelve(item, notBefore: nil) } else { ring(alarm) }
    }
    for limit in limits.indices { shelveAll(of: limit, notBefore: nil) }
  }

  /// What was put aside and is to go back in line.
  mutating func takeShelved(where isMeant: (Shelved) -> Bool = { _ in true }) -> [Shelved] {
    guard !shelved.isEmpty else { return [] }
    let taken = shelved.filter(isMeant)
    shelved.removeAll(where: isMeant)
    return taken
  }
}
