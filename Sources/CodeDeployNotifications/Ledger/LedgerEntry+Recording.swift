import Foundation

extension LedgerEntry {
  /// Stores a deployment's current state. A cycle that read it before it ended, and writes later,
  /// must not reopen it.
  private mutating func update(to read: Deployment, at date: Date) {
    guard isInFlight || read.status.isFinal else { return }
    deployment = read
    seenAt = date
  }

  /// Stores what a cycle found of the deployment. Returns the keys that are new or have replaced a
  /// skip.
  package mutating func record(_ found: FoundDeployment, of finding: Finding) -> [NotificationKey] {
    switch found.reading {
    case .changed(let read), .foreign(let read): update(to: read, at: finding.seenAt)
    // It may have been forgotten meanwhile.
    case .unchanged(let read): if deployment == nil { update(to: read, at: finding.seenAt) }
    case .unread: break
    }
    return found.events.flatMap { add($0, at: finding.at) }
  }

  /// Stores an event. Existing notifications stay as they are. Returns the keys that are new or
  /// have replaced a skip.
  private mutating func add(_ planned: PlannedEvent, at date: Date) -> [NotificationKey] {
    if !events.contains(where: { $0.event == planned.event }) {
      events.append(Event(event: planned.event, at: planned.at, content: planned.content))
    }
    return planned.notifications.filter { insert($0, at: date) }.map(\.key)
  }

  /// Stores a notification. Returns whether it is new or has replaced a skip.
  private mutating func insert(_ planned: PlannedNotification, at date: Date) -> Bool {
    let known = notifications.firstIndex {
      $0.event == planned.key.event && $0.channel == planned.key.channel
    }
    if let known {
      guard planned.replacesSkip, notifications[known].state == .skipped else { return false }
      notifications[known].decide(planned)
      notifications[known].nextAttemptAt = date
      return true
    }
    var new = Notification(
      event: planned.key.event, channel: planned.key.channel, state: .pending, nextAttemptAt: date)
    new.decide(planned)
    notifications.append(new)
    return true
  }

  /// Skips the pending notifications of removed channels. A notification that is being sent is left
  /// to its sender to settle.
  package mutating func skipPending(but channels: Set<String>) {
    for index in notifications.indices
    where notifications[index].state == .pending && !channels.contains(notifications[index].channel)
    {
      notifications[index].state = .skipped
      notifications[index].skipReason = .unregistered
      notifications[index].reason = "the channel was unregistered before it could be sent"
    }
  }
}

extension LedgerEntry.Notification {
  /// Sets the state that was planned.
  fileprivate mutating func decide(_ planned: PlannedNotification) {
    reason = planned.reason
    if case .skip(let reason) = planned.decision {
      state = .skipped
      skipReason = reason
    } else {
      state = .pending
      skipReason = nil
    }
  }
}
