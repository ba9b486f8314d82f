import AWSClient
import CodeDeployNotifications
import Foundation
import NotificationStores

/// The store of a program that is run again and again: where it is, whether it is there, whose it
/// is, and whether another run has it.
package struct StoreLocation: Sendable {
  /// What keeps a second cycle from working for nothing.
  package enum Hold {
    case lock(StoreLock)
    /// Nothing has to: in a table the claims do all that is needed.
    case unneeded
    /// Another process has it.
    case busy(StoreLock.Holder?)
  }

  package let choice: StoreChoice
  /// Whether nobody named the store.
  package let isDefault: Bool
  private let trustsOwner: Bool
  private let accounts: AWSAccounts

  /// The store of a name, and without one the default's. Throws `StoreNameProblem`.
  package init(
    named name: String?, environment: [String: String], trustsOwner: Bool, accounts: AWSAccounts
  ) throws(StoreNameProblem) {
    self.accounts = accounts
    self.trustsOwner = trustsOwner
    isDefault = name == nil
    choice = try Self.choice(named: name, environment)
  }

  private static func choice(
    named name: String?, _ environment: [String: String]
  ) throws(StoreNameProblem) -> StoreChoice {
    guard let name else { return .sqlite(defaultFolder(environment) + "/cdnotify.db") }
    return try StoreChoice(named: name)
  }

  /// The store's file, unless it is none, for who asks before there is a location.
  package static func path(
    named name: String?, environment: [String: String]
  ) throws(StoreNameProblem) -> String? {
    try choice(named: name, environment).path
  }

  /// Opens the store, which has to be there; a DynamoDB table remembers deployments for `retention` from
  /// now on.
  package func open(retention: Duration = PollOptions().effectiveRetention) throws -> any Store {
    // The default's folder may be missing as well.
    if let path = choice.path, isDefault, !exists { throw StoreFailure(missing: path) }
    return try choice.open(
      accounts, making: false, trustingOwner: trustsOwner, retention: retention)
  }

  /// Opens the store, and makes one where none is: for what begins one.
  package func openMaking() throws -> any Store {
    if isDefault, let path = choice.path { try Self.makeFolder(of: path) }
    return try choice.open(accounts, trustingOwner: trustsOwner)
  }

  /// Opens the store; where nobody named one, and none is in the default place, an empty one: what
  /// only shows what there is has nothing to complain of before the first registration.
  package func openOrEmpty() throws -> any Store {
    isDefault && !exists ? InMemoryStore() : try open()
  }

  /// Opens the store without making one where none is: an empty one stands for it.
  package func openWithoutMaking() throws -> any Store {
    try exists ? open() : InMemoryStore()
  }

  /// Takes the lock beside a file, for work that is ended after `limit` at the latest.
  package func hold(limit: Duration? = nil) throws -> Hold {
    guard let path = choice.path else { return .unneeded }
    switch try StoreLock.take(besideStore: path, limit: limit, trustingOwner: trustsOwner) {
    case .taken(let lock): return .lock(lock)
    case .held(let holder): return .busy(holder)
    }
  }

  /// The process that polls the store on this host, where one does.
  package func holder() -> StoreLock.Holder? {
    choice.path.flatMap(StoreLock.holder(besideStore:))
  }

  /// What keeps a file from being trusted as the store, a sentence each.
  package func problems() throws -> [StoreFailure] {
    guard let path = choice.path else { return [] }
    return try SQLiteStore.problems(at: path, trustingOwner: trustsOwner)
  }

  /// Removes a store's file that was made for nothing, and what was made beside it.
  package func remove(_ store: any Store) {
    guard let path = choice.path, let store = store as? SQLiteStore else { return }
    store.close()
    for ending in ["", "-wal", "-shm", ".lock"] { unlink(path + ending) }
  }

  /// As a user names it.
  package var label: String { choice.label }

  /// Whether something is where the store's file is to be, if only a link.
  package var exists: Bool {
    guard let path = choice.path else { return true }
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// What makes and describes the table, where the store is one.
  package func tableSetup() throws -> DynamoDBSetup? { try choice.tableSetup(accounts) }

  /// The folder that the run's state is in, without making it: the store's, or for a table the one
  /// where a store would be by default.
  package static func stateFolder(
    named name: String?, environment: [String: String]
  ) -> String? {
    guard let name, !StoreChoice.isTable(named: name) else { return defaultFolder(environment) }
    let path = StoreChoice.path(in: name)
    return path.isEmpty
      ? nil : URL(fileURLWithPath: path).deletingLastPathComponent().path(percentEncoded: false)
  }

  /// Makes the default's folder, for its owner alone.
  private static func makeFolder(of path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      throw StoreFailure(
        .unusable, "the store's folder \(folder) can't be made: name another store",
        .nameAnother)
    }
  }

  /// For root the system's folder, for others their own.
  private static func defaultFolder(_ environment: [String: String]) -> String {
    if geteuid() == 0 { return "/var/lib/cdnotify" }
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      return state + "/cdnotify"
    }
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return (home ?? NSHomeDirectory()) + "/.local/state/cdnotify"
  }
}
