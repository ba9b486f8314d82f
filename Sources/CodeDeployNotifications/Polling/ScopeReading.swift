import Foundation

/// What a scope's first stages brought: what CodeDeploy has, and by which clocks.
struct ScopeReading: Sendable {
  /// When the stages began, by this host's clock.
  let began: Date
  /// AWS's time minus this host's, in seconds.
  let clockOffset: TimeInterval
  let window: ListingWindow
  let discovery: Discovery
  /// Why anything was left unread, for people.
  let failures: [AWSFailure]

  /// `began` by AWS's clock.
  var now: Date { began.addingTimeInterval(clockOffset) }
}

/// What a scope's other stages brought: what was decided, and what of it the ledger took.
struct ScopeRecording: Sendable {
  /// The applications that can't be served because their profile doesn't exist.
  let applications: [String]
  /// Unreadable registrations of applications that were read.
  let unreadable: [UnreadableRegistration]
  let deployments: DeploymentTally
  /// The id of the account; `nil` where it isn't known.
  let accountID: String?
  let finding: Finding
  /// The keys that are new or have replaced a skip; `nil` where there was nothing to store, or in a
  /// dry run.
  let recorded: Set<NotificationKey>?
}
