import Foundation

extension LedgerEntry {
  /// A notification that may be claimed, with its position among others.
  package struct Due: Comparable, Sendable {
    package var key: NotificationKey
    package var at: Date

    private var order: (Date, Int, String, String) {
      (at, key.event.position, key.channel, key.deployment.id)
    }

    package static func < (left: Self, right: Self) -> Bool { left.order < right.order }
  }

  /// The notifications that are due: their time has come and nobody holds them, or the holder's
  /// claim has run out. Of each channel only the earliest pending event is due.
  package func due(now: Date) -> [Due] {
    notifications.filter { isDue($0, now) }.compactMap { one in
      event(one.event).map { Due(key: key(of: one), at: $0.at) }
    }
  }

  /// What is due of the channels that are claimed.
  package func due(for request: ClaimRequest) -> [Due] {
    let due = due(now: request.now)
    guard !request.leavingOut.isEmpty, let application = deployment?.application else { return due }
    let identity = Registration.Identity(application: application, scope: key.scope)
    return due.filter {
      !request.leavingOut.contains(
        RegisteredChannel(identity: identity, channel: $0.key.channel))
    }
  }

  private func isDue(_ one: Notification, _ now: Date) -> Bool {
    let since: Date
    switch one.state {
    case .pending: since = one.nextAttemptAt
    case .sending: since = one.claim?.until ?? .distantPast
    default: return false
    }
    guard since <= now || since > ClaimRequest.absurd(now) else { return false }
    return !notifications.contains {
      $0.channel == one.channel && $0.event.position < one.event.position && $0.isPending
    }
  }

  private func event(_ name: DeploymentEvent) -> Event? { events.first { $0.event == name } }

  private func index(_ key: NotificationKey) -> Int? {
    notifications.firstIndex { $0.event == key.event && $0.channel == key.channel }
  }

  /// Claims those of `wanted` that are due.
  package mutating func claim(_ wanted: [NotificationKey], _ request: ClaimRequest)
    -> [ClaimedNotification]
  {
    let due = Set(due(now: request.now).map(\.key)).intersection(wanted)
    return wanted.filter(due.contains).compactMap { key in
      guard let index = index(key), let event = event(key.event) else { return nil }
      var content = event.content
      notifications[index].state = .sending
      notifications[index].claim = Claim(token: request.token, until: request.until)
      content.id = key.id
      return ClaimedNotification(
        key: key, token: request.token, notification: content,
        attempts: notifications[index].attempts, failedCycles: notifications[index].failedCycles,
        firstAttemptAt: notifications[index].firstAttemptAt, eventAt: event.at,
        oddAnswers: notifications[index].oddAnswers)
    }
  }

  /// Records how a claimed notification ended. Returns false, and changes nothing, where another
  /// sender holds the claim.
  package mutating func settle(_ claimed: ClaimedNotification, _ outcome: DeliveryOutcome) -> Bool {
    guard let index = index(claimed.key) else { return false }
    var one = notifications[index]
    guard one.state == .sending, one.claim?.token == claimed.token else { return false }
    one.claim = nil
    one.skipReason = nil
    one.sentAt = nil
    one.failedAt = nil
    switch outcome.result {
    case .sent:
      one.state = .sent
      one.sentAt = outcome.at
    case .failed:
      one.state = .failed
      one.failedAt = outcome.at
    case .released: one.state = .pending
    case .retry(let date):
      one.state = .pending
      one.nextAttemptAt = date
      one.failedCycles += 1
    case .postponed(let date):
      one.state = .pending
      one.nextAttemptAt = date
    case .skipped(let reason):
      one.state = .skipped
      one.skipReason = reason
    }
    if !outcome.reason.isEmpty { one.reason = outcome.reason }
    one.attempts += outcome.attempts
    one.oddAnswers += outcome.oddAnswers
    one.tries = DeliveryTry.last(of: one.tries + outcome.tries)
    if outcome.attempts > 0, outcome.isClockRight, one.firstAttemptAt == nil {
      one.firstAttemptAt = outcome.at
    }
    notifications[index] = one
    return true
  }

  /// Makes what failed or expired pending again, of these ids or all. Returns their ids.
  package mutating func retry(_ ids: Set<String>?, now: Date) -> [String] {
    var retried: [String] = []
    for index in notifications.indices where notifications[index].canBeRetried {
      let id = key(of: notifications[index]).id
      guard ids?.contains(id) ?? true else { continue }
      notifications[index].state = .pending
      notifications[index].skipReason = nil
      notifications[index].failedCycles = 0
      notifications[index].firstAttemptAt = nil
      notifications[index].failedAt = nil
      notifications[index].oddAnswers = 0
      notifications[index].nextAttemptAt = now
      retried.append(id)
    }
    return retried
  }
}
