import Foundation

/// What one cycle found in one scope.
package struct Finding: Sendable {
  package var scope: AWSScope
  /// The time of the finding, by this host's clock.
  package var at: Date
  /// The same time by AWS's clock, for comparison with AWS's times.
  package var seenAt: Date
  /// The deployments that were read, in their current state.
  package var deployments: [Deployment]
  /// The ids of those whose application isn't registered. They are stored so that they aren't read
  /// again, and are not in flight for the ledger.
  package var foreign: Set<String> = []
  /// Ids that were listed and couldn't be read. They are asked for again.
  package var unread: [String]
  package var events: [PlannedEvent]
  /// The new watermark; `nil` where the listing wasn't complete.
  package var watermark: Date?
  /// The ids that the watermark's listing brought up and that are known to have ended; stored with
  /// the watermark.
  package var ended: Set<String> = []
  /// Channels that are backfilled with this finding.
  package var backfilled: [BackfilledChannel]
  /// When IAM last denied listing the whole account; stored with the watermark.
  package var deniedAt: Date?
  /// The id of the AWS account; stored with the watermark.
  package var accountID: String?

  package init(
    scope: AWSScope, at: Date, deployments: [Deployment] = [], unread: [String] = [],
    events: [PlannedEvent] = [], watermark: Date? = nil,
    backfilled: [BackfilledChannel] = []
  ) {
    self.scope = scope
    self.at = at
    self.seenAt = at
    self.deployments = deployments
    self.unread = unread
    self.events = events
    self.watermark = watermark
    self.backfilled = backfilled
  }

  /// Whether storing it would change nothing but the watermark.
  package var isQuiet: Bool {
    deployments.isEmpty && unread.isEmpty && events.isEmpty && backfilled.isEmpty
  }
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
