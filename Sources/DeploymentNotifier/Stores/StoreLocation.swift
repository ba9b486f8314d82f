import AWSClient
import CodeDeployNotifications
import Foundation
import HostFiles
import NotificationStores

/// The store of a command: where it is, whether it exists, who owns it, and whether another run
/// holds its lock.
package struct StoreLocation: Sendable {
  /// The result of taking the lock that prevents a needless second cycle.
  package enum Hold {
    case lock(StoreLock)
    /// A table needs no lock: its claims are enough.
    case unneeded
    /// Another process has the lock.
    case busy(StoreLock.Holder?)
  }

  package let choice: StoreChoice
  /// Whether it is the default store.
  package let isDefault: Bool
  private let trustsOwner: Bool
  private let accounts: AWSAccounts

  /// The store of a name, or the default one. Throws `StoreNameProblem`.
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

  /// The store's file, or `nil` for a table, for callers without a location.
  package static func path(
    named name: String?, environment: [String: String]
  ) throws(StoreNameProblem) -> String? {
    try choice(named: name, environment).path
  }

  /// Opens the store, which has to exist. A DynamoDB table remembers deployments that are written
  /// from now on for `retention`.
  package func open(retention: Duration = PollOptions().effectiveRetention) throws -> any Store {
    // The default store's folder may be missing as well.
    if let path = choice.path, isDefault, !exists { throw StoreFailure(missing: path) }
    return try choice.open(
      accounts, making: false, trustingOwner: trustsOwner, retention: retention)
  }

  /// Opens the store, and creates it if it is missing.
  package func openMaking() throws -> any Store {
    if isDefault, let path = choice.path { try Self.makeFolder(of: path) }
    return try choice.open(accounts, trustingOwner: trustsOwner)
  }

  /// Opens the store. If it is the default one and missing, an empty store is used: commands that
  /// only show something needn't fail before the first registration.
  package func openOrEmpty() throws -> any Store {
    isDefault && !exists ? InMemoryStore() : try open()
  }

  /// Opens the store without creating it: an empty one replaces a missing one.
  package func openWithoutMaking() throws -> any Store {
    try exists ? open() : InMemoryStore()
  }

  /// Takes the lock beside the file, for work that ends after `limit` at the latest.
  package func hold(limit: Duration? = nil) throws -> Hold {
    guard let path = choice.path else { return .unneeded }
    switch try StoreLock.take(besideStore: path, limit: limit, trustingOwner: trustsOwner) {
    case .taken(let lock): return .lock(lock)
    case .held(let holder): return .busy(holder)
    }
  }

  /// The process on this host that polls the store; `nil` where none does.
  package func holder() -> StoreLock.Holder? {
    choice.path.flatMap(StoreLock.holder(besideStore:))
  }

  /// Why the file can't be trusted as the store, a sentence each.
  package func problems() throws -> [StoreFailure] {
    guard let path = choice.path else { return [] }
    return try SQLiteStore.problems(at: path, trustingOwner: trustsOwner)
  }

  /// Removes a file that was created needlessly, and the files beside it.
  package func remove(_ store: any Store) {
    guard let path = choice.path, let store = store as? SQLiteStore else { return }
    store.close()
    for ending in ["", "-wal", "-shm", ".lock"] { unlink(path + ending) }
  }

  /// The name that the user gave it.
  package var label: String { choice.label }

  /// Whether anything exists at the store's path, even a broken link. A file without a byte, as a
  /// full disk leaves it, is no store yet.
  package var exists: Bool {
    guard let path = choice.path else { return true }
    var status = stat()
    return lstat(path, &status) == 0 && !status.isEmptyFile
  }

  /// Creates and describes the table; `nil` for other stores.
  package func tableSetup() throws -> DynamoDBSetup? { try choice.tableSetup(accounts) }

  /// The folder for the state of runs, which isn't created: the store's folder, or for a table the
  /// one of a default store.
  package static func stateFolder(
    named name: String?, environment: [String: String]
  ) -> String? {
    guard let name, !StoreChoice.isTable(named: name) else { return defaultFolder(environment) }
    let path = StoreChoice.path(in: name)
    return path.isEmpty
      ? nil : URL(fileURLWithPath: path).deletingLastPathComponent().path(percentEncoded: false)
  }

  /// Creates the default store's folder, readable by its owner only.
  private static func makeFolder(of path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      let reason = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
      let code = reason.flatMap { $0.domain == NSPOSIXErrorDomain ? Int32($0.code) : nil }
      throw StoreFailure(
        .unusable,
        "the store's folder \(folder) can't be created\(code.map { ": \(SystemError($0))" } ?? ""); "
          + "name another store", .nameAnother)
    }
  }

  /// The system's folder for root, and the user's own for others.
  private static func defaultFolder(_ environment: [String: String]) -> String {
    if geteuid() == 0 { return "/var/lib/cdnotify" }
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      return state + "/cdnotify"
    }
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return (home ?? NSHomeDirectory()) + "/.local/state/cdnotify"
  }
}
