import Foundation

/// Adds the version that a deployment replaces where CodeDeploy doesn't name it: the revision of
/// the group's latest success before it.
struct PreviousRevisions: Sendable {
  let scope: AWSScope
  /// Deployments that the cycle has read and the ledger doesn't hold yet.
  let read: [Deployment]
  let store: any Store

  /// How many successes of a group are read at once. For older deployments the success before is
  /// looked up one by one.
  private static let successesAtOnce = 20

  /// The events with the previous version from the ledger.
  func added(to events: [PlannedEvent]) async throws -> [PlannedEvent] {
    var successes: [DeploymentGroupName: (known: [Deployment], areAll: Bool)] = [:]
    var added = events
    for index in events.indices where events[index].lacksPreviousRevision {
      let content = events[index].content
      guard let name = content.deploymentGroup else { continue }
      let group = DeploymentGroupName(application: content.application, group: name)
      if successes[group] == nil { successes[group] = try await self.successes(of: group) }
      var previous = last(of: successes[group]?.known ?? [], before: content.createdAt)
      if previous == nil, successes[group]?.areAll == false {
        previous = try await held(of: group, before: content.createdAt, limit: 1).first
      }
      added[index].content.previousRevision = previous?.revision
      added[index].content.compareURL = content.revision?.compareURL(since: previous?.revision)
    }
    return added
  }

  /// - Parameter successes: The oldest first.
  private func last(of successes: [Deployment], before date: Date) -> Deployment? {
    var (low, high) = (0, successes.count)
    while low < high {
      let middle = (low + high) / 2
      if successes[middle].createdAt < date { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? successes[low - 1] : nil
  }

  /// The newest successes of a group, from the ledger and just read, oldest first, and whether the
  /// ledger holds no others.
  private func successes(
    of group: DeploymentGroupName
  ) async throws -> (known: [Deployment], areAll: Bool) {
    let held = try await held(of: group, limit: Self.successesAtOnce)
    let found = read.filter { $0.status == .succeeded && $0.name == group }
    return (
      (held + found).sorted { $0.createdAt < $1.createdAt }, held.count < Self.successesAtOnce
    )
  }

  private func held(
    of group: DeploymentGroupName, before: Date? = nil, limit: Int
  ) async throws -> [Deployment] {
    try await store.ends(
      EndsQuery(
        scope: scope, group: group, status: .succeeded, createdBefore: before, limit: limit)
    ).map(\.deployment)
  }
}

extension Deployment {
  fileprivate var name: DeploymentGroupName? {
    deploymentGroup.map { DeploymentGroupName(application: application, group: $0) }
  }
}

extension PlannedEvent {
  /// Whether it is announced and CodeDeploy names no previous version.
  fileprivate var lacksPreviousRevision: Bool {
    content.previousRevision == nil && notifications.contains { $0.decision == .deliver }
  }
}
