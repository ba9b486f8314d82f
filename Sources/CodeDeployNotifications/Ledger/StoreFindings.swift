import Foundation

/// What one cycle found in one scope.
package struct Finding: Sendable {
  package var scope: AWSScope
  /// The time of the finding, by this host's clock.
  package var at: Date
  /// The same time by AWS's clock, for comparison with AWS's times.
  package var seenAt: Date
  /// The deployments that there is something to store of, each once.
  package var found: [FoundDeployment]
  /// Channels whose first look back is done with this finding.
  package var backfilled: [BackfilledChannel]
  /// The new watermark; `nil` where it stays where it is.
  package var watermark: Date?
  /// With a watermark: what its listing brought up and is known to have ended.
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

/// A deployment that a cycle found, with what becomes of its events.
package struct FoundDeployment: Sendable {
  package var id: String
  package var reading: Reading
  package var events: [PlannedEvent]

  /// How a deployment stands, and how the ledger has it.
  package enum Reading: Sendable, Hashable {
    /// It stands otherwise than the ledger has it.
    case changed(Deployment)
    /// The same, and nobody registered its application: known, so that it isn't read again, and not
    /// polled.
    case foreign(Deployment)
    /// The ledger has it as it stands, and only its events are to be stored.
    case unchanged(Deployment)
    /// It was listed and couldn't be read, and is to be asked for again.
    case unread
  }

  package init(_ reading: Reading, id: String, events: [PlannedEvent] = []) {
    self.id = id
    self.reading = reading
    self.events = events
  }

  /// The same with each event as `body` makes it.
  package func mapEvents(_ body: (PlannedEvent) throws -> PlannedEvent) rethrows -> Self {
    FoundDeployment(reading, id: id, events: try events.map(body))
  }
}

/// What a cycle learnt of a scope itself and a later one needs.
package struct ScopeNote: Sendable, Hashable {
  /// When IAM refused to list the whole account; `nil` where it wasn't asked to, or didn't refuse.
  package var deniedAt: Date?
  /// The id of the AWS account; `nil` where it isn't known, or was before.
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
