/// The result of serving one scope.
struct ScopeOutcome: Sendable {
  var report: PollReport.ScopeReport
  /// Whether every page of every listing was read. That shows that this host's clock is right.
  var wasListed = false
  var deployments = DeploymentTally()
  /// Notifications that were skipped, and in a dry run those that would be sent.
  var planned: [PollReport.NotificationReport] = []
  /// Whether new notifications are pending.
  var hasMadePending = false
  var storeFailure: StoreFailure?
  /// Unreadable registrations of applications that were read.
  var unreadable: [UnreadableRegistration] = []
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
