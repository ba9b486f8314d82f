import Foundation

/// Who may claim, what and for how long.
public struct ClaimRequest: Sendable {
  /// Tells this sender's claims from others'.
  public var token: String
  public var now: Date
  public var until: Date
  public var filter: NotificationFilter
  public var limit: Int

  public init(
    token: String, now: Date, until: Date, filter: NotificationFilter = .all, limit: Int
  ) {
    self.token = token
    self.now = now
    self.until = until
    self.filter = filter
    self.limit = limit
  }

  /// A time further ahead than any that is ever set: providers can ask for six hours, a cycle can
  /// last twelve. What waits until after it was set by a wrong clock, and is due.
  public static func absurd(_ now: Date) -> Date { now.addingTimeInterval(13 * 3600) }
}

/// Which notifications are meant; an empty set doesn't narrow.
public struct NotificationFilter: Sendable, Hashable {
  public var applications: Set<String>
  public var deployments: Set<String>

  public init(applications: Set<String> = [], deployments: Set<String> = []) {
    self.applications = applications
    self.deployments = deployments
  }

  public static let all = Self()
}

/// A notification in the hands of one sender.
public struct ClaimedNotification: Sendable {
  public var key: NotificationKey
  public var token: String
  /// The facts as they were when the event was seen, with the idempotency key.
  public var notification: DeploymentNotification
  /// Attempts made in earlier cycles.
  public var attempts: Int
  /// Cycles that tried and failed so far.
  public var failedCycles: Int
  /// When the first attempt was made by a clock that was known to be right; `nil` before it.
  public var firstAttemptAt: Date?
  /// When its event happened.
  public var eventAt: Date
  /// How often the provider's answer wasn't in its form.
  public var oddAnswers: Int

  public init(
    key: NotificationKey, token: String, notification: DeploymentNotification, attempts: Int,
    failedCycles: Int, firstAttemptAt: Date?, eventAt: Date, oddAnswers: Int = 0
  ) {
    self.key = key
    self.token = token
    self.notification = notification
    self.attempts = attempts
    self.failedCycles = failedCycles
    self.firstAttemptAt = firstAttemptAt
    self.eventAt = eventAt
    self.oddAnswers = oddAnswers
  }
}

/// A claimed notification and how it ended.
public struct Settlement: Sendable {
  public var claimed: ClaimedNotification
  public var outcome: DeliveryOutcome

  public init(_ claimed: ClaimedNotification, _ outcome: DeliveryOutcome) {
    self.claimed = claimed
    self.outcome = outcome
  }
}

/// One attempt to send a notification, as the history tells it.
public struct DeliveryTry: Sendable, Hashable, Codable {
  public enum Outcome: String, Sendable, Codable {
    case sent
    /// It failed, and is tried again.
    case retrying
    case failed
    /// The destination took no more just then.
    case limited
  }

  public var at: Date
  public var durationMilliseconds: Int
  public var outcome: Outcome
  /// What was answered, or why nothing was, without secrets.
  public var answer: String

  /// How many of a notification are kept.
  public static let kept = 10
  private static let answerLimit = 300

  public init(at: Date, duration: Duration, outcome: Outcome, answer: String) {
    // As the ledger keeps times.
    self.at = Date(milliseconds: at.milliseconds)
    durationMilliseconds = Int(min(max(duration.inSeconds, 0), 1e6) * 1000)
    self.outcome = outcome
    self.answer = answer.cut(to: Self.answerLimit, .utf16)
  }

  /// The last of these, as many as are kept.
  public static func last(of tries: [Self]) -> [Self] { Array(tries.suffix(kept)) }

  enum CodingKeys: String, CodingKey {
    case at, outcome, answer
    case durationMilliseconds = "duration_ms"
  }
}

/// How one cycle's handling of a notification ended.
public struct DeliveryOutcome: Sendable, Hashable {
  public enum Result: Sendable, Hashable {
    case sent
    /// Back in line, not before that time.
    case retry(at: Date)
    /// Back in line, not before that time, since the destination takes no more until then. No failure.
    case postponed(until: Date)
    case failed
    case skipped(SkipReason)
    /// Not tried: back in line as it was.
    case released
  }

  public var result: Result
  /// The provider's answer, or why it wasn't sent.
  public var reason: String
  /// Attempts made in this cycle.
  public var attempts: Int
  public var at: Date
  /// Whether the clock that `at` was read from is known to be right. Only such a time counts as that
  /// of the first attempt.
  public var isClockRight: Bool
  /// Every attempt made in this cycle.
  public var tries: [DeliveryTry]
  /// How many of them brought an answer that isn't in the provider's form.
  public var oddAnswers: Int

  public init(
    _ result: Result, reason: String, attempts: Int, at: Date, isClockRight: Bool = true,
    tries: [DeliveryTry] = [], oddAnswers: Int = 0
  ) {
    self.result = result
    self.reason = reason
    self.attempts = attempts
    self.at = at
    self.isClockRight = isClockRight
    self.tries = tries
    self.oddAnswers = oddAnswers
  }
}
