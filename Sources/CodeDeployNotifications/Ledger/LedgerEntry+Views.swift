import Foundation

extension LedgerEntry {
  /// The entry as a cycle needs it.
  package var record: DeploymentRecord {
    DeploymentRecord(
      key: key, deployment: deployment, seenAt: seenAt,
      notifications: Dictionary(
        notifications.map {
          (
            DeploymentRecord.Slot(event: $0.event, channel: $0.channel),
            DeploymentRecord.Standing(state: $0.state, skipReason: $0.skipReason)
          )
        }, uniquingKeysWith: { first, _ in first }))
  }

  /// The entry as a part of the history; `nil` for an id that was never read.
  package var historyEntry: HistoryEntry? {
    guard let deployment else { return nil }
    let lines = notifications.sorted {
      ($0.event.position, $0.channel) < ($1.event.position, $1.channel)
    }.map { one in
      HistoryEntry.Line(
        id: key(of: one).id, channel: one.channel, event: one.event, state: one.state,
        reason: one.reason, attempts: one.attempts,
        nextAttemptAt: one.nextAttemptAt, sentAt: one.sentAt, failedAt: one.failedAt,
        tries: one.tries)
    }
    return HistoryEntry(deployment: deployment, scope: key.scope, notifications: lines)
  }

  /// How many of its notifications are pending, if the filter selects it.
  package func pendingCount(_ filter: NotificationFilter) -> Int {
    passes(filter) ? notifications.count(where: \.isPending) : 0
  }

  /// Whether the filter selects it.
  package func passes(_ filter: NotificationFilter) -> Bool {
    (filter.deployments.isEmpty || filter.deployments.contains(key.id))
      && (filter.applications.isEmpty
        || deployment.map { filter.applications.contains($0.application) } ?? false)
  }
}

extension HistoryEntry {
  /// The order of the history: the newest first.
  package static func isNewer(_ one: Self, _ other: Self) -> Bool {
    let (one, other) = (one.deployment, other.deployment)
    return one.createdAt == other.createdAt ? one.id < other.id : one.createdAt > other.createdAt
  }
}
