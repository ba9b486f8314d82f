import Foundation

/// A deployment that was seen, and what became of its notifications.
public struct HistoryEntry: Sendable {
  /// The deployment as it was last read.
  public package(set) var deployment: Deployment
  /// The account and region in which it was found.
  public package(set) var scope: AWSScope
  /// Its notifications, in the order of their events and then by channel; empty where no channel
  /// asks for what it has reached.
  public package(set) var notifications: [Line]

  /// A notification: one event on one channel.
  public struct Line: Sendable {
    /// The notification's id: the same at every attempt and on every host.
    public package(set) var id: String
    /// The channel's name in its registration.
    public package(set) var channel: String
    /// The event that is announced.
    public package(set) var event: DeploymentEvent
    /// How far it has come.
    public package(set) var state: NotificationState
    /// The reason as it is stored.
    package var storedReason: String?
    /// Attempts so far.
    public package(set) var attempts: Int
    /// When it is tried next; `nil` unless it is pending.
    public package(set) var nextAttemptAt: Date?
    /// When it is or was due; `nil` unless it is pending or being sent. A claim that has run out is
    /// taken over.
    package var dueAt: Date?
    /// When it was sent; `nil` unless it was.
    public package(set) var sentAt: Date?
    /// When it was given up; `nil` unless it was, and where an early version did so.
    public package(set) var failedAt: Date?
    /// The last attempts as they are stored, oldest first.
    package var tries: [DeliveryTry]

    package init(
      id: String, channel: String, event: DeploymentEvent, state: NotificationState,
      reason: String?, attempts: Int, nextAttemptAt: Date?, sentAt: Date?,
      failedAt: Date? = nil, tries: [DeliveryTry] = []
    ) {
      self.id = id
      self.channel = channel
      self.event = event
      self.state = state
      storedReason = reason
      self.attempts = attempts
      self.nextAttemptAt = state == .pending ? nextAttemptAt : nil
      dueAt = state == .pending || state == .sending ? nextAttemptAt : nil
      self.sentAt = sentAt
      self.failedAt = failedAt
      self.tries = tries
    }
  }

  /// An attempt to send a notification.
  public struct Attempt: Sendable {
    /// How an attempt ended.
    public enum Outcome: String, Sendable, Codable {
      /// The provider accepted it.
      case sent
      /// It failed, and another attempt was to follow.
      case retrying
      /// It failed, and the notification was given up.
      case failed
      /// The destination took no more messages at that time.
      case limited
    }

    /// When it began.
    public package(set) var at: Date
    /// How long it took, to the millisecond.
    public package(set) var duration: Duration
    /// How it ended.
    public package(set) var outcome: Outcome
    /// The beginning of the provider's answer, or why there was none, without secrets.
    public package(set) var answer: String
  }

  package init(deployment: Deployment, scope: AWSScope, notifications: [Line]) {
    self.deployment = deployment
    self.scope = scope
    self.notifications = notifications
  }

  package var region: String { scope.region }
}

extension HistoryEntry.Line {
  /// The rule that it was planned by, why it was skipped or couldn't be sent, or the provider's
  /// answer, without secrets; `nil` where none is stored.
  public var reason: String? { shownReason ?? storedReason }

  /// The last ten attempts, oldest first.
  public var lastAttempts: [HistoryEntry.Attempt] {
    tries.map { one in
      HistoryEntry.Attempt(
        at: one.at, duration: .milliseconds(one.durationMilliseconds), outcome: one.outcome,
        answer: one.answer)
    }
  }

  /// The reason, unless it only repeats the event or belongs to an attempt before the current one.
  package var shownReason: String? {
    switch state {
    case .sending: Self.underWay
    case .pending where attempts == 0 && storedReason == event.rawValue: Self.untried
    default: storedReason == event.rawValue ? nil : storedReason
    }
  }

  /// What is said of what a poll has claimed.
  package static let underWay = "a poll is sending it, or was when it was killed"

  /// What is said of what no attempt was made for.
  package static let untried = "not tried yet"

  /// Whether it can be made pending again: it failed, or expired before it was seen.
  package var canBeRetried: Bool {
    state == .failed
      || (state == .skipped && storedReason?.hasPrefix(SkipReason.expired.rawValue) == true)
  }
}
