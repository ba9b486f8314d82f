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

  public init(
    key: NotificationKey, token: String, notification: DeploymentNotification, attempts: Int,
    failedCycles: Int, firstAttemptAt: Date?
  ) {
    self.key = key
    self.token = token
    self.notification = notification
    self.attempts = attempts
    self.failedCycles = failedCycles
    self.firstAttemptAt = firstAttemptAt
  }
}

/// How one cycle's handling of a notification ended.
public struct DeliveryOutcome: Sendable, Hashable {
  public enum Result: Sendable, Hashable {
    case sent
    /// Back in line, not before that time.
    case retry(at: Date)
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

  public init(
    _ result: Result, reason: String, attempts: Int, at: Date, isClockRight: Bool = true
  ) {
    self.result = result
    self.reason = reason
    self.attempts = attempts
    self.at = at
    self.isClockRight = isClockRight
  }
}
