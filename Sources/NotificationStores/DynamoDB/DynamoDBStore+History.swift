import CodeDeployNotifications
import Foundation

extension ScanFilter {
  /// Every deployment.
  static let deployments = ScanFilter(
    expression: "begins_with(#p, :p)", names: ["#p": ItemKey.partitionName],
    values: [":p": .text(ItemKey.deploymentPrefix)])

  /// Deployments with something that can be made pending again.
  static let failed = deployments.and(
    "attribute_exists(#f)", names: ["#f": DeploymentItem.failedName])

  func and(_ more: String, names: [String: String], values: Item = [:]) -> ScanFilter {
    ScanFilter(
      expression: "\(expression) AND \(more)",
      names: self.names.merging(names) { first, _ in first },
      values: self.values.merging(values) { first, _ in first })
  }
}

extension DynamoDBStore {
  /// Named deployments are looked up. Without names the whole table is read.
  package func history(_ query: HistoryQuery) async throws -> [HistoryEntry] {
    try await step { [self] in
      let desk = try await desk()
      let registered = Set(desk.records.map(\.registration.identity))
      var entries: [LedgerEntry] = []
      if !query.filter.deployments.isEmpty {
        let scopes = Set(desk.scopes.keys).union(desk.records.map(\.registration.scope))
          .union(desk.unsettled.map(\.scope))
        let keys = scopes.flatMap { scope in
          query.filter.deployments.map { DeploymentKey(scope: scope, id: $0) }
        }
        entries = try await items(keys).values.map(\.entry)
      }
      // In a scope without registrations a deployment may have no marker.
      if query.filter.deployments.isEmpty || entries.count < query.filter.deployments.count {
        entries = []
        try await table.scan(Self.filter(query)) {
          entries += readable($0).map(\.entry)
        }
      }
      return entries.filter { entry in
        guard let deployment = entry.deployment, entry.passes(query.filter),
          deployment.createdAt >= query.since ?? .distantPast
        else { return false }
        return !entry.events.isEmpty
          || registered.contains(
            .init(application: deployment.application, scope: entry.key.scope))
      }.compactMap(\.historyEntry).sorted(by: HistoryEntry.isNewer)
    }
  }

  private static func filter(_ query: HistoryQuery) -> ScanFilter {
    var filter = ScanFilter.deployments
    if let since = query.since {
      filter = filter.and(
        "#c >= :c", names: ["#c": DeploymentItem.createdName],
        values: [":c": .number(since.milliseconds)])
    }
    // With several applications all deployments are read, and filtered afterwards.
    if query.filter.applications.count == 1, let application = query.filter.applications.first {
      filter = filter.and(
        "#a = :a", names: ["#a": DeploymentItem.applicationName],
        values: [":a": .text(application)])
    }
    return filter
  }
}
