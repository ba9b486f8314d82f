import Foundation

@testable import CodeDeployNotifications

/// Sends through a queue to a provider with a rate limit, with simulated time: one cycle after the
/// other, until everything was accepted.
struct RateLimitSimulation {
  /// How many messages the provider accepts in each window; it refuses the rest.
  var takes: Int
  var per: Duration
  /// The pause that it asks for when it refuses; `nil` for the rest of the window.
  var asks: Duration?
  /// Whether a success says how many more are accepted.
  var saysRemaining = false
  /// The interval that the channel's type declares.
  var interval: Duration = .zero
  var latency: Duration = .milliseconds(100)

  private(set) var taken: [Duration] = []
  private(set) var refusals = 0
  private(set) var cycles = 0

  private enum Answer {
    case taken(remaining: Int, resets: Duration)
    case refused(Duration)
  }

  init(takes: Int, per: Duration, asks: Duration? = nil) {
    self.takes = takes
    self.per = per
    self.asks = asks
  }

  private mutating func answer(at now: Duration) -> Answer {
    let recent = taken.filter { $0 > now - per }
    let resets = recent.first.map { $0 + per - now } ?? per
    guard recent.count < takes else {
      refusals += 1
      return .refused(asks ?? resets)
    }
    taken.append(now)
    return .taken(remaining: takes - recent.count - 1, resets: resets)
  }

  /// Polls with a deadline, and a pause between polls, until everything is accepted or many cycles
  /// have passed.
  mutating func run(
    _ count: Int, deadline: Duration = .seconds(50), pause: Duration = .seconds(2)
  ) {
    var items = (0..<count).map { number in
      DeliveryQueue.Item.sample(
        "d-\(number)", group: "g-\(number % 7)", at: Double(number), interval: interval)
    }
    var start: Duration = .zero
    while !items.isEmpty, cycles < 1000 {
      cycles += 1
      var queue = DeliveryQueue(limit: 32, end: deadline)
      queue.add(items)
      items = []
      var next: Duration = .zero
      let end = cycle(&queue, start)
      for returned in queue.takePutBack() {
        items.append(returned.item)
        next = max(next, returned.notBefore ?? .zero)
      }
      start += max(end + pause, next)
    }
  }

  private mutating func cycle(_ queue: inout DeliveryQueue, _ start: Duration) -> Duration {
    var running: [(at: Duration, item: DeliveryQueue.Item, answer: Answer)] = []
    var now: Duration = .zero
    while true {
      while let item = queue.start(at: now) {
        queue.handOver(item)
        running.append((now + latency, item, answer(at: start + now)))
      }
      let times = running.map(\.at) + [queue.nextAlarm].compactMap { $0 }
      guard let next = times.min() else { return now }
      now = max(now, next)
      while let index = running.firstIndex(where: { $0.at <= now }) {
        let (_, item, answer) = running.remove(at: index)
        switch answer {
        case .taken(let remaining, let resets):
          let allowance = RateAllowance(remaining: remaining, resetsAfter: resets)
          queue.finish(item, at: now, .took(saysRemaining ? allowance : nil), .done)
        case .refused(let asked):
          queue.finish(item, at: now, .isLimited(asked: asked), .untried)
        }
      }
    }
  }
}
