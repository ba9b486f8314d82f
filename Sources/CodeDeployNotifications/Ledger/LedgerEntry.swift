import Foundation

/// Everything that a ledger holds of one deployment. It is what exports contain, and what a
/// document store keeps as one document.
package struct LedgerEntry: Sendable, Hashable {
  package var key: DeploymentKey
  /// The deployment as it was last read; `nil` for an id that was listed and not read yet.
  package var deployment: Deployment?
  /// When it was last read, or when it was listed if it was never read.
  package var seenAt: Date
  package var events: [Event]
  package var notifications: [Notification]
  /// Notes of channels on it, by channel name.
  package var notes: [String: String]

  package init(key: DeploymentKey, seenAt: Date) {
    self.key = key
    self.seenAt = seenAt
    events = []
    notifications = []
    notes = [:]
  }

  /// An event, and the facts when it was first seen.
  package struct Event: Sendable, Hashable {
    package var event: DeploymentEvent
    package var at: Date
    /// The facts, without an id.
    package var content: DeploymentNotification

    package init(event: DeploymentEvent, at: Date, content: DeploymentNotification) {
      self.event = event
      self.at = at
      self.content = content
    }
  }

  /// A row of the outbox: one event on one channel.
  package struct Notification: Sendable, Hashable {
    package var event: DeploymentEvent
    package var channel: String
    package var state: NotificationState
    package var skipReason: SkipReason?
    package var reason: String?
    package var attempts = 0
    package var failedCycles = 0
    package var firstAttemptAt: Date?
    package var nextAttemptAt: Date
    /// The sender that holds it; `nil` unless it is being sent.
    package var claim: Claim?
    package var sentAt: Date?
    package var failedAt: Date?
    /// How often the provider's answer had an unexpected form.
    package var oddAnswers = 0
    /// The last attempts, oldest first.
    package var tries: [DeliveryTry] = []

    package init(
      event: DeploymentEvent, channel: String, state: NotificationState, nextAttemptAt: Date
    ) {
      self.event = event
      self.channel = channel
      self.state = state
      self.nextAttemptAt = nextAttemptAt
    }

    package var isPending: Bool { state == .pending || state == .sending }

    /// Whether it can be made pending again: it failed, or expired before it was seen.
    package var canBeRetried: Bool {
      state == .failed || (state == .skipped && skipReason == .expired)
    }
  }

  /// A sender's claim on a notification.
  package struct Claim: Sendable, Hashable {
    package var token: String
    package var until: Date

    package init(token: String, until: Date) {
      self.token = token
      self.until = until
    }
  }
}

extension LedgerEntry {
  /// Whether it hadn't ended when it was last read, or was never read.
  package var isInFlight: Bool { deployment.map { !$0.status.isFinal } ?? true }

  package var hasPending: Bool { notifications.contains(where: \.isPending) }

  package func key(of notification: Notification) -> NotificationKey {
    NotificationKey(deployment: key, event: notification.event, channel: notification.channel)
  }
}
