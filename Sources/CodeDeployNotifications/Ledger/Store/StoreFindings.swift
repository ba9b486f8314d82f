import Foundation

/// What one cycle found in one scope.
package struct Finding: Sendable {
  package var scope: AWSScope
  /// The time of the finding, by this host's clock.
  package var at: Date
  /// The same time by AWS's clock, for comparison with AWS's times.
  package var seenAt: Date
  /// The deployments of which something has to be stored, each once.
  package var found: [FoundDeployment]
  /// Channels that are backfilled with this finding.
  package var backfilled: [BackfilledChannel]
  /// The new watermark; `nil` if it doesn't move.
  package var watermark: Date?
  /// The ids that the watermark's listing brought up and that are known to have ended; stored with
  /// the watermark.
  package var ended: Set<String>

  package init(
    scope: AWSScope, at: Date, seenAt: Date? = nil, found: [FoundDeployment] = [],
    backfilled: [BackfilledChannel] = [], watermark: Date? = nil, ended: Set<String> = []
  ) {
    self.scope = scope
    self.at = at
    self.seenAt = seenAt ?? at
    self.found = found
    self.backfilled = backfilled
    self.watermark = watermark
    self.ended = ended
  }

  /// Whether storing it would change nothing.
  package var isEmpty: Bool { found.isEmpty && backfilled.isEmpty && watermark == nil }

  package var hasEvents: Bool { found.contains { !$0.events.isEmpty } }
}

/// A deployment that a cycle found, with the plan for its events.
package struct FoundDeployment: Sendable {
  package var id: String
  package var reading: Reading
  package var events: [PlannedEvent]

  /// A deployment's state, compared with the ledger's record.
  package enum Reading: Sendable, Hashable {
    /// Its state differs from the ledger's record.
    case changed(Deployment)
    /// Its state differs, and its application isn't registered. It is stored so that it isn't read
    /// again, and isn't polled.
    case foreign(Deployment)
    /// Its state equals the ledger's record, so that only its events have to be stored.
    case unchanged(Deployment)
    /// It was listed and couldn't be read. A later cycle asks for it again.
    case unread
  }

  package init(_ reading: Reading, id: String, events: [PlannedEvent] = []) {
    self.id = id
    self.reading = reading
    self.events = events
  }

  /// A copy with `body` applied to each event.
  package func mapEvents(_ body: (PlannedEvent) throws -> PlannedEvent) rethrows -> Self {
    FoundDeployment(reading, id: id, events: try events.map(body))
  }
}

/// What a cycle learned about a scope itself and later cycles need.
package struct ScopeNote: Sendable, Hashable {
  /// When IAM denied listing the whole account; `nil` if that wasn't tried, or wasn't denied.
  package var deniedAt: Date?
  /// The id of the AWS account; `nil` where it isn't known, or was known before.
  package var accountID: String?

  package init(deniedAt: Date? = nil, accountID: String? = nil) {
    self.deniedAt = deniedAt
    self.accountID = accountID
  }

  package var isEmpty: Bool { deniedAt == nil && accountID == nil }
}

/// A channel whose first look back is done, and how far it reached. If the user has asked for an
/// earlier time meanwhile, the channel still isn't backfilled.
package struct BackfilledChannel: Sendable, Hashable {
  package var identity: Registration.Identity
  package var channel: String
  package var since: Date
  /// AWS's time minus this host's, in seconds, which corrects the channel's baseline.
  package var clockOffset: TimeInterval = 0

  package init(
    identity: Registration.Identity, channel: String, since: Date, clockOffset: TimeInterval = 0
  ) {
    self.identity = identity
    self.channel = channel
    self.since = since
    self.clockOffset = clockOffset
  }
}
