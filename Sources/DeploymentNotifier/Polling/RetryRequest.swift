import CodeDeployNotifications
import Foundation

/// Which failed notifications become pending again.
package struct RetryRequest: Sendable {
  /// Ids of notifications or deployments; empty for all.
  package var ids: Set<String> = []
  /// Names of applications; empty for all.
  package var applications: Set<String> = []
  /// Names of channels; empty for all.
  package var channels: Set<String> = []
  package var scopes = ScopeSelection()
  /// Only notifications that failed at or after this time; `nil` for all.
  package var since: Date?

  package init() {}

  /// A notification and its deployment.
  package struct Choice: Sendable {
    package var entry: HistoryEntry
    package var line: HistoryEntry.Line
    /// Why it stays as it is: the next poll would skip what is muted.
    package var mute: Mute?
  }

  /// The selected notifications in a store. Throws `StoreFailure`.
  package func choices(in store: any Store, now: Date) async throws -> [Choice] {
    var query = HistoryQuery(filter: NotificationFilter(applications: applications))
    query.states = [.failed, .skipped]
    query.channels = channels
    let entries = try await store.history(query).filter { scopes.allows($0.scope) }
    let chosen = entries.compactMap(query.narrowed).flatMap { entry in
      entry.notifications.filter { line in
        line.canBeRetried
          && (ids.isEmpty || ids.contains(line.id) || ids.contains(entry.deployment.id))
          && since.map { line.failureTime(of: entry) >= $0 } ?? true
      }.map { Choice(entry: entry, line: $0) }
    }
    guard !chosen.isEmpty else { return [] }
    let mutes = try await store.mutes().filter { $0.isActive(at: now) }
    return chosen.map { choice in
      var choice = choice
      let identity = Registration.Identity(
        application: choice.entry.deployment.application, scope: choice.entry.scope)
      choice.mute = mutes.first { $0.covers(choice.line.channel, of: identity, at: now) }
      return choice
    }
  }
}

extension [RetryRequest.Choice] {
  /// Makes those that aren't muted pending again. Returns those that were still failed. Throws
  /// `StoreFailure`.
  package func retry(in store: any Store, now: Date) async throws -> Self {
    let heard = filter { $0.mute == nil }
    guard !heard.isEmpty else { return [] }
    let retried = try await store.retry(.ids(Set(heard.map(\.line.id))), now: now)
    return heard.filter { retried.contains($0.line.id) }
  }
}

extension HistoryEntry.Line {
  /// When it failed; where that isn't known, the earliest time at which it can have failed.
  fileprivate func failureTime(of entry: HistoryEntry) -> Date {
    failedAt ?? entry.deployment.completedAt ?? entry.deployment.createdAt
  }
}

extension DeploymentNotifier {
  /// Makes failed notifications pending again, including those that expired before they were seen.
  /// The next cycle sends them. What is muted now stays as it is: no cycle would send it.
  ///
  /// - Parameters:
  ///   - application: Only notifications of this application; `nil` for all.
  ///   - channels: Only notifications for channels of these names; empty for all.
  ///   - since: Only notifications that failed at or after this time; `nil` for all.
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

  /// The same by ids: of notifications, or of deployments with all their notifications. Throws
  /// `StoreFailure`.
  @discardableResult
  public func retry(ids: Set<String>) async throws -> [String] {
    guard !ids.isEmpty else { return [] }
    var request = RetryRequest()
    request.ids = ids
    return try await retry(request)
  }

  private func retry(_ request: RetryRequest) async throws -> [String] {
    let now = parts.announcing.now()
    return try await request.choices(in: parts.store, now: now)
      .retry(in: parts.store, now: now).map(\.line.id)
  }
}
