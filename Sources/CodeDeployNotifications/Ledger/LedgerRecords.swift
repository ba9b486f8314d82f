import Foundation

/// Names a deployment: ids are unique in an account and region.
package struct DeploymentKey: Hashable, Sendable, Codable {
  package var scope: AWSScope
  package var id: String

  package init(scope: AWSScope, id: String) {
    self.scope = scope
    self.id = id
  }
}

/// Names a notification: one deployment, one event, one channel. The key of the dedup table.
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

/// Where a notification stands.
package enum NotificationState: String, Sendable, Codable, CaseIterable {
  /// To be sent, now or at its next attempt's time.
  case pending
  /// Claimed by a cycle that is sending it.
  case sending
  case sent
  /// Given up: refused by the provider, or retried for too long.
  case failed
  /// Not to be sent; the reason says why.
  case skipped
}

/// Why a notification is not to be sent.
public enum SkipReason: String, Sendable, Codable, CaseIterable {
  /// The deployment group is not one that was asked for.
  case deploymentGroup = "deployment_group"
  /// The creator is not one that was asked for.
  case creator
  /// It happened before the application or the channel was registered.
  case beforeRegistration = "before_registration"
  /// It was older than `--max-age` when it was first seen.
  case expired
  /// The channel or its application was unregistered before it could be sent.
  case unregistered
  /// It happened, or was to be sent, while the channel or its application was muted.
  case muted
}

/// A deployment as the ledger holds it.
package struct DeploymentRecord: Sendable, Hashable {
  package var key: DeploymentKey
  /// As it was last read; `nil` for an id that was listed and not read yet.
  package var deployment: Deployment?
  /// When it was last read, or listed where it never was.
  package var seenAt: Date
  /// What the ledger holds of its notifications.
  package var notifications: [Slot: Standing]

  /// A notification's place within its deployment.
  package struct Slot: Hashable, Sendable {
    package var event: DeploymentEvent
    package var channel: String

    package init(event: DeploymentEvent, channel: String) {
      self.event = event
      self.channel = channel
    }
  }

  /// A notification's state, and why where it was skipped.
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

/// A registration as the ledger holds it.
package struct RegistrationRecord: Sendable, Hashable, Codable {
  package var registration: Registration
  /// By channel name: since when each event is announced there.
  package var baselines: [String: Baseline]

  package init(registration: Registration, baselines: [String: Baseline]) {
    self.registration = registration
    self.baselines = baselines
  }

  /// From when on a channel announces.
  package struct Baseline: Sendable, Hashable, Codable {
    /// What happened before is skipped.
    package var since: Date
    /// Events that the channel asked for only later, each with that time.
    package var events: [String: Date]
    /// Whether a complete cycle has looked back for what began before.
    package var isBackfilled: Bool
    /// What the user last asked to have announced by the rules as they are; `nil` where nobody did,
    /// or the rules have changed since.
    package var asked: LookBack?
    /// Which of these times were read from this host's clock while AWS's time wasn't known: events
    /// by their names, and `since`. They are corrected by the first cycle that knows it.
    package var uncorrected: [String]?

    /// As they are stored.
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

    /// How far the next cycle looks back where it isn't backfilled.
    package var lookBack: Date { asked?.since ?? since }

    /// The baseline in AWS's time.
    /// - Parameter clockOffset: AWS's time less this host's, in seconds.
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

    /// How `uncorrected` names `since`.
    static let sinceName = "since"
  }

  /// A span of the past that the user asked for with `register --since`: whatever it holds is
  /// decided anew, and none of it is too old.
  package struct LookBack: Sendable, Hashable, Codable {
    package var since: Date
    /// When it was asked for.
    package var at: Date

    package init(since: Date, at: Date) {
      self.since = since
      self.at = at
    }

    package func covers(_ date: Date) -> Bool { since <= date && date <= at }
  }

  /// The earliest time that a channel which no complete cycle has served yet is looked back to.
  package var backfillSince: Date? { notBackfilled.map(\.since).min() }

  /// The record with its baselines in AWS's time.
  package func corrected(by clockOffset: TimeInterval) -> Self {
    var corrected = self
    corrected.baselines = baselines.mapValues { $0.corrected(by: clockOffset) }
    return corrected
  }

  /// Marks a channel's first look back as done. Returns whether it was one that this concerns: it
  /// may be gone meanwhile, or have to be looked back for further.
  package mutating func backfill(_ backfilled: BackfilledChannel) -> Bool {
    guard let baseline = baselines[backfilled.channel], !baseline.isBackfilled,
      baseline.lookBack.milliseconds == backfilled.since.milliseconds
    else { return false }
    baselines[backfilled.channel] = baseline.corrected(by: backfilled.clockOffset)
    baselines[backfilled.channel]?.isBackfilled = true
    return true
  }

  /// The channels that no complete cycle has served yet.
  package var notBackfilled: [BackfilledChannel] {
    baselines.filter { !$0.value.isBackfilled }.map {
      BackfilledChannel(
        identity: registration.identity, channel: $0.key, since: $0.value.lookBack)
    }
  }
}
