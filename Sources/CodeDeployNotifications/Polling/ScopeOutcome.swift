/// The result of serving one scope.
struct ScopeOutcome: Sendable {
  var report: PollReport.ScopeReport
  /// Whether every page of every listing was read. That shows that this host's clock is right.
  var wasListed = false
  var newDeployments = 0
  var inFlight = 0
  /// Ids of the deployments of registered applications that were read.
  var found: Set<String> = []
  /// Named deployments whose application isn't registered, with the application.
  var unregistered: [String: String] = [:]
  /// Named deployments of which no channel asked for an event that they have reached.
  var unasked: [PollReport.UnaskedDeployment] = []
  /// Notifications that were skipped, and in a dry run those that would be sent.
  var planned: [PollReport.NotificationReport] = []
  /// Whether new notifications are pending.
  var hasMadePending = false
  var storeFailure: StoreFailure?
  /// Unreadable registrations of applications that were read.
  var unreadable: [UnreadableRegistration] = []

  mutating func add(_ plan: ScopePlan) {
    newDeployments = plan.newDeployments
    inFlight = plan.inFlight
    found = plan.found
    unregistered = plan.unregistered
    unasked = plan.unasked
  }
}

extension PollReport {
  mutating func add(_ outcome: ScopeOutcome) {
    scopes.append(outcome.report)
    newDeployments += outcome.newDeployments
    inFlightDeployments += outcome.inFlight
    notifications += outcome.planned
    unaskedDeployments += outcome.unasked
  }
}
