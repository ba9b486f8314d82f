import Foundation
import Synchronization

/// Keeps registrations and the ledger of what was found and announced.
///
/// Each call is one atomic step, but where it says what else it is: it happens whole or not at all,
/// also beside other cycles on the same store. Every call throws `StoreFailure`.
package protocol Store: Sendable {
  /// Every registration that can be read, by application and scope.
  func registrations() async throws -> [RegistrationRecord]
  /// Those of these registrations that are there.
  func registrations(
    of identities: Set<Registration.Identity>
  ) async throws -> FoundRegistrations
  /// Puts and removes registrations, all or none. Returns false, and changes nothing, where one of
  /// them is not any more what the change was based on. A removed registration's history stays.
  func change(_ changes: [RegistrationChange]) async throws -> Bool

  /// The registrations that can't be read, which `registrations` leaves out.
  func unreadableRegistrations() async throws -> [UnreadableRegistration]
  /// Removes one of them. Returns false where it is not any more what was read.
  func remove(_ unreadable: UnreadableRegistration) async throws -> Bool

  /// The other rows that were met since this was asked last and couldn't be read.
  func unreadableRows() async -> [UnreadableRow]

  /// Every mute that is remembered, those that are over among them.
  func mutes() async throws -> [Mute]
  /// Stores mutes, each in the place of one of the same channel that began at the same time.
  func put(_ mutes: [Mute]) async throws

  /// What a cycle begins with, in one look: a cycle that finds nothing new needs no other.
  func opening(_ filter: NotificationFilter, now: Date) async throws -> Opening
  /// Those of these deployments that the ledger knows, by id.
  func deployments(_ ids: [String], in scope: AWSScope) async throws -> [String: DeploymentRecord]
  /// Stores what a cycle found: deployments, events and their notifications, and where the
  /// listing was complete the watermark. Each deployment is stored whole, and the watermark moves only with
  /// or after all of them: whoever finds the same again loses nothing. Notifications that the
  /// ledger holds already stay as they are. Returns the keys that are new, or have
  /// taken the place of a skip.
  func record(_ finding: Finding) async throws -> Set<NotificationKey>
  /// Keeps what was learnt of a scope itself; what the note doesn't tell stays as it is.
  func keep(_ note: ScopeNote, of scope: AWSScope) async throws

  /// Claims what is due, oldest first, for one sender until a time: what is pending with its
  /// time come, and what another's claim ran out on. Within one deployment and channel only the
  /// earliest that isn't settled is due.
  func claim(_ request: ClaimRequest) async throws -> [ClaimedNotification]
  /// Records how claimed notifications ended, those of one deployment whole or not at all. Returns
  /// the ids of those that were recorded: where a claim had run out and another has it, nothing is
  /// changed.
  func settle(_ settlements: [Settlement]) async throws -> Set<String>
  /// What a channel keeps of a deployment, `nil` where it keeps nothing.
  func note(of deployment: DeploymentKey, _ channel: String) async throws -> String?
  /// Keeps a channel's note of a deployment, in the place of an earlier one, for as long as the
  /// deployment is remembered. Of one that the ledger doesn't know nothing is kept.
  func keep(_ note: String, of deployment: DeploymentKey, _ channel: String) async throws
  /// How many notifications wait, claimed ones included.
  func pendingCount(_ filter: NotificationFilter) async throws -> Int
  /// Makes what failed, or expired before it was seen, pending again. Returns the ids that are so
  /// now; the others of `selection` aren't there or in no such state.
  func retry(_ selection: RetrySelection, now: Date) async throws -> Set<String>
  /// Forgets up to `limit` deployments, with all that hangs on them, that ended or were last seen
  /// before a time and of which nothing waits. Returns how many; none where the store's server
  /// forgets by itself.
  func prune(before: Date, limit: Int) async throws -> Int
  /// Deployments seen and where their notifications stand, newest first.
  func history(_ query: HistoryQuery) async throws -> [HistoryEntry]

  /// What the ledger holds of a deployment group's deployments that have ended, newest first. A store
  /// may remember no more than the last fifty of them.
  func ends(_ query: EndsQuery) async throws -> [HistoryEntry]

  /// How each channel has fared, in no order; those with nothing sent or given up may be left out.
  func outcomes() async throws -> [ChannelOutcomes]

  /// Hands out the history deployment by deployment, newest first and narrowed by all that the
  /// query says, until `body` returns false. Throws what `body` throws.
  func history(
    _ query: HistoryQuery, _ body: @escaping @Sendable (HistoryEntry) throws -> Bool
  ) async throws
  /// What waits in the outbox and, where it is asked for, what failed, in numbers.
  func outbox(countingFailed: Bool) async throws -> OutboxSummary

  /// Hands out all there is, deployments first and registrations last. Throws what `body` throws.
  func contents(_ body: @escaping @Sendable (StoreRecord) throws -> Void) async throws
  /// The same, a line of an export each.
  func lines(_ body: @escaping @Sendable (ExportedLine) throws -> Void) async throws
  /// Takes in what another store held, of which `next` hands out one after the other and `nil` at
  /// the end. Throws what `next` throws, and then has taken in nothing. What it holds already, just so, is left as it is; one that
  /// says something else is a `ConflictingRecord`, and then no poll finds anything half taken in.
  func take(_ next: @escaping @Sendable () throws -> StoreRecord?) async throws -> TakenRecords
}

extension Store {
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

  package func lines(_ body: @escaping @Sendable (ExportedLine) throws -> Void) async throws {
    try await contents { try body(.record($0)) }
  }

  /// Takes in records that are all there already.
  package func take(_ records: [StoreRecord]) async throws -> TakenRecords {
    let rest = Mutex(records[...])
    return try await take { rest.withLock { $0.popFirst() } }
  }
}

/// Registrations that were looked up.
package struct FoundRegistrations: Sendable {
  package var records: [RegistrationRecord]
  /// Those that are there and can't be read.
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
  /// Stores a record in the place of what was read, `nil` where there was none.
  case put(RegistrationRecord, over: RegistrationRecord?)
  case remove(RegistrationRecord)
}

extension RegistrationChange {
  package var identity: Registration.Identity {
    switch self {
    case .put(let record, _), .remove(let record): record.registration.identity
    }
  }

  /// What has to be there before.
  package var base: RegistrationRecord? {
    switch self {
    case .put(_, let base): base
    case .remove(let record): record
    }
  }

  /// What is there afterwards.
  package var put: RegistrationRecord? {
    if case .put(let record, _) = self { record } else { nil }
  }
}

extension Store {
  /// Records how one claimed notification ended. Returns false, and changes nothing, where the
  /// claim had run out and another has it.
  package func settle(
    _ claimed: ClaimedNotification, _ outcome: DeliveryOutcome
  ) async throws -> Bool {
    try await !settle([Settlement(claimed, outcome)]).isEmpty
  }
}

/// The store can't do what it is there for.
public struct StoreFailure: Error, Sendable, CustomStringConvertible {
  /// What a caller may do about it.
  public enum Kind: Sendable, Hashable {
    /// The store's file can't be read or written.
    case unusable
    /// The store's server can't be reached, throttles, denies, or its answers make no sense.
    case unreachable
    /// There are no credentials for the store's server, or it doesn't accept them.
    case credentials
  }

  /// What a caller may do about it.
  public var kind: Kind
  /// A sentence that names the store and what to do.
  public var description: String
  /// The option by which the command takes the advice that the sentence ends with.
  private let option: String?

  /// A failure with a sentence for people.
  public init(_ kind: Kind, _ description: String) {
    self.init(kind, description, with: nil)
  }

  package init(_ kind: Kind, _ description: String, with option: String?) {
    self.kind = kind
    self.description = description
    self.option = option
  }

  /// The sentence as the command says it.
  package var commandDescription: String {
    option.map { "\(description) with \($0)" } ?? description
  }
}
