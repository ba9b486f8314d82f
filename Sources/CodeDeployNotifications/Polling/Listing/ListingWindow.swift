import Foundation

/// How far back a listing has to look.
package struct ListingWindow: Sendable, Hashable {
  /// Deployments created at or after this time are listed.
  package var start: Date
  /// Whether deployments in flight are listed too, however long ago they began.
  package var listsInFlight: Bool
  /// Whether a complete listing moves the watermark and backfills new channels.
  package var coversWatermark: Bool

  /// Listings overlap because deployments may appear late and clocks differ.
  package static let overlap: Duration = .seconds(15 * 60)
  /// The longest that a deployment can run: ECS blue/green with all its waits, 120 h and 48 h.
  /// Source: CodeDeploy's documentation of quotas and of deployment groups' time-outs.
  package static let longestDeployment: Duration = .seconds(168 * 3600)

  /// CodeDeploy filters on the create time only. So a channel's first cycle starts one
  /// `longestDeployment` before the registration: what was created then may have ended after it.
  package init(
    watermark: Date?, backfillSince: Date?, explicit: Duration?, now: Date
  ) {
    let newChannels = backfillSince?.addingTimeInterval(-Self.longestDeployment.inSeconds)
    // A watermark in the future was set by a clock that was ahead; the current time is the better
    // guess.
    let since = [watermark.map { min($0, now) }, newChannels].compactMap { $0 }.min() ?? now
    let needed = since.addingTimeInterval(-Self.overlap.inSeconds)
    start = explicit.map { now.addingTimeInterval(-$0.inSeconds) } ?? needed
    listsInFlight = backfillSince != nil
    coversWatermark = start <= needed
  }
}
