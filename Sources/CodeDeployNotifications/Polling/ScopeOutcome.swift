/// What serving one scope brought.
struct ScopeOutcome: Sendable {
  var report: PollReport.ScopeReport
  /// Whether every page of every listing was read, which only a right clock allows.
  var wasListed = false
  var deployments = DeploymentTally()
  /// Notifications that were skipped, and in a dry run those that would be sent.
  var planned: [PollReport.NotificationReport] = []
  /// Whether anything is to be sent that wasn't before.
  var hasMadePending = false
  var storeFailure: StoreFailure?
  /// Registrations that concern what was read and can't be read themselves.
  var unreadable: [UnreadableRegistration] = []
}

extension PollReport {
  mutating func add(_ outcome: ScopeOutcome) {
    scopes.append(outcome.report)
    newDeployments += outcome.deployments.new
    inFlightDeployments += outcome.deployments.inFlight
    notifications += outcome.planned
    unaskedDeployments += outcome.deployments.unasked
  }
}

extension PollReport.NotificationReport {
  /// What was decided of a notification, and not tried.
  init(_ planned: PlannedNotification, of event: PlannedEvent) {
    self.init(
      id: planned.key.id, application: event.content.application,
      deploymentGroup: event.content.deploymentGroup, deploymentID: event.content.deploymentID,
      event: event.event, channel: planned.key.channel, outcome: .planned,
      reason: planned.reason, attempts: 0)
    scope = planned.key.deployment.scope
    if case .skip(let reason) = planned.decision {
      outcome = .skipped
      skipReason = reason
    }
  }
}
