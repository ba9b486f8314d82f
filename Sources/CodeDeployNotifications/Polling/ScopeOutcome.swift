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

  /// The outcome where nothing was recorded.
  init(_ scope: AWSScope, _ reading: ScopeReading) {
    report = PollReport.ScopeReport(scope: scope)
    report.complete = reading.discovery.isWhole
    report.failures = reading.failures
    wasListed = reading.discovery.isComplete
    storeFailure = reading.discovery.storeFailure
  }

  init(
    _ scope: AWSScope, _ reading: ScopeReading, _ recording: ScopeRecording, _ options: PollOptions
  ) {
    self.init(scope, reading)
    report.applications = recording.applications
    report.accountID = recording.accountID
    deployments = recording.deployments
    unreadable = recording.unreadable
    // Another cycle may have recorded some of the events. Their keys aren't returned here, so only
    // the ledger knows what is pending.
    hasMadePending = recording.recorded != nil && recording.finding.hasEvents
    planned = Self.reports(of: recording, options)
  }

  /// Decisions that no delivery reports: skips, and in a dry run all of them.
  private static func reports(
    of recording: ScopeRecording, _ options: PollOptions
  ) -> [PollReport.NotificationReport] {
    recording.finding.found.flatMap(\.events).flatMap { event in
      event.notifications.filter { planned in
        (recording.recorded?.contains(planned.key) ?? true)
          && (options.isDryRun || planned.decision != .deliver)
      }.map { PollReport.NotificationReport($0, of: event) }
    }
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
