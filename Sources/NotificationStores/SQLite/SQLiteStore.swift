import CodeDeployNotifications
import Foundation
import GRDB
import Synchronization

/// The embedded store: one SQLite file.
///
/// Write-ahead logging with full synchronisation, so that a commit survives a loss of power, and
/// a wait for other writers, so that cycles may overlap.
package final class SQLiteStore: Store {
  let queue: DatabaseQueue
  let path: String
  /// Registrations that the last opening read and that the next needn't read.
  let unnoted = Mutex<[RegistrationRecord]>([])
  /// Rows that were met and can't be read.
  let unreadable = Mutex<Set<UnreadableRow>>([])

  /// Opens the store at `path`, and where nothing is creates it with mode 0600, if it is to.
  ///
  /// Its folder must exist. Whoever can write the store can send and run things as the user that
  /// polls it, so the store, its folder and what lies beside it must be this user's and nobody
  /// else may write them; `trustingOwner` takes another owner as meant. Throws `StoreFailure`.
  package init(path: String, making: Bool = true, trustingOwner: Bool = false) throws {
    self.path = path
    let file = try SQLiteFile.prepare(path, making: making, trustingOwner: trustingOwner)
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA synchronous = FULL")
    }
    do {
      let queue = try DatabaseQueue(path: file, configuration: configuration)
      try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA journal_mode = WAL") }
      try Self.migrate(queue, path)
      self.queue = queue
    } catch let failure as StoreFailure {
      throw failure
    } catch {
      throw SQLiteFile.failure(error, path)
    }
  }

  /// What keeps the store at `path` from being trusted, a sentence each; nothing where nothing does.
  /// Throws `StoreFailure` where its folder isn't there.
  package static func problems(
    at path: String, trustingOwner: Bool = false
  ) throws -> [StoreFailure] {
    try StoreFolder(ofStore: path).problems(trustingOwner: trustingOwner)
  }

  private init(queue: DatabaseQueue, path: String) {
    self.queue = queue
    self.path = path
  }

  /// Brings the tables up to date. Two cycles may begin with the same step: the one that comes
  /// second fails in it, and goes on from what the other has made.
  private static func migrate(_ queue: DatabaseQueue, _ path: String) throws {
    let migrator = Schema.migrator
    let known = Set(migrator.migrations)
    func steps() throws -> Set<String> {
      try queue.read { db in
        // The first read fixes what this transaction sees: else the list of steps could appear
        // between two looks for it.
        let strangers = try Int.fetchOne(
          db,
          sql: """
            SELECT count(*) FROM sqlite_master
            WHERE name NOT LIKE 'grdb%' AND name NOT LIKE 'sqlite%'
            """)
        let applied = try migrator.appliedIdentifiers(db)
        guard applied.isEmpty == (strangers == 0) else {
          throw StoreFailure(
            .unusable,
            "the store \(path) is a database of another program: name another store",
            .nameAnother)
        }
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard version <= Schema.version else { throw StoreFailure(newer: path) }
        return applied
      }
    }
    var applied = try steps()
    while applied != known {
      guard applied.isSubset(of: known) else {
        throw StoreFailure(newer: path)
      }
      let before = applied
      let migration = Result { try migrator.migrate(queue) }
      applied = try steps()
      if applied == before { try migration.get() }
    }
  }

  /// Closes the file, so that the write-ahead log is merged into it. Nothing may use the store
  /// afterwards. One that nobody holds any more closes by itself.
  package func close() { try? queue.close() }

  // A cycle that is told to stop still records what it has done, so the caller's cancellation
  // doesn't reach the database.

  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    do { return try await Task { [queue] in try await queue.read(body) }.value } catch {
      throw SQLiteFile.failure(error, path)
    }
  }

  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    do { return try await Task { [queue] in try await queue.write(body) }.value } catch {
      throw SQLiteFile.failure(error, path)
    }
  }
}

extension StoreFailure {
  /// The store knows steps that this version doesn't.
  fileprivate init(newer path: String) {
    self.init(
      .unusable,
      "the store \(path) was written by a newer version of cdnotify: "
        + "run that version, or name another store", .nameAnother)
  }
}
