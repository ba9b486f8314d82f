import CodeDeployNotifications
import Foundation

extension DynamoDBStore {
  /// An eventually consistent read may miss a known deployment. That one is then read and recorded
  /// again, without effect. So this read is eventually consistent, at half the cost.
  package func deployments(
    _ ids: [String], in scope: AWSScope
  ) async throws -> [String: DeploymentRecord] {
    try await step { [self] in
      let keys = ids.map { DeploymentKey(scope: scope, id: $0) }
      let found = try await items(keys, consistently: false)
      return Dictionary(
        found.map { ($0.key.id, $0.value.entry.record) }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// Each deployment is one conditional write, together with its events and notifications. The
  /// backfilled channels follow, and the watermark comes last. After a crash in between the
  /// watermark is unchanged, so that the next cycle finds the same again, and what it stores again
  /// stays as it is.
  package func record(_ finding: Finding) async throws -> Set<NotificationKey> {
    try await step { [self] in
      let found = FindingPart.parts(of: finding)
      let (known, unreadable) = try await stored(
        found.map { DeploymentKey(scope: finding.scope, id: $0.id) })
      // It is unknown what was announced of unreadable items. Nothing more is, until somebody has
      // fixed them.
      let parts = found.filter {
        !unreadable.contains(ItemKey(DeploymentKey(scope: finding.scope, id: $0.id)))
      }
      let keys = parts.map { DeploymentKey(scope: finding.scope, id: $0.id) }
      for (part, key) in zip(parts, keys)
      where part.deployment == nil && !part.isUnread && known[key] == nil {
        throw StoreFailure(
          .unusable, "an event of deployment \(part.id) has no deployment in the store")
      }
      // An item that is too large holds back the watermark, but not the other deployments.
      let stored = try await concurrentMap(parts) {
        part -> Result<[NotificationKey], StoreFailure> in
        let key = DeploymentKey(scope: finding.scope, id: part.id)
        do {
          let inLine = try await self.change(
            key, .read(known[key]), new: LedgerEntry(key: key, seenAt: finding.seenAt)
          ) { part.enter(&$0, of: finding) }
          return .success(inLine ?? [])
        } catch let failure as StoreFailure { return .failure(failure) }
      }
      let inLine = try stored.map { try $0.get() }
      try await rememberEnds(
        of: finding.deployments.filter { !finding.foreign.contains($0.id) }, in: finding.scope)
      try await backfill(finding.backfilled)
      if let watermark = finding.watermark {
        try await put(
          ScopeItem(
            mark: watermark, ended: finding.ended, deniedAt: finding.deniedAt,
            accountID: finding.accountID),
          of: finding.scope)
      }
      return Set(inLine.joined())
    }
  }

  func put(_ scope: ScopeItem, of key: AWSScope) async throws {
    try await table.put(
      ItemKey(key).attributes.merging(scope.attributes) { first, _ in first })
  }
}

/// The part of a finding about one deployment.
private struct FindingPart: Sendable {
  var id: String
  var deployment: Deployment?
  var isForeign = false
  var isUnread = false
  var events: [PlannedEvent] = []

  static func parts(of finding: Finding) -> [FindingPart] {
    var parts: [String: FindingPart] = [:]
    for deployment in finding.deployments {
      let isForeign = finding.foreign.contains(deployment.id)
      parts[deployment.id] = FindingPart(
        id: deployment.id, deployment: deployment, isForeign: isForeign)
    }
    for id in finding.unread { parts[id, default: FindingPart(id: id)].isUnread = true }
    for event in finding.events {
      parts[event.deploymentID, default: FindingPart(id: event.deploymentID)].events.append(event)
    }
    return parts.values.sorted { $0.id < $1.id }
  }

  /// Adds the part to an item. Returns the keys that are new or have replaced a skip.
  func enter(_ item: inout DeploymentItem, of finding: Finding) -> [NotificationKey] {
    if let deployment { item.entry.take(deployment, at: finding.seenAt) }
    if deployment != nil || isUnread { item.isWatched = item.entry.isInFlight && !isForeign }
    return events.flatMap { item.entry.take($0, at: finding.at) }
  }
}
