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

  /// The deployments with what the ledger knows of the version before each.
  func added(to found: [FoundDeployment]) async throws -> [FoundDeployment] {
    var known: [DeploymentGroupName: Successes] = [:]
    var added = found
    for index in found.indices {
      guard let content = found[index].events.first(where: \.lacksPreviousRevision)?.content,
        let name = content.deploymentGroup
      else { continue }
      let group = DeploymentGroupName(application: content.application, group: name)
      let successes: Successes
      if let read = known[group] {
        successes = read
      } else {
        successes = try await self.successes(of: group)
        known[group] = successes
      }
      var previous = last(of: successes.deployments, before: content.createdAt)
      if previous == nil, !successes.areAll {
        previous = try await held(of: group, before: content.createdAt, limit: 1).first
      }
      added[index] = found[index].mapEvents { event in
        guard event.lacksPreviousRevision else { return event }
        var event = event
        event.content.previousRevision = previous?.revision
        event.content.compareURL = event.content.revision?.compareURL(since: previous?.revision)
        return event
      }
    }
    return added
  }

  private struct Successes {
    /// The oldest first.
    var deployments: [Deployment]
    /// Whether the ledger holds no others.
    var areAll: Bool
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

  /// The newest successes of a group, in the ledger and just read.
  private func successes(of group: DeploymentGroupName) async throws -> Successes {
    let held = try await held(of: group, limit: Self.successesAtOnce)
    let found = read.filter { $0.status == .succeeded && $0.name == group }
    return Successes(
      deployments: (held + found).sorted { $0.createdAt < $1.createdAt },
      areAll: held.count < Self.successesAtOnce)
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
