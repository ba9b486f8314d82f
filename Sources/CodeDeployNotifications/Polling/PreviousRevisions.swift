import Foundation

/// Says which version a deployment replaces where CodeDeploy doesn't: the one that the group's last
/// success before it brought.
struct PreviousRevisions: Sendable {
  let scope: AWSScope
  /// What the cycle has read and the ledger doesn't hold yet.
  let read: [Deployment]
  let store: any Store

  /// Successes of a group that are read at once; of older ones each is looked up by itself.
  private static let successesAtOnce = 20

  /// The events with what the ledger knows of the version before.
  func added(to events: [PlannedEvent]) async throws -> [PlannedEvent] {
    var successes: [DeploymentGroupName: [Deployment]] = [:]
    var added = events
    for index in events.indices where events[index].lacksPreviousRevision {
      let content = events[index].content
      guard let name = content.deploymentGroup else { continue }
      let group = DeploymentGroupName(application: content.application, group: name)
      if successes[group] == nil { successes[group] = try await self.successes(of: group) }
      var previous = last(of: successes[group] ?? [], before: content.createdAt)
      if previous == nil, successes[group]?.count ?? 0 >= Self.successesAtOnce {
        previous = try await self.successes(of: group, before: content.createdAt, limit: 1).first
      }
      added[index].content.previousRevision = previous?.revision
      added[index].content.compareURL = content.revision?.compareURL(since: previous?.revision)
    }
    return added
  }

  private func last(of successes: [Deployment], before date: Date) -> Deployment? {
    successes.filter { $0.createdAt < date }.max { $0.createdAt < $1.createdAt }
  }

  /// The newest successes of a group, in the ledger and just read.
  private func successes(
    of group: DeploymentGroupName, before: Date? = nil, limit: Int = successesAtOnce
  ) async throws -> [Deployment] {
    let held = try await store.ends(
      EndsQuery(
        scope: scope, group: group, status: .succeeded, createdBefore: before, limit: limit))
    return held.map(\.deployment)
      + (before == nil
        ? read.filter {
          $0.status == .succeeded && $0.application == group.application
            && $0.deploymentGroup == group.group
        } : [])
  }
}

extension PlannedEvent {
  /// Whether it is announced, and CodeDeploy names no version before.
  fileprivate var lacksPreviousRevision: Bool {
    content.previousRevision == nil && notifications.contains { $0.decision == .deliver }
  }
}
