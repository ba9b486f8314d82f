import Foundation

/// Everything that a ledger holds of one deployment. It is what exports contain, and what a
/// document store keeps as one document.
package struct LedgerEntry: Sendable, Hashable, Codable {
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
  package struct Event: Sendable, Hashable, Codable {
    package var event: DeploymentEvent
    package var at: Date
    /// The facts, without an id.
    package var content: DeploymentNotification

    package init(event: DeploymentEvent, at: Date, content: DeploymentNotification) {
      self.event = event
      self.at = at
      self.content = content
    }

    enum CodingKeys: String, CodingKey { case event, at, content }

    package init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      event = try values.member(.event)
      at = try values.member(.at)
      content = try values.member(stored: .content)
    }

    package func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(event, forKey: .event)
      try values.encode(at, forKey: .at)
      try values.encode(Stored(content), forKey: .content)
    }
  }

  /// A row of the outbox: one event on one channel.
  package struct Notification: Sendable, Hashable, Codable {
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

    enum CodingKeys: String, CodingKey {
      case event, channel, state, reason, attempts, claim
      case skipReason = "skip_reason"
      case failedCycles = "failed_cycles"
      case firstAttemptAt = "first_attempt_at"
      case nextAttemptAt = "next_attempt_at"
      case sentAt = "sent_at"
      case failedAt = "failed_at"
      case oddAnswers = "odd_answers"
      case tries
    }

    /// Earlier versions wrote fewer keys.
    package init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      event = try values.decode(DeploymentEvent.self, forKey: .event)
      channel = try values.decode(String.self, forKey: .channel)
      state = try values.decode(NotificationState.self, forKey: .state)
      skipReason = try values.decodeIfPresent(SkipReason.self, forKey: .skipReason)
      reason = try values.decodeIfPresent(String.self, forKey: .reason)
      attempts = try values.decode(Int.self, forKey: .attempts)
      failedCycles = try values.decode(Int.self, forKey: .failedCycles)
      firstAttemptAt = try values.decodeIfPresent(Date.self, forKey: .firstAttemptAt)
      nextAttemptAt = try values.decode(Date.self, forKey: .nextAttemptAt)
      claim = try values.decodeIfPresent(Claim.self, forKey: .claim)
      sentAt = try values.decodeIfPresent(Date.self, forKey: .sentAt)
      failedAt = try values.decodeIfPresent(Date.self, forKey: .failedAt)
      oddAnswers = try values.decodeIfPresent(Int.self, forKey: .oddAnswers) ?? 0
      tries = try values.decodeIfPresent([DeliveryTry].self, forKey: .tries) ?? []
    }
  }

  /// A sender's claim on a notification.
  package struct Claim: Sendable, Hashable, Codable {
    package var token: String
    package var until: Date

    package init(token: String, until: Date) {
      self.token = token
      self.until = until
    }
  }

  enum CodingKeys: String, CodingKey {
    case key, deployment, events, notifications, notes
    case seenAt = "seen_at"
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    key = try values.member(.key)
    deployment = try values.optional(stored: .deployment)
    seenAt = try values.member(.seenAt)
    events = try values.member(.events)
    notifications = try values.member(.notifications)
    notes = try values.member(.notes)
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(key, forKey: .key)
    try values.encodeIfPresent(deployment.map(Stored.init), forKey: .deployment)
    try values.encode(seenAt, forKey: .seenAt)
    try values.encode(events, forKey: .events)
    try values.encode(notifications, forKey: .notifications)
    try values.encode(notes, forKey: .notes)
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
