import Foundation

/// A deployment as a report describes it.
struct ReportedDeployment: Sendable, Hashable {
  /// The outcomes that a report distinguishes.
  enum Outcome: String, Sendable, Hashable, CaseIterable {
    case succeeded, failed, stopped
    case inFlight = "in flight"
  }

  var deployment: Deployment
  var scope: AWSScope
  /// Who pushed it; `nil` where that isn't known.
  var deployer: String?
  var failure: DeploymentNotification.Failure?
  var consoleURL: String?
  /// The account's name in the registration; `nil` where it has none.
  var accountName: String?
  var accountID: String?
  /// Whether a registration's rules were applied to it.
  var wasObserved: Bool

  init(_ entry: LedgerEntry, _ deployment: Deployment) {
    self.deployment = deployment
    scope = entry.key.scope
    wasObserved = !entry.events.isEmpty
    let contents = entry.events.map(\.content)
    deployer = contents.lazy.compactMap(\.deployer).compactMap { $0.name ?? $0.email }.last
    failure = contents.lazy.compactMap(\.failure).last
    consoleURL = contents.lazy.compactMap(\.consoleURL).last
    accountName = contents.lazy.compactMap(\.accountName).last
    accountID = contents.lazy.compactMap(\.accountID).last
  }

  /// The account's name, or its id, where that is known.
  var account: String? { accountName ?? accountID }

  var outcome: Outcome {
    switch deployment.status {
    case .succeeded: .succeeded
    case .failed: .failed
    case .stopped: .stopped
    default: .inFlight
    }
  }

  /// Whether CodeDeploy made it to undo another one.
  var isRollback: Bool { deployment.rollback?.triggeredBy != nil }

  var wasRolledBack: Bool { deployment.rollback?.rolledBackBy != nil }

  /// When it ended; while it is in flight, when it was created.
  var time: Date { deployment.completedAt ?? deployment.createdAt }

  /// The scope, application and group that it belongs to.
  var group: ReportGroup {
    ReportGroup(
      scope: scope, application: deployment.application, group: deployment.deploymentGroup ?? "")
  }
}

/// A deployment group of an application in one account and region.
struct ReportGroup: Sendable, Hashable, Comparable {
  var scope: AWSScope
  var application: String
  var group: String

  static func < (one: Self, other: Self) -> Bool {
    (one.application, one.group, one.scope) < (other.application, other.group, other.scope)
  }
}
