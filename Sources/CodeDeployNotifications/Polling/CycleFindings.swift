/// What the scopes of a cycle found, added up as they end.
struct CycleFindings: Sendable {
  private(set) var scopes: [PollReport.ScopeReport] = []
  private(set) var deployments = DeploymentTally()
  /// Notifications that were skipped, and in a dry run those that would be sent.
  private(set) var planned: [PollReport.NotificationReport] = []
  /// Each unreadable registration once.
  private(set) var unreadable: [UnreadableRegistration]
  private(set) var storeFailure: StoreFailure?
  /// Whether every page of every listing was read; false where there are no scopes.
  private(set) var isEveryScopeListed: Bool
  /// What the scopes that have ended tell of this host's clock.
  private(set) var clockTrust: ClockTrust
  /// How many scopes haven't ended.
  private var unserved: Int

  init(of scopes: Int, unreadable: [UnreadableRegistration]) {
    self.unreadable = unreadable
    isEveryScopeListed = scopes > 0
    clockTrust = scopes > 0 ? .unknown : .doubtful
    unserved = scopes
  }

  mutating func add(_ outcome: ScopeOutcome) {
    scopes.append(outcome.report)
    deployments.add(outcome.deployments)
    planned += outcome.planned
    for row in outcome.unreadable where !unreadable.contains(row) { unreadable.append(row) }
    storeFailure = storeFailure ?? outcome.storeFailure
    isEveryScopeListed = isEveryScopeListed && outcome.wasListed
    unserved -= 1
    if outcome.wasListed { clockTrust = .right }
    if clockTrust == .unknown, unserved == 0 { clockTrust = .doubtful }
  }

  /// Whether nothing was left unread.
  var isComplete: Bool { unserved == 0 && scopes.allSatisfy(\.complete) }

  /// Of named deployments those whose application isn't registered, with the application.
  var unregistered: [String: String] {
    deployments.unregistered.filter { !deployments.registered.contains($0.key) }
  }

  /// Of named deployments those that no scope has; empty where a scope couldn't be asked.
  func unknown(of named: Set<String>) -> [String] {
    guard scopes.allSatisfy(\.failures.isEmpty) else { return [] }
    return named.subtracting(deployments.registered).subtracting(deployments.unregistered.keys)
      .sorted()
  }
}
