import Foundation
import Synchronization

/// A store that lives as long as the process, for tests and trials.
///
/// It applies the ledger's rules (`LedgerEntry`) and nothing else. Every other store keeps the same
/// rules in the form that its technology needs.
package final class InMemoryStore: Store {
  private let ledger = Mutex(MemoryLedger())

  package init() {}

  func read<Value>(_ body: (MemoryLedger) throws -> sending Value) rethrows -> sending Value {
    try ledger.withLock { try body($0) }
  }

  /// Changes the ledger atomically: where `body` throws, nothing changes.
  func change<Value>(
    _ body: (inout MemoryLedger) throws -> sending Value
  ) rethrows -> sending Value {
    try ledger.withLock { ledger in
      var changed = ledger
      let value = try body(&changed)
      ledger = changed
      return value
    }
  }
}

/// What the store holds.
struct MemoryLedger {
  var registrations: [Registration.Identity: RegistrationRecord] = [:]
  var deployments: [DeploymentKey: LedgerEntry] = [:]
  var progress: [AWSScope: ScopeProgress] = [:]
  var mutes: [MuteKey: Mute] = [:]

  /// The key of a mute: there is one for each registration or channel, and beginning.
  struct MuteKey: Hashable {
    var identity: Registration.Identity
    var channel: String?
    var since: Int64

    init(_ mute: Mute) {
      (identity, channel, since) = (mute.identity, mute.channel, mute.since.milliseconds)
    }
  }

  var orderedRegistrations: [RegistrationRecord] {
    registrations.values.sorted { $0.registration.identity.order < $1.registration.identity.order }
  }

  var orderedMutes: [Mute] {
    mutes.values.sorted { $0.order < $1.order }
  }

  func isRegistered(_ deployment: Deployment, in scope: AWSScope) -> Bool {
    registrations[.init(application: deployment.application, scope: scope)] != nil
  }

  /// Whether the deployment is in flight, and read again until it ends.
  func isInFlight(_ entry: LedgerEntry) -> Bool {
    entry.isInFlight && entry.deployment.map { isRegistered($0, in: entry.key.scope) } ?? true
  }
}

extension InMemoryStore {
  package func registrations() async throws -> [RegistrationRecord] {
    read { $0.orderedRegistrations }
  }

  package func change(_ changes: [RegistrationChange]) async throws -> Bool {
    change { ledger in
      guard changes.allSatisfy({ ledger.registrations[$0.identity] == $0.base }) else {
        return false
      }
      for change in changes {
        ledger.registrations[change.identity] = change.put
        guard change.base != nil else { continue }
        ledger.skipPending(
          of: change.identity, but: Set(change.put?.registration.channels.map(\.name) ?? []))
      }
      return true
    }
  }

  package func mutes() async throws -> [Mute] { read { $0.orderedMutes } }

  package func put(_ mutes: [Mute]) async throws {
    change { for mute in mutes { $0.mutes[.init(mute)] = mute } }
  }

  package func opening(_ filter: NotificationFilter, now: Date) async throws -> Opening {
    read { ledger in
      var opening = Opening(all: ledger.orderedRegistrations, filter)
      opening.progress = ledger.progress
      opening.mutes = ledger.orderedMutes
      for entry in ledger.deployments.values {
        if ledger.isInFlight(entry) {
          opening.progress[entry.key.scope, default: ScopeProgress()].inFlight.append(entry.record)
        }
        opening.pending += entry.pendingCount(filter)
        if entry.passes(filter), !entry.due(now: now).isEmpty { opening.isAnythingDue = true }
      }
      return opening
    }
  }
}

extension MemoryLedger {
  /// A channel that is registered later under the name of a removed one must not get its pending
  /// notifications.
  fileprivate mutating func skipPending(
    of identity: Registration.Identity, but channels: Set<String>
  ) {
    for (key, entry) in deployments
    where key.scope == identity.scope && entry.deployment?.application == identity.application {
      deployments[key]?.skipPending(but: channels)
    }
  }
}

extension Registration.Identity {
  fileprivate var order: (String, AWSScope) { (application, scope) }
}

extension Mute {
  fileprivate var order: (String, AWSScope, String, Date) {
    (identity.application, identity.scope, channel ?? "", since)
  }
}
