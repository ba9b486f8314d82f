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
      func key(_ found: FoundDeployment) -> DeploymentKey {
        DeploymentKey(scope: finding.scope, id: found.id)
      }
      let (known, unreadable) = try await stored(finding.found.map(key))
      // What was announced of unreadable items is unknown. So nothing more is announced of them
      // until somebody has fixed them.
      let readable = finding.found.filter { !unreadable.contains(ItemKey(key($0))) }
      // An item that is too large holds back the watermark, but not the other deployments.
      let stored = try await concurrentMap(readable) {
        found -> Result<[NotificationKey], StoreFailure> in
        let key = DeploymentKey(scope: finding.scope, id: found.id)
        do {
          let recorded = try await self.change(
            key, .read(known[key]), new: LedgerEntry(key: key, seenAt: finding.seenAt)
          ) { $0.record(found, of: finding) }
          return .success(recorded ?? [])
        } catch let failure as StoreFailure { return .failure(failure) }
      }
      let recorded = try stored.map { try $0.get() }
      try await rememberEnds(of: finding.found.compactMap(\.changed), in: finding.scope)
      try await backfill(finding.backfilled)
      if let watermark = finding.watermark {
        try await change(finding.scope) { item in
          item.watermark = watermark
          item.ended = finding.ended
        }
      }
      return Set(recorded.joined())
    }
  }

  package func keep(_ note: ScopeNote, of scope: AWSScope) async throws {
    try await step { [self] in
      try await change(scope) { item in
        item.deniedAt = note.deniedAt ?? item.deniedAt
        item.accountID = note.accountID ?? item.accountID
      }
    }
  }

  /// Changes a scope's item as the last opening found it, and stores it over whatever is there. Of
  /// two cycles the one that comes last has its way: neither knows more than the other.
  private func change(_ scope: AWSScope, _ change: (inout ScopeItem) -> Void) async throws {
    var item: ScopeItem
    if let scopes = memory.scopes.withLock(\.self) {
      item = scopes[scope] ?? ScopeItem()
    } else {
      item = try await table.get(ItemKey(scope)).map { ScopeItem($0) } ?? ScopeItem()
    }
    change(&item)
    try await put(item, of: scope)
    memory.scopes.withLock { [item] in $0?[scope] = item }
  }

  func put(_ scope: ScopeItem, of key: AWSScope) async throws {
    try await table.put(
      ItemKey(key).attributes.merging(scope.attributes) { first, _ in first })
  }
}

extension DeploymentItem {
  /// Stores what a cycle found. Returns the keys that are new or have replaced a skip.
  fileprivate mutating func record(
    _ found: FoundDeployment, of finding: Finding
  ) -> [NotificationKey] {
    let recorded = entry.record(found, of: finding)
    switch found.reading {
    case .changed, .unread: isPolled = entry.isInFlight
    case .foreign: isPolled = false
    case .unchanged: if version == 0 { isPolled = entry.isInFlight }
    }
    return recorded
  }
}

extension FoundDeployment {
  fileprivate var changed: Deployment? {
    if case .changed(let deployment) = reading { deployment } else { nil }
  }
}
