import CodeDeployNotifications
import Foundation
import NotificationStores

extension StatusReport {
  /// Reads the status from a store.
  ///
  /// - Parameter holder: Who holds the lock beside the store.
  ///
  /// Throws `StoreFailure` where the store can't be read at all.
  package init(of store: any Store, holder: StoreLock.Holder?, now: Date) async throws {
    let opening = try await store.opening(.all, now: now)
    let unreadable = UnreadableRows(opening.unreadableRows)
    let store = store.noting(in: unreadable)
    let registered = try await store.registrations().map(\.registration)
    let outbox = try await store.outbox(countingFailed: true)
    let mutes = try await store.mutes().filter { $0.isActive(at: now) }
    let accounts = AccountNames(
      registered, accountIDs: opening.progress.compactMapValues(\.accountID))
    let known = opening.scopes.map(\.scope).sorted()
    pending = outbox.pending
    untried = outbox.untried
    oldestPendingAt = outbox.oldestPendingAt
    failed = outbox.failed
    inFlight = known.reduce(0) { $0 + (opening.progress[$1]?.inFlight.count ?? 0) }
    scopes = known.map { scope in
      let watermark = opening.progress[scope]?.watermark
      return Scope(
        scope: scope, accountID: accounts.id(of: scope),
        accountName: accounts.name(of: scope), lastCompleteAt: watermark,
        age: watermark.map { .seconds(max(0, now.timeIntervalSince($0))) })
    }
    registrations = registered.map { registration in
      Application(
        application: registration.application, scope: registration.scope,
        accountID: accounts.id(of: registration.scope),
        accountName: accounts.name(by: registration), labels: registration.labels)
    }.sorted { ($0.application, $0.scope.region) < ($1.application, $1.scope.region) }
    self.mutes = mutes.map { mute in
      ActiveMute(
        application: mute.identity.application, scope: mute.identity.scope, channel: mute.channel,
        until: mute.until)
    }
    polling = holder.map { PollingProcess(pid: $0.pid, since: $0.since) }
    storeFailure = unreadable.failure
  }
}

extension DeploymentNotifier {
  /// Reads how it goes from the store alone; AWS isn't asked. With a table as store it reads the
  /// whole table, so ask it for people and monitors, not in a loop.
  ///
  /// Throws `StoreFailure` where the store can't be read. Single rows that can't be read are in the
  /// report's `storeFailure`.
  public func status() async throws -> StatusReport {
    try await StatusReport(
      of: parts.store, holder: parts.storePath.flatMap(StoreLock.holder(besideStore:)),
      now: parts.announcing.now())
  }
}
