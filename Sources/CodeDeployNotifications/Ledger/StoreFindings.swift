import Foundation

/// What one cycle found in one scope.
package struct Finding: Sendable {
  package var scope: AWSScope
  /// When it was found, by this host's clock.
  package var at: Date
  /// When it was found, by AWS's clock: what AWS's times can be compared with.
  package var seenAt: Date
  /// The deployments read, as they stand now.
  package var deployments: [Deployment]
  /// Which of them are of applications that nobody registered: known, so that they aren't read
  /// again, and not waited for.
  package var foreign: Set<String> = []
  /// Ids that were listed and couldn't be read, to be asked for again.
  package var unread: [String]
  package var events: [PlannedEvent]
  /// The new watermark; `nil` where the listing wasn't complete.
  package var watermark: Date?
  /// With a watermark: what its listing brought up and is known to have ended.
  package var ended: Set<String> = []
  /// Channels whose first look back is done with this finding.
  package var backfilled: [BackfilledChannel]
  /// When IAM last refused to list the whole account; stored with the watermark.
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

/// A channel that was looked back for. How far is named too: one that was moved back meanwhile still
/// has to be looked back for.
package struct BackfilledChannel: Sendable, Hashable {
  package var identity: Registration.Identity
  package var channel: String
  package var since: Date
  /// AWS's time less this host's, in seconds, by which the channel's baseline is corrected.
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
