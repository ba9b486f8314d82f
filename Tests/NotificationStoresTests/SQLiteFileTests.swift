import CodeDeployNotifications
import CycleSupport
import Foundation
import GRDB
import HostFiles
import Testing

@testable import NotificationStores

/// The file of a store: who can read it, and what can't be one.
@Suite struct SQLiteFileTests {
  private func mode(_ path: String) throws -> Int? {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return (attributes[.posixPermissions] as? NSNumber)?.intValue
  }

  @Test("Only its owner can read the file and what stands beside it") func modes() async throws {
    try await withTemporaryFolder { folder in
      let path = folder.path("cdnotify.db")
      let store = try SQLiteStore(path: path)
      #expect(try await store.register(Sample.record()))
      for suffix in ["", "-wal", "-shm"] {
        #expect(try mode(path + suffix) == 0o600, "\(suffix)")
      }
      store.close()
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["cdnotify.db"])
    }
  }

  @Test("A folder that this user may not open is told in small letters, with what to do")
  func deniedFolder() {
    let failure = StoreFolder.failure("the store's folder /x can't be opened", SystemError(EACCES))
    #expect(
      failure.description
        == "the store's folder /x can't be opened: permission denied; let this user read and write "
        + "it, or name another store")
    #expect(
      StoreFolder.failure("x", SystemError(EIO)).description
        == "x: input/output error")
    #expect(StoreFolder.failure("x", SystemError(EROFS)).remedy == .nameAnother)
    // Another store would be no help, so that none is advised.
    for number in [ENOSPC, EMFILE, EIO] {
      #expect(StoreFolder.failure("x", SystemError(number)).remedy == nil)
    }
  }

  /// Something at the store's path that isn't a store, and the message about it.
  struct UnusableRow: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var path: String
    var message: String
    var prepare: @Sendable (TemporaryFolder) throws -> Void = { _ in }

    static let all = [
      UnusableRow(
        testDescription: "missing folder", path: "no/cdnotify.db",
        message: "the store's folder FOLDER/no does not exist: create it, or name another store"),
      UnusableRow(
        testDescription: "file for a folder", path: "file/cdnotify.db",
        message: "the store's folder FOLDER/file does not exist: create it, or name another store"
      ) { try Data().write(to: $0.url.appendingPathComponent("file")) },
      UnusableRow(
        testDescription: "folder", path: "db",
        message: "the store FOLDER/db is a folder: name a file in it"
      ) {
        try FileManager.default.createDirectory(
          atPath: $0.path("db"), withIntermediateDirectories: false)
      },
      UnusableRow(
        testDescription: "garbage", path: "db",
        message: "the store FOLDER/db can't be used: it is not a database of cdnotify, or it is "
          + "damaged: restore it from a backup, or move it away to start a new one (file is not "
          + "a database)"
      ) { try Data(repeating: 0x41, count: 8192).write(to: $0.url.appendingPathComponent("db")) },
      UnusableRow(
        testDescription: "newer schema", path: "db",
        message: "the store FOLDER/db was written by a newer version of cdnotify: run that "
          + "version, or name another store"
      ) { folder in
        let store = try SQLiteStore(path: folder.path("db"))
        try store.queue.write { db in
          try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('9 from the future')")
        }
        store.close()
      },
    ]
  }

  @Test("What can't be the store is left alone, and said", arguments: UnusableRow.all)
  func unusable(row: UnusableRow) async throws {
    try await withTemporaryFolder { folder in
      try row.prepare(folder)
      let path = folder.path(row.path)
      let before = FileManager.default.contents(atPath: path)
      let failure = try #require(throws: StoreFailure.self) { try SQLiteStore(path: path) }
      #expect(failure.kind == .unusable)
      #expect(
        failure.description
          == row.message.replacingOccurrences(of: "FOLDER", with: folder.url.path))
      #expect(FileManager.default.contents(atPath: path) == before)
    }
  }

  @Test(
    "A file that can't be written is said to be so",
    .enabled(if: geteuid() != 0, "root can write every file"))
  func readOnly() async throws {
    try await withTemporaryFolder { folder in
      let path = folder.path("cdnotify.db")
      try SQLiteStore(path: path).close()
      try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: path)
      let failure = try #require(throws: StoreFailure.self) { try SQLiteStore(path: path) }
      #expect(failure.kind == .unusable)
      #expect(failure.description.contains("can't be read and written by this user"))
    }
  }

  @Test("A damaged page shows as trouble, without what the query held") func damage() async throws {
    try await withTemporaryFolder { folder in
      let path = folder.path("cdnotify.db")
      let store = try SQLiteStore(path: path)
      try await store.queue.write { try $0.execute(sql: "DROP TABLE registration") }
      let secret = ChannelConfiguration(type: "hook", settings: ["secret": ["hunter2"]])
      let failure = try await #require(throws: StoreFailure.self) {
        try await store.register(Sample.record(Sample.registration(channels: [secret])))
      }
      #expect(failure.kind == .unusable)
      #expect(
        failure.description == "the store \(path) can't be used: try again, and report it if that "
          + "doesn't help (no such table: registration)")
    }
  }
}
