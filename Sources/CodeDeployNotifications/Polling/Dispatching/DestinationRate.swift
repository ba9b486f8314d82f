/// How fast a destination takes what goes to it, as far as it has said so or its refusals have
/// shown. All times are since the cycle began.
struct DestinationRate: Sendable, Hashable {
  /// The least time from one start to the next.
  private(set) var interval: Duration
  /// Nothing starts before.
  private(set) var opensAt: Duration = .zero
  /// Whether it refused, and hasn't taken anything since: one at a time is to find out.
  private(set) var isProbing = false

  private let leastInterval: Duration
  /// How many more it takes until that time, where it said so.
  private var left: Int?
  private var leftUntil: Duration = .zero
  /// In a row.
  private var refusals = 0
  private var takenSinceRefusal = 0
  private var lastPause: Duration = .zero
  private var adjustedAt: Duration = .zero

  /// The longest time between two starts that is learnt.
  private static let longestInterval: Duration = .seconds(30)
  /// After a longer pause than this nothing is tried faster again: finding out would cost too much.
  private static let cheapPause: Duration = .seconds(5)

  init(interval: Duration) {
    self.interval = interval
    leastInterval = interval
  }

  mutating func started(at now: Duration) {
    opensAt = max(opensAt, now + interval)
    guard let count = left, leftUntil > now else {
      left = nil
      return
    }
    left = count - 1
    if count <= 1 { close(until: leftUntil) }
  }

  /// It took one while so many others were under way.
  mutating func took(at now: Duration, running: Int, _ allowance: RateAllowance?) {
    isProbing = false
    refusals = 0
    takenSinceRefusal += 1
    if interval > leastInterval, lastPause <= Self.cheapPause, takenSinceRefusal % 10 == 0 {
      interval = max(leastInterval, interval * 4 / 5)
    }
    guard let allowance else { return }
    leftUntil = now + allowance.resetsAfter
    left = allowance.remaining - running
    if allowance.remaining <= running { close(until: leftUntil) }
  }

  /// It refused one because of its limit, and asked for a pause, or didn't say how long.
  mutating func refused(at now: Duration, startedAt: Duration, asked: Duration?) {
    // What was under way when the limit became known says nothing new.
    guard startedAt >= adjustedAt else { return close(until: now + (asked ?? .zero)) }
    refusals += 1
    takenSinceRefusal = 0
    let least: Duration =
      refusals == 1 ? .milliseconds(100) : .milliseconds(500 << min(refusals - 2, 7))
    lastPause = min(max(asked ?? .seconds(1), least), RetryPolicy.longestRetryAfter)
    close(until: now + lastPause)
    interval =
      interval == .zero
      ? min(lastPause, .seconds(1))
      : min(interval * 3 / 2, max(Self.longestInterval, leastInterval))
    adjustedAt = now
    isProbing = true
  }

  private mutating func close(until time: Duration) {
    opensAt = max(opensAt, time)
    left = nil
  }
}
