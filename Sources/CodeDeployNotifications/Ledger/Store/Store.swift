import Foundation
import Synchronization

/// Keeps registrations and the ledger of what was found and announced.
///
/// Each call is atomic unless it says otherwise: it happens completely or not at all, also with
/// other cycles on the same store. Every call throws `StoreFailure`.
package protocol Store: Sendable {
  /// Every readable registration, sorted by application and scope.
  func registrations() async throws -> [RegistrationRecord]
  /// Those of these registrations that exist.
  func registrations(
    of identities: Set<Registration.Identity>
  ) async throws -> FoundRegistrations
  /// Stores and removes registrations, all or none. Returns false, and changes nothing, where one
  /// of them was changed since it was read. A removed registration's history stays.
  func change(_ changes: [RegistrationChange]) async throws -> Bool

  /// The registrations that can't be read, which `registrations` leaves out.
  func unreadableRegistrations() async throws -> [UnreadableRegistration]
  /// Removes an unreadable registration. Returns false where it was changed since it was read.
  func remove(_ unreadable: UnreadableRegistration) async throws -> Bool

  /// The same store for one reader, which wants to know of other rows that can't be read: the
  /// calls leave these out, and insert them into `rows`.
  func noting(in rows: UnreadableRows) -> any Store

  /// Every remembered mute, including past ones.
  func mutes() async throws -> [Mute]
  /// Stores mutes. Each replaces one of the same channel with the same beginning.
  func put(_ mutes: [Mute]) async throws

  /// What a cycle begins with, in one read: a cycle that finds nothing new needs no other.
  func opening(_ filter: NotificationFilter, now: Date) async throws -> Opening
  /// Completes what an earlier version stored, or an interrupted change left, as far as the last
  /// opening found it to cost each cycle something. A whole cycle that may write ends with it.
  func upkeep() async throws
  /// The ledger's records of these deployments, by id.
  func deployments(_ ids: [String], in scope: AWSScope) async throws -> [String: DeploymentRecord]
  /// Stores what a cycle found: deployments, events, their notifications, and the watermark where
  /// the listing was complete. Each deployment is stored atomically, and the watermark moves only
  /// with or after all of them, so that a cycle that finds the same again loses nothing.
  /// Notifications that the ledger already holds stay as they are. Returns the keys that are new or
  /// have replaced a skip.
  func record(_ finding: Finding) async throws -> Set<NotificationKey>
  /// Stores what was learned about a scope itself. What the note doesn't contain stays as it is.
  func keep(_ note: ScopeNote, of scope: AWSScope) async throws

  /// Claims due notifications, oldest first, for one sender until a time. Due are those that are
  /// pending with their time reached, and those whose claim has run out. Within one deployment and
  /// channel only the earliest that isn't settled is due.
  func claim(_ request: ClaimRequest) async throws -> [ClaimedNotification]
  /// Records how claimed notifications ended, atomically for each deployment. Returns the ids that
  /// were recorded. Where a claim had run out and another sender holds it, nothing is changed.
  func settle(_ settlements: [Settlement]) async throws -> Set<String>
  /// A channel's note on a deployment; `nil` where there is none.
  func note(of deployment: DeploymentKey, _ channel: String) async throws -> String?
  /// Stores a channel's note on a deployment, replacing an earlier one, for as long as the
  /// deployment is remembered. For a deployment that the ledger doesn't know nothing is stored.
  func keep(_ note: String, of deployment: DeploymentKey, _ channel: String) async throws
  /// How many notifications are pending, including claimed ones.
  func pendingCount(_ filter: NotificationFilter) async throws -> Int
  /// Makes what failed, or expired before it was seen, pending again. Returns the ids that are so
  /// now; the others of `selection` aren't there or in no such state.
  func retry(_ selection: RetrySelection, now: Date) async throws -> Set<String>
  /// Forgets up to `limit` deployments, with everything that belongs to them, that ended or were
  /// last seen before a time and have nothing pending. Returns how many; 0 where the store's server
  /// removes them by itself.
  func prune(before: Date, limit: Int) async throws -> Int
  /// Deployments with the state of their notifications, newest first.
  func history(_ query: HistoryQuery) async throws -> [HistoryEntry]

  /// The ended deployments of a deployment group, newest first. A store may remember only the last
  /// fifty.
  func ends(_ query: EndsQuery) async throws -> [HistoryEntry]

  /// How each channel has fared, in no order. Channels with nothing sent or failed may be left out.
  func outcomes() async throws -> [ChannelOutcomes]

  /// The first page of the history. Pages hold at least what the query selects: `entries` leaves
  /// out the rest.
  func historyPage(_ query: HistoryQuery) async throws -> HistoryPage
  /// Counts pending notifications and, if asked, failed ones.
  func outbox(countingFailed: Bool) async throws -> OutboxSummary

  /// Calls `body` with every record, deployments first and registrations last. Throws what `body`
  /// throws.
  func exportRecords(_ body: @escaping @Sendable (StoreRecord) throws -> Void) async throws
  /// The same as lines of an export.
  func exportLines(_ body: @escaping @Sendable (ExportedLine) throws -> Void) async throws
  /// Imports another store's records, which `next` returns one after the other, and `nil` at the
  /// end. Throws what `next` throws, and has imported nothing then. Records that are equal to
  /// existing ones change nothing. Throws `ConflictingRecord` for one that differs; then no poll
  /// finds half of the records either.
  func importRecords(_ next: @escaping @Sendable () throws -> StoreRecord?) async throws
    -> ImportCounts
}

extension Store {
  package func upkeep() async throws {}

  package func registrations(
    of identities: Set<Registration.Identity>
  ) async throws -> FoundRegistrations {
    guard !identities.isEmpty else { return FoundRegistrations() }
    return FoundRegistrations(
      records: try await registrations().filter {
        identities.contains($0.registration.identity)
      },
      unreadable: try await unreadableRegistrations().filter { identities.contains($0.identity) })
  }

  package func exportLines(_ body: @escaping @Sendable (ExportedLine) throws -> Void) async throws {
    try await exportRecords { try body(.record($0)) }
  }

  /// Imports records that are all in memory.
  package func importRecords(_ records: [StoreRecord]) async throws -> ImportCounts {
    let rest = Mutex(records[...])
    return try await importRecords { rest.withLock { $0.popFirst() } }
  }
}

/// Registrations that were looked up.
package struct FoundRegistrations: Sendable {
  package var records: [RegistrationRecord]
  /// Those that exist but can't be read.
  package var unreadable: [UnreadableRegistration]

  package init(
    records: [RegistrationRecord] = [], unreadable: [UnreadableRegistration] = []
  ) {
    self.records = records
    self.unreadable = unreadable
  }
}

/// One step of a change to the registrations.
package enum RegistrationChange: Sendable {
  /// Stores a record over the one that was read; `nil` where there was none.
  case put(RegistrationRecord, over: RegistrationRecord?)
  case remove(RegistrationRecord)
}

extension RegistrationChange {
  package var identity: Registration.Identity {
    switch self {
    case .put(let record, _), .remove(let record): record.registration.identity
    }
  }

  /// The record that must exist before.
  package var base: RegistrationRecord? {
    switch self {
    case .put(_, let base): base
    case .remove(let record): record
    }
  }

  /// The record that exists afterwards.
  package var put: RegistrationRecord? {
    if case .put(let record, _) = self { record } else { nil }
  }
}

extension Store {
  /// Records how one claimed notification ended. Returns false, and changes nothing, where the
  /// claim had run out and another sender holds it.
  package func settle(
    _ claimed: ClaimedNotification, _ outcome: DeliveryOutcome
  ) async throws -> Bool {
    try await !settle([Settlement(claimed, outcome)]).isEmpty
  }
}

/// Why a store couldn't do what it was asked.
public struct StoreFailure: Error, Sendable, CustomStringConvertible {
  /// The causes that call for different reactions.
  public enum Kind: Sendable, Hashable {
    /// The store's file can't be read or written.
    case unusable
    /// The store's server can't be reached, throttles, denies access, or answers in an unexpected
    /// form.
    case unreachable
    /// There are no credentials for the store's server, or it doesn't accept them.
    case credentials
  }

  /// The cause, which decides what a caller may do.
  public var kind: Kind
  /// What is wrong, and with it what can be done, as far as that is the same for all.
  package let finding: String
  /// A remedy that the command and an embedding service word differently.
  package let remedy: StoreRemedy?

  /// A failure with a sentence for people.
  public init(_ kind: Kind, _ description: String) {
    self.init(kind, description, nil)
  }

  package init(_ kind: Kind, _ finding: String, _ remedy: StoreRemedy?) {
    self.kind = kind
    self.finding = finding
    self.remedy = remedy
  }

  /// A sentence that names the store and what to do.
  public var description: String { finding + (remedy?.description ?? "") }
}

extension StoreFailure {
  init(wrapping error: any Error) {
    self = error as? StoreFailure ?? StoreFailure(.unusable, "\(error)")
  }
}
