import Foundation

/// Identifies a deployment: ids are unique in an account and region.
package struct DeploymentKey: Hashable, Sendable {
  package var scope: AWSScope
  package var id: String

  package init(scope: AWSScope, id: String) {
    self.scope = scope
    self.id = id
  }
}

/// Identifies a notification by deployment, event and channel. It is the unique key that prevents
/// sending twice.
package struct NotificationKey: Hashable, Sendable, Codable {
  package var deployment: DeploymentKey
  package var event: DeploymentEvent
  /// The channel's name in the registration.
  package var channel: String

  package init(deployment: DeploymentKey, event: DeploymentEvent, channel: String) {
    self.deployment = deployment
    self.event = event
    self.channel = channel
  }
}

/// The state of a notification.
public enum NotificationState: String, Sendable, Codable, CaseIterable {
  /// To be sent, now or at the time of its next attempt.
  case pending
  /// Claimed by a cycle that is sending it.
  case sending
  /// Accepted by its provider.
  case sent
  /// Given up: the provider refused it, or it was retried for too long.
  case failed
  /// Not to be sent; the reason says why.
  case skipped
}

/// Why a notification is not to be sent.
public enum SkipReason: String, Sendable, Codable, CaseIterable {
  /// The registration doesn't ask for this deployment group.
  case deploymentGroup = "deployment_group"
  /// The registration doesn't ask for this creator.
  case creator
  /// It happened before the application or the channel was registered.
  case beforeRegistration = "before_registration"
  /// The event was older than `--max-age` when it was first seen.
  case expired
  /// The channel or its application was unregistered before it could be sent.
  case unregistered
  /// The event happened, or was to be sent, while the channel or its application was muted.
  case muted
}

/// A deployment's record in the ledger.
package struct DeploymentRecord: Sendable, Hashable {
  package var key: DeploymentKey
  /// The deployment as it was last read; `nil` for an id that was listed and not read yet.
  package var deployment: Deployment?
  /// When it was last read, or when it was listed if it was never read.
  package var seenAt: Date
  /// The state of its notifications.
  package var notifications: [Slot: Standing]

  /// Identifies a notification within its deployment.
  package struct Slot: Hashable, Sendable {
    package var event: DeploymentEvent
    package var channel: String

    package init(event: DeploymentEvent, channel: String) {
      self.event = event
      self.channel = channel
    }
  }

  /// A notification's state, and for a skipped one the reason.
  package struct Standing: Hashable, Sendable {
    package var state: NotificationState
    package var skipReason: SkipReason?

    package init(state: NotificationState, skipReason: SkipReason? = nil) {
      self.state = state
      self.skipReason = skipReason
    }
  }

  package init(
    key: DeploymentKey, deployment: Deployment?, seenAt: Date,
    notifications: [Slot: Standing] = [:]
  ) {
    self.key = key
    self.deployment = deployment
    self.seenAt = seenAt
    self.notifications = notifications
  }
}

/// A registration's record in the ledger.
package struct RegistrationRecord: Sendable, Hashable, Codable {
  package var registration: Registration
  /// Since when each event is announced, by channel name.
  package var baselines: [String: Baseline]

  package init(registration: Registration, baselines: [String: Baseline]) {
    self.registration = registration
    self.baselines = baselines
  }

  /// Since when a channel announces events.
  package struct Baseline: Sendable, Hashable, Codable {
    /// Events from before this time are skipped.
    package var since: Date
    /// Events that the channel asked for later, each with the time of that.
    package var events: [String: Date]
    /// Whether the channel's first look back is done: a complete cycle has served it.
    package var isBackfilled: Bool
    /// The span that the user last asked for; `nil` where the user didn't, or the rules have
    /// changed since.
    package var asked: LookBack?
    /// The times that were read from this host's clock while AWS's time was unknown: names of
    /// events, and `since`. The first cycle that knows AWS's time corrects them.
    package var uncorrected: [String]?

    /// The stored keys.
    private enum CodingKeys: String, CodingKey {
      case since, events, asked, uncorrected
      case isBackfilled = "isSettled"
    }

    package init(
      since: Date, events: [String: Date] = [:], isBackfilled: Bool = false, asked: LookBack? = nil,
      uncorrected: [String]? = nil
    ) {
      self.since = since
      self.events = events
      self.isBackfilled = isBackfilled
      self.asked = asked
      self.uncorrected = uncorrected
    }

    package func since(_ event: DeploymentEvent) -> Date { events[event.rawValue] ?? since }

    /// How far the next cycle looks back for a channel that isn't backfilled.
    package var lookBack: Date { asked?.since ?? since }

    /// The baseline in AWS's time.
    /// - Parameter clockOffset: AWS's time minus this host's, in seconds.
    package func corrected(by clockOffset: TimeInterval) -> Self {
      guard let uncorrected else { return self }
      var corrected = self
      corrected.uncorrected = nil
      for name in uncorrected {
        if name == Self.sinceName {
          corrected.since += clockOffset
        } else {
          corrected.events[name]? += clockOffset
        }
      }
      return corrected
    }

    /// What `uncorrected` calls `since`.
    static let sinceName = "since"
  }

  /// A span of the past that the user asked for with `register --since`. Skips within it are
  /// decided anew, and no event in it counts as too old.
  package struct LookBack: Sendable, Hashable, Codable {
    package var since: Date
    /// When the user asked for it.
    package var at: Date

    package init(since: Date, at: Date) {
      self.since = since
      self.at = at
    }

    package func covers(_ date: Date) -> Bool { since <= date && date <= at }
  }

  /// The earliest time that has to be looked back to, for channels that aren't backfilled; `nil` if
  /// all are.
  package var backfillSince: Date? { notBackfilled.map(\.since).min() }

  /// The record with its baselines in AWS's time.
  package func corrected(by clockOffset: TimeInterval) -> Self {
    var corrected = self
    corrected.baselines = baselines.mapValues { $0.corrected(by: clockOffset) }
    return corrected
  }

  /// Marks a channel as backfilled. Returns false where that doesn't apply any more: the channel
  /// may have been removed meanwhile, or has to be looked back for further.
  package mutating func backfill(_ backfilled: BackfilledChannel) -> Bool {
    guard let baseline = baselines[backfilled.channel], !baseline.isBackfilled,
      baseline.lookBack.milliseconds == backfilled.since.milliseconds
    else { return false }
    baselines[backfilled.channel] = baseline.corrected(by: backfilled.clockOffset)
    baselines[backfilled.channel]?.isBackfilled = true
    return true
  }

  /// The channels whose first look back isn't done.
  package var notBackfilled: [BackfilledChannel] {
    baselines.filter { !$0.value.isBackfilled }.map {
      BackfilledChannel(
        identity: registration.identity, channel: $0.key, since: $0.value.lookBack)
    }
  }
}
