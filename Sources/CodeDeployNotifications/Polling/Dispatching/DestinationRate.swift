/// How fast a destination takes messages, as its answers say or its refusals show. All times are
/// since the cycle began.
struct DestinationRate: Sendable, Hashable {
  /// The shortest time from one start to the next.
  private(set) var interval: Duration
  /// Nothing starts before this time.
  private(set) var opensAt: Duration = .zero
  /// Whether it refused and hasn't accepted anything since. Then one attempt at a time finds out.
  private(set) var isProbing = false

  private let leastInterval: Duration
  /// How many more it takes until `leftUntil`, where it said so.
  private var left: Int?
  private var leftUntil: Duration = .zero
  /// The number of consecutive refusals.
  private var refusals = 0
  private var takenSinceRefusal = 0
  private var lastPause: Duration = .zero
  private var adjustedAt: Duration = .zero

  /// The longest interval between two starts that refusals lead to.
  private static let longestInterval: Duration = .seconds(30)
  /// After a longer pause the rate isn't increased again: another refusal would cost too much.
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

  /// Notes that it accepted one message while `running` others were under way.
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

  /// Notes that it refused a message because of its limit. `asked` is the pause that it asked for,
  /// if it did.
  mutating func refused(at now: Duration, startedAt: Duration, asked: Duration?) {
    // What started before the last refusal was noted says nothing new.
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
