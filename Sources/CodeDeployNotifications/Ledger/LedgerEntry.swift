import Foundation

/// All that a ledger holds of one deployment: what is exported and imported, and what a store that
/// keeps documents keeps.
public struct LedgerEntry: Sendable, Hashable, Codable {
  public var key: DeploymentKey
  /// As it was last read; `nil` for an id that was listed and not read yet.
  public var deployment: Deployment?
  /// When it was last read, or listed where it never was.
  public var seenAt: Date
  public var events: [Event]
  public var notifications: [Notification]
  /// What channels keep of it, by their names.
  public var notes: [String: String]

  public init(key: DeploymentKey, seenAt: Date) {
    self.key = key
    self.seenAt = seenAt
    events = []
    notifications = []
    notes = [:]
  }

  /// An event and the facts as they were when it was seen.
  public struct Event: Sendable, Hashable, Codable {
    public var event: DeploymentEvent
    public var at: Date
    /// Without an id.
    public var content: DeploymentNotification

    public init(event: DeploymentEvent, at: Date, content: DeploymentNotification) {
      self.event = event
      self.at = at
      self.content = content
    }
  }

  /// A row of the outbox: one event on one channel.
  public struct Notification: Sendable, Hashable, Codable {
    public var event: DeploymentEvent
    public var channel: String
    public var state: NotificationState
    public var skipReason: SkipReason?
    public var reason: String?
    public var attempts = 0
    public var failedCycles = 0
    public var firstAttemptAt: Date?
    public var nextAttemptAt: Date
    /// Whose hands it is in.
    public var claim: Claim?
    public var sentAt: Date?
    public var failedAt: Date?
    /// How often the provider's answer wasn't in its form.
    public var oddAnswers = 0
    /// The last attempts, oldest first.
    public var tries: [DeliveryTry] = []

    public init(
      event: DeploymentEvent, channel: String, state: NotificationState, nextAttemptAt: Date
    ) {
      self.event = event
      self.channel = channel
      self.state = state
      self.nextAttemptAt = nextAttemptAt
    }

    public var isPending: Bool { state == .pending || state == .sending }

    /// Failed, or expired before it was seen: what can be put back in line.
    public var canBeRetried: Bool {
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

    /// Earlier versions wrote less.
    public init(from decoder: any Decoder) throws {
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

  /// A sender's hold on a notification.
  public struct Claim: Sendable, Hashable, Codable {
    public var token: String
    public var until: Date

    public init(token: String, until: Date) {
      self.token = token
      self.until = until
    }
  }

  enum CodingKeys: String, CodingKey {
    case key, deployment, events, notifications, notes
    case seenAt = "seen_at"
  }
}

extension LedgerEntry {
  /// Whether it hadn't ended when it was last read, or was never read.
  public var isInFlight: Bool { deployment.map { !$0.status.isFinal } ?? true }

  public var hasPending: Bool { notifications.contains(where: \.isPending) }

  public func key(of notification: Notification) -> NotificationKey {
    NotificationKey(deployment: key, event: notification.event, channel: notification.channel)
  }
}
