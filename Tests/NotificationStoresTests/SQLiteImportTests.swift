import CodeDeployNotifications
import CycleSupport
import Foundation
import GRDB
import Synchronization
import Testing

@testable import NotificationStores

/// Imports into an empty store, which go past the write-ahead log.
@Suite struct SQLiteImportTests {
  private struct Stop: Error {}

  private func record(_ id: String) -> StoreRecord {
    var entry = LedgerEntry(key: Sample.key(id).deployment, seenAt: Sample.now)
    entry.deployment = Sample.deployment(id)
    return .deployment(entry)
  }

  private func journal(_ store: SQLiteStore) async throws -> String? {
    try await store.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
  }

  @Test("The log is off during an import, and on again after it") func log() async throws {
    try await withTemporaryFolder { folder in
      let path = folder.path("cdnotify.db")
      let store = try SQLiteStore(path: path)
      #expect(try await store.importRecords([record("d-1")]) == ImportCounts(added: 1))
      #expect(try await journal(store) == "wal")
      #expect(
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
      let entries = try await SQLiteStore(path: path).deployments(["d-1"], in: Sample.scope)
      #expect(entries.count == 1)
    }
  }

  @Test("Of an import that fails nothing stays, however much was written") func failure()
    async throws
  {
    try await withTemporaryFolder { folder in
      let store = try SQLiteStore(path: folder.path("cdnotify.db"))
      let numbers = Mutex(0)
      await #expect(throws: Stop.self) {
        _ = try await store.importRecords {
          // More than the cache holds, so that pages are written.
          let number = numbers.withLock { number in
            number += 1
            return number
          }
          if number > 10_000 { throw Stop() }
          return record("d-\(number)")
        }
      }
      #expect(try await journal(store) == "wal")
      #expect(try await store.deployments(["d-1", "d-9999"], in: Sample.scope).isEmpty)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.url.path).allSatisfy {
          !$0.hasSuffix("-journal")
        })
      #expect(try await store.importRecords([record("d-1")]) == ImportCounts(added: 1))
    }
  }

  @Test("Where another process has the store open, the import goes through the log")
  func opened() async throws {
    try await withTemporaryFolder { folder in
      let path = folder.path("cdnotify.db")
      let other = try SQLiteStore(path: path)
      let store = try SQLiteStore(path: path)
      #expect(try await store.importRecords([record("d-1")]) == ImportCounts(added: 1))
      #expect(try await journal(store) == "wal")
      #expect(try await other.deployments(["d-1"], in: Sample.scope).count == 1)
    }
  }
}
