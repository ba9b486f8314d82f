import CodeDeployNotifications
import Foundation

extension DynamoDBStore {
  package func ends(_ query: EndsQuery) async throws -> [HistoryEntry] {
    try await step { [self] in
      guard
        let group = try await table.get(ItemKey(query.scope, query.group)).flatMap(GroupItem.init)
      else { return [] }
      let before = query.createdBefore?.milliseconds ?? .max
      let keys = group.ends.filter { end in
        end.createdAt < before && (query.status.map { $0.rawValue == end.status } ?? true)
      }.prefix(query.limit).map { DeploymentKey(scope: query.scope, id: $0.id) }
      let found = try await items(Array(keys))
      return keys.compactMap { found[$0]?.entry.historyEntry }
    }
  }

  /// Records which deployments of a group have ended, after they were stored. If a crash prevents
  /// it, they are missing in lists of the group's ended deployments, but every announcement is
  /// made.
  func rememberEnds(of deployments: [Deployment], in scope: AWSScope) async throws {
    let byGroup = Dictionary(grouping: deployments.filter(\.status.isFinal)) { deployment in
      deployment.deploymentGroup.map {
        DeploymentGroupName(application: deployment.application, group: $0)
      }
    }
    let groups = byGroup.keys.compactMap { $0 }
    guard !groups.isEmpty else { return }
    let known = Dictionary(
      try await table.get(groups.map { ItemKey(scope, $0) }).compactMap(GroupItem.init)
        .map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    let forgottenAt = deployments.map(\.createdAt).max()?.addingTimeInterval(retention) ?? .now
    _ = try await concurrentMap(groups) { [self] group in
      let key = ItemKey(scope, group)
      var item = known[key] ?? GroupItem(scope, group)
      for attempt in 1...DynamoDBTable.patience {
        guard let write = item.adding(byGroup[group] ?? [], forgottenAt: forgottenAt) else {
          return
        }
        if try await table.write([write], token: UUID().uuidString) { return }
        try await table.pause(attempt)
        item = try await table.get(key).flatMap(GroupItem.init) ?? GroupItem(scope, group)
      }
      throw DynamoDBTable.isBusy
    }
  }
}
