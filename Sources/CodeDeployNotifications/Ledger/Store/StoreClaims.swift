import Foundation

/// Who claims, which notifications, and until when.
package struct ClaimRequest: Sendable {
  /// Distinguishes this sender's claims from others'.
  package var token: String
  package var now: Date
  package var until: Date
  package var filter: NotificationFilter
  /// Channels of which nothing is claimed. Notifications that only another program can send would
  /// be claimed again and again, and keep later ones from being claimed at all.
  package var leavingOut: Set<RegisteredChannel>
  package var limit: Int

  package init(
    token: String, now: Date, until: Date, filter: NotificationFilter = .all,
    leavingOut: Set<RegisteredChannel> = [], limit: Int
  ) {
    self.token = token
    self.now = now
    self.until = until
    self.filter = filter
    self.leavingOut = leavingOut
    self.limit = limit
  }

  /// A time beyond any that is validly set: providers can ask for six hours, and a cycle can last
  /// twelve. A later time was set by a wrong clock, so that the notification counts as due.
  package static func absurd(_ now: Date) -> Date { now.addingTimeInterval(13 * 3600) }
}

/// A channel of a registration, by its name.
package struct RegisteredChannel: Hashable, Sendable {
  package var identity: Registration.Identity
  package var channel: String

  package init(identity: Registration.Identity, channel: String) {
    self.identity = identity
    self.channel = channel
  }
}

extension ClaimedNotification {
  /// The channel that it is for.
  package var lane: RegisteredChannel {
    RegisteredChannel(
      identity: Registration.Identity(
        application: notification.application, scope: key.deployment.scope),
      channel: key.channel)
  }
}

/// Selects notifications; an empty set selects all.
package struct NotificationFilter: Sendable, Hashable {
  package var applications: Set<String>
  package var deployments: Set<String>

  package init(applications: Set<String> = [], deployments: Set<String> = []) {
    self.applications = applications
    self.deployments = deployments
  }

  package static let all = Self()
}

/// A notification that one sender has claimed.
package struct ClaimedNotification: Sendable {
  package var key: NotificationKey
  package var token: String
  /// The facts when the event was first seen, with the idempotency key.
  package var notification: DeploymentNotification
  /// Attempts made in earlier cycles.
  package var attempts: Int
  /// How many earlier cycles failed.
  package var failedCycles: Int
  /// When the first attempt was made, by a clock known to be right; `nil` before it.
  package var firstAttemptAt: Date?
  /// When its event happened.
  package var eventAt: Date
  /// How often the provider's answer had an unexpected form.
  package var oddAnswers: Int

  package init(
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
package struct Settlement: Sendable {
  package var claimed: ClaimedNotification
  package var outcome: DeliveryOutcome

  package init(_ claimed: ClaimedNotification, _ outcome: DeliveryOutcome) {
    self.claimed = claimed
    self.outcome = outcome
  }
}

/// One attempt to send a notification, as stores keep it.
package struct DeliveryTry: Sendable, Hashable {
  package typealias Outcome = HistoryEntry.Attempt.Outcome

  package var at: Date
  package var durationMilliseconds: Int
  package var outcome: Outcome
  /// The provider's answer, or why there was none, without secrets.
  package var answer: String

  /// How many attempts of a notification are remembered.
  package static let kept = 10
  private static let answerLimit = 300

  package init(at: Date, duration: Duration, outcome: Outcome, answer: String) {
    // The ledger has times in milliseconds.
    self.at = Date(milliseconds: at.milliseconds)
    durationMilliseconds = Int(min(max(duration.inSeconds, 0), 1e6) * 1000)
    self.outcome = outcome
    self.answer = answer.cut(to: Self.answerLimit, .utf16)
  }

  /// The latest of these attempts, as many as are remembered.
  package static func last(of tries: [Self]) -> [Self] { Array(tries.suffix(kept)) }
}

/// How a notification fared in one cycle.
package struct DeliveryOutcome: Sendable, Hashable {
  package enum Result: Sendable, Hashable {
    case sent
    /// Pending again, not before that time.
    case retry(at: Date)
    /// Pending again, not before that time, because the destination takes no more until then. It
    /// doesn't count as a failure.
    case postponed(until: Date)
    case failed
    case skipped(SkipReason)
    /// Not tried: pending as before.
    case released
  }

  package var result: Result
  /// The provider's answer, or why it wasn't sent.
  package var reason: String
  /// Attempts made in this cycle.
  package var attempts: Int
  package var at: Date
  /// Whether the clock that `at` was read from is known to be right. Only then can `at` become the
  /// time of the first attempt.
  package var isClockRight: Bool
  /// Every attempt made in this cycle.
  package var tries: [DeliveryTry]
  /// How many of the attempts brought an answer in an unexpected form.
  package var oddAnswers: Int

  package init(
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
