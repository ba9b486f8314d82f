import Foundation

/// How a cycle ends.
struct CycleEnding {
  var pending: Int
  /// In a dry run, what is due in the ledger.
  var due: [PollReport.NotificationReport] = []
  var storeFailure: StoreFailure?
  /// Whether the cycle was told to stop while something was left to do.
  var wasStopped = false
}

extension PollReport {
  /// The report of a cycle that couldn't begin, because the store couldn't be opened.
  package init(startedAt: Date, failedBy error: any Error) {
    self.init(startedAt: startedAt)
    storeFailure = StoreFailure(wrapping: error)
  }

  /// The report of a cycle that began at `startedAt`, but for its duration.
  init(
    _ startedAt: Date, _ options: PollOptions, _ findings: CycleFindings,
    _ dispatched: Dispatcher.Result, _ ending: CycleEnding
  ) {
    self.init(startedAt: startedAt)
    scopes = findings.scopes.sorted { $0.scope < $1.scope }
    newDeployments = findings.deployments.new
    inFlightDeployments = findings.deployments.inFlight
    notifications = (findings.planned + dispatched.notifications + ending.due).sorted {
      ($0.application, $0.deploymentID, $0.event, $0.channel)
        < ($1.application, $1.deploymentID, $1.event, $1.channel)
    }
    leftToOthers = dispatched.leftToOthers
    pending = ending.pending
    storeFailure =
      findings.storeFailure ?? dispatched.storeFailure ?? ending.storeFailure
      ?? UnreadableRegistration.failure(findings.unreadable)
    wasStopped = ending.wasStopped
    unknownDeployments = findings.unknown(of: options.deployments)
    unregisteredDeployments = findings.unregistered
    unaskedDeployments = findings.deployments.unasked
  }
}
