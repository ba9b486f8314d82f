import Foundation
import Synchronization

extension HistoryQuery {
  /// Whether the query selects notifications by state or channel.
  private var asksForNotifications: Bool { !states.isEmpty || !channels.isEmpty }

  /// The entry with only the notifications that the query selects; `nil` where it selects none.
  package func narrowed(_ entry: HistoryEntry) -> HistoryEntry? {
    if !groups.isEmpty {
      guard let group = entry.deployment.deploymentGroup,
        groups.contains(where: { Glob($0).matches(group) })
      else { return nil }
    }
    guard asksForNotifications else { return entry }
    var narrowed = entry
    narrowed.notifications.removeAll {
      !(states.isEmpty || states.contains($0.state))
        || !(channels.isEmpty || channels.contains($0.channel))
    }
    return narrowed.notifications.isEmpty ? nil : narrowed
  }
}

extension Store {
  /// Calls `body` with the history, one deployment after the other, newest first and narrowed by
  /// the whole query, until `body` returns false. Throws what `body` throws.
  package func history(
    _ query: HistoryQuery, _ body: @escaping @Sendable (HistoryEntry) throws -> Bool
  ) async throws {
    var left = query.limit ?? Int.max
    for entry in try await history(query) {
      guard left > 0 else { return }
      guard let narrowed = query.narrowed(entry) else { continue }
      left -= 1
      guard try body(narrowed) else { return }
    }
  }

  /// Counts pending and failed notifications by reading the whole history.
  package func outbox(countingFailed: Bool) async throws -> OutboxSummary {
    let summary = Mutex(OutboxSummary())
    try await contents { record in
      guard case .deployment(let entry) = record else { return }
      summary.withLock { $0.add(entry) }
    }
    return summary.withLock { $0 }
  }
}

/// Counts of the outbox.
package struct OutboxSummary: Sendable, Hashable {
  /// Pending notifications, including those that are being sent.
  package var pending = 0
  /// Pending notifications that nobody has tried to send.
  package var untried = 0
  /// The time of the oldest event with a pending notification.
  package var oldestPendingAt: Date?
  /// When the next attempt is due; `nil` where all pending notifications are being sent.
  package var nextAttemptAt: Date?
  package var failed = 0

  package init() {}

  /// Counts a deployment's notifications.
  package mutating func add(_ entry: LedgerEntry) {
    for notification in entry.notifications {
      if notification.state == .failed { failed += 1 }
      guard notification.isPending else { continue }
      pending += 1
      if notification.attempts == 0 { untried += 1 }
      let at = entry.events.first { $0.event == notification.event }?.at
      oldestPendingAt = [oldestPendingAt, at].compactMap { $0 }.min()
      guard notification.state == .pending else { continue }
      nextAttemptAt = min(nextAttemptAt ?? notification.nextAttemptAt, notification.nextAttemptAt)
    }
  }
}
