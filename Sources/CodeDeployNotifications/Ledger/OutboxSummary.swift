import Foundation
import Synchronization

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

extension Store {
  /// Counts pending and failed notifications by reading the whole history.
  package func outbox(countingFailed: Bool) async throws -> OutboxSummary {
    let summary = Mutex(OutboxSummary())
    try await exportRecords { record in
      guard case .deployment(let entry) = record else { return }
      summary.withLock { $0.add(entry) }
    }
    return summary.withLock { $0 }
  }
}
