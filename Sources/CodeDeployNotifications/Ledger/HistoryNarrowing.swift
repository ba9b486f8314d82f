import Foundation
import Synchronization

extension HistoryQuery {
  /// Whether it leaves notifications out.
  private var asksForNotifications: Bool { !states.isEmpty || !channels.isEmpty }

  /// The entry without the notifications that aren't asked for; `nil` where nothing is left of it.
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
  /// Hands out the history deployment by deployment, newest first and narrowed by all that the
  /// query says, until `body` returns false. Throws what `body` throws.
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

  /// What waits in the outbox and what was given up, in numbers. Reads all that there is.
  package func outbox(countingFailed: Bool) async throws -> OutboxSummary {
    let summary = Mutex(OutboxSummary())
    try await contents { record in
      guard case .deployment(let entry) = record else { return }
      summary.withLock { $0.add(entry) }
    }
    return summary.withLock { $0 }
  }
}

/// The outbox in numbers.
package struct OutboxSummary: Sendable, Hashable {
  /// Notifications to be sent, those included that are being sent.
  package var pending = 0
  /// Those of them that nobody has tried to send.
  package var untried = 0
  /// When the event of the oldest of them was seen to happen.
  package var oldestPendingAt: Date?
  /// When the next attempt is due; `nil` where all are being sent.
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
