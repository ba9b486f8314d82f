import CodeDeployNotifications
import Foundation
import GRDB

/// The embedded store: one SQLite file.
///
/// Write-ahead logging with full synchronisation, so that a commit survives a loss of power, and
/// a wait for other writers, so that cycles may overlap.
public final class SQLiteStore: Store {
  let queue: DatabaseQueue
  let path: String

  /// Opens the store at `path`, and creates it with mode 0600 where nothing is. Its folder must
  /// exist. Throws `StoreFailure`.
  public init(path: String) throws {
    self.path = path
    try SQLiteFile.prepare(path)
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA synchronous = FULL")
    }
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA journal_mode = WAL") }
      let migrator = Schema.migrator
      try queue.read { db in
        if try migrator.hasBeenSuperseded(db) {
          throw StoreFailure(
            .unusable,
            "the store \(path) was written by a newer version of cdnotify: "
              + "run that version, or name another store with --store")
        }
      }
      if try queue.read({ try !migrator.hasCompletedMigrations($0) }) {
        try migrator.migrate(queue)
      }
      self.queue = queue
    } catch let failure as StoreFailure {
      throw failure
    } catch {
      throw SQLiteFile.failure(error, path)
    }
  }

  /// Closes the file, so that the write-ahead log is merged into it.
  public func close() { try? queue.close() }

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
