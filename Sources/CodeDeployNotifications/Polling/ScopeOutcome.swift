/// What serving one scope brought.
struct ScopeOutcome: Sendable {
  var report: PollReport.ScopeReport
  /// Whether every page of every listing was read, which only a right clock allows.
  var wasListed = false
  var newDeployments = 0
  var inFlight = 0
  /// Ids of the deployments of registered applications that were read.
  var found: Set<String> = []
  /// Named deployments of applications that nobody registered.
  var unregistered: [String: String] = [:]
  /// Named deployments that no channel asked to be told of.
  var unasked: [PollReport.UnaskedDeployment] = []
  /// Notifications that were skipped, and in a dry run those that would be sent.
  var planned: [PollReport.NotificationReport] = []
  /// Whether anything is to be sent that wasn't before.
  var hasMadePending = false
  var storeFailure: StoreFailure?
  /// Registrations that concern what was read and can't be read themselves.
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
