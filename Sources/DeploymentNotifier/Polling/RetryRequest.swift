import CodeDeployNotifications
import Foundation

/// Which failed notifications are to be pending again.
package struct RetryRequest: Sendable {
  /// Of notifications or of deployments; none means all that the rest lets through.
  package var ids: Set<String> = []
  /// None means all.
  package var applications: Set<String> = []
  /// Names of channels; none means all.
  package var channels: Set<String> = []
  package var scopes = ScopeSelection()
  /// Only what failed since then.
  package var since: Date?

  package init() {}

  /// A notification and the deployment that it is of.
  package struct Choice: Sendable {
    package var entry: HistoryEntry
    package var line: HistoryEntry.Line
  }

  /// What is chosen of what a store holds. Throws `StoreFailure`.
  package func choices(in store: any Store) async throws -> [Choice] {
    var query = HistoryQuery(filter: NotificationFilter(applications: applications))
    query.states = [.failed, .skipped]
    query.channels = channels
    let entries = try await store.history(query).filter { scopes.allows($0.scope) }
    return entries.compactMap(query.narrowed).flatMap { entry in
      entry.notifications.filter { line in
        line.canBeRetried
          && (ids.isEmpty || ids.contains(line.id) || ids.contains(entry.deployment.id))
          && since.map { line.failureTime(of: entry) >= $0 } ?? true
      }.map { Choice(entry: entry, line: $0) }
    }
  }
}

extension [RetryRequest.Choice] {
  /// Makes them pending again. Returns those that were still failed. Throws `StoreFailure`.
  package func retry(in store: any Store, now: Date) async throws -> Self {
    guard !isEmpty else { return [] }
    let retried = try await store.retry(.ids(Set(map(\.line.id))), now: now)
    return filter { retried.contains($0.line.id) }
  }
}

extension HistoryEntry.Line {
  /// When it failed, or, where that isn't known, the earliest time that it can have.
  fileprivate func failureTime(of entry: HistoryEntry) -> Date {
    failedAt ?? entry.deployment.completedAt ?? entry.deployment.createdAt
  }
}

extension DeploymentNotifier {
  /// Makes notifications that failed for good pending again, also those that were too old when they
  /// were first seen; the next cycle sends them.
  ///
  /// - Parameters:
  ///   - application: Only those of this application; `nil` for all.
  ///   - channels: Only those to channels of these names; none for all.
  ///   - since: Only what failed since then.
  /// - Returns: The ids of the notifications that are pending again.
  ///
  /// Throws `StoreFailure`.
  @discardableResult
  public func retry(
    _ application: String? = nil, channels: Set<String> = [], since: Date? = nil
  ) async throws -> [String] {
    var request = RetryRequest()
    request.applications = Set(application.map { [$0] } ?? [])
    request.channels = channels
    request.since = since
    return try await retry(request)
  }

  /// The same for notifications, or all of deployments, by their ids.
  @discardableResult
  public func retry(ids: Set<String>) async throws -> [String] {
    guard !ids.isEmpty else { return [] }
    var request = RetryRequest()
    request.ids = ids
    return try await retry(request)
  }

  private func retry(_ request: RetryRequest) async throws -> [String] {
    try await request.choices(in: parts.store)
      .retry(in: parts.store, now: parts.announcing.now()).map(\.line.id)
  }
}
