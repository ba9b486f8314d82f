import CodeDeployNotifications
import Foundation
import GRDB
import Synchronization

/// The embedded store: one SQLite file.
///
/// It uses write-ahead logging with full synchronisation, so that a commit survives a loss of
/// power. It waits for other writers, so that cycles may overlap.
package struct SQLiteStore: Store {
  let queue: DatabaseQueue
  let path: String
  let unnoted = UnnotedRegistrations()
  /// Where the present reader wants unreadable rows.
  private(set) var unreadable = UnreadableRows()

  /// Opens the store at `path`. With `making`, a missing one is created with mode 0600.
  ///
  /// Its folder must exist. Whoever can write the store can send messages and run programs as the
  /// user who polls it. So the store, its folder and its companion files have to belong to this
  /// user, and nobody else may be able to write them; with `trustingOwner` another owner is
  /// accepted. Throws `StoreFailure`.
  package init(path: String, making: Bool = true, trustingOwner: Bool = false) throws {
    self.path = path
    let folder = try StoreFolder(ofStore: path)
    try SQLiteFile.prepare(in: folder, making: making, trustingOwner: trustingOwner)
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA synchronous = FULL")
    }
    do {
      let queue = try DatabaseQueue(path: folder.resolvedPath, configuration: configuration)
      try Self.migrate(queue, in: folder)
      self.queue = queue
    } catch let failure as StoreFailure {
      throw failure
    } catch {
      throw SQLiteFile.failure(error, path)
    }
  }

  /// Why the store at `path` can't be trusted, a sentence each; empty where it can. Throws
  /// `StoreFailure` where its folder doesn't exist.
  package static func problems(
    at path: String, trustingOwner: Bool = false
  ) throws -> [StoreFailure] {
    try StoreFolder(ofStore: path).problems(trustingOwner: trustingOwner)
  }

  package func noting(in rows: UnreadableRows) -> any Store {
    var store = self
    store.unreadable = rows
    return store
  }

  /// Migrates the tables to the current schema, and the file to write-ahead logging.
  ///
  /// Processes that begin a store at the same time do so one after another: on a slow disk, those
  /// that SQLite lets wait longest would give up. Where they can't wait for each other and begin the
  /// same migration, it fails in the second one, which continues from the first one's result.
  private static func migrate(_ queue: DatabaseQueue, in folder: StoreFolder) throws {
    let path = folder.path
    let migrator = Schema.migrator
    let known = Set(migrator.migrations)
    func steps() throws -> Set<String> {
      try queue.read { db in
        // The first read takes the transaction's snapshot. Otherwise the list of migrations could
        // appear between the two reads.
        let objects = try Int.fetchOne(
          db,
          sql: """
            SELECT count(*) FROM sqlite_master
            WHERE name NOT LIKE 'grdb%' AND name NOT LIKE 'sqlite%'
            """)
        let applied = try migrator.appliedIdentifiers(db)
        guard applied.isEmpty == (objects == 0) else {
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
    func useWriteAheadLog() throws {
      try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA journal_mode = WAL") }
    }
    guard try steps() != known else { return try useWriteAheadLog() }
    try folder.alone {
      try useWriteAheadLog()
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
  }

  /// Closes the file, which merges the write-ahead log into it. The store must not be used
  /// afterwards. A store that nothing refers to closes by itself.
  package func close() { try? queue.close() }

  // A cycle that is told to stop still records its outcomes, so the caller's cancellation doesn't
  // reach the database.

  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    do { return try await uncancelled { [queue] in try await queue.read(body) } } catch {
      throw SQLiteFile.failure(error, path)
    }
  }

  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    do { return try await uncancelled { [queue] in try await queue.write(body) } } catch {
      throw SQLiteFile.failure(error, path)
    }
  }
}

/// Registrations that the last opening decoded and that the next one needn't.
final class UnnotedRegistrations: Sendable {
  private let records = Mutex<[RegistrationRecord]>([])

  func replace(with new: [RegistrationRecord]) { records.withLock { $0 = new } }

  /// Returns them, once.
  func removeAll() -> [RegistrationRecord] {
    records.withLock { records in
      defer { records = [] }
      return records
    }
  }
}

extension StoreFailure {
  /// The store has migrations that this version doesn't know.
  fileprivate init(newer path: String) {
    self.init(
      .unusable,
      "the store \(path) was written by a newer version of cdnotify: "
        + "run that version, or name another store", .nameAnother)
  }
}
