import CodeDeployNotifications
import Foundation

extension DynamoDBStore {
  package func claim(_ request: ClaimRequest) async throws -> [ClaimedNotification] {
    try await step { [self] in
      let items = Dictionary(
        try await unsettled(request.filter).map { ($0.entry.key, $0) },
        uniquingKeysWith: { first, _ in first })
      var due = items.values.flatMap { $0.entry.due(for: request) }.sorted()[...]
      var claimed: [ClaimedNotification] = []
      // The next due notifications replace those that another sender has claimed first.
      while !due.isEmpty, claimed.count < request.limit {
        let wanted = due.prefix(request.limit - claimed.count)
        due = due.dropFirst(wanted.count)
        let byDeployment = Dictionary(grouping: wanted.map(\.key), by: \.deployment)
        let won = try await concurrentMap(byDeployment) { key, wanted in
          try await self.change(key, .read(items[key])) {
            $0.entry.claim(wanted, request)
          } ?? []
        }
        let byKey = Dictionary(
          won.joined().map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        claimed += wanted.compactMap { byKey[$0.key] }
      }
      return claimed
    }
  }

  /// One write for each deployment, concurrently. If one fails, the others are made all the same.
  package func settle(_ settlements: [Settlement]) async throws -> Set<String> {
    try await step { [self] in
      let byDeployment = Dictionary(grouping: settlements, by: \.claimed.key.deployment)
      let results = await concurrentMap(byDeployment) { key, settlements in
        await Result { try await self.settle(settlements, of: key) }
      }
      return try results.reduce(into: []) { $0.formUnion(try $1.get()) }
    }
  }

  private func settle(
    _ settlements: [Settlement], of deployment: DeploymentKey
  ) async throws -> Set<String> {
    let recorded = try await change(deployment) { item in
      settlements.filter { item.entry.settle($0.claimed, $0.outcome) }
        .map(\.claimed.notification.id)
    }
    return Set(recorded ?? [])
  }

  /// Failed notifications are found by reading the whole table, because people rarely ask for it.
  package func retry(_ selection: RetrySelection, now: Date) async throws -> Set<String> {
    let ids: Set<String>?
    var applications: Set<String> = []
    switch selection {
    case .ids(let some):
      guard !some.isEmpty else { return [] }
      ids = some
    case .all(let some):
      ids = nil
      applications = some
    }
    return try await step { [self, applications] in
      var failed: [DeploymentItem] = []
      try await table.scan(.failed) { failed += readable($0) }
      failed.removeAll { !$0.entry.passes(NotificationFilter(applications: applications)) }
      let retried = try await concurrentMap(failed) { item in
        try await self.change(item.entry.key, .read(item)) {
          $0.entry.retry(ids, now: now)
        } ?? []
      }
      return Set(retried.joined())
    }
  }

  package func note(of deployment: DeploymentKey, _ channel: String) async throws -> String? {
    try await step { [self] in
      readable([try await table.get(ItemKey(deployment))].compactMap { $0 }).first?
        .entry.notes[channel]
    }
  }

  package func keep(
    _ note: String, of deployment: DeploymentKey, _ channel: String
  ) async throws {
    try await step { [self] in
      _ = try await change(deployment) { $0.entry.notes[channel] = note }
    }
  }
}

extension Result where Failure == any Error {
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
