import CodeDeployNotifications
import CycleSupport
import Foundation
import GRDB
import HostFiles
import Synchronization
import Testing

@testable import NotificationStores

/// What only the store in a file does.
@Suite struct SQLiteStoreTests {
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

  @Test("What was stored is there when it is opened again") func reopening() async throws {
    try await withTemporaryFolder { folder in
      let path = folder.path("größe 1.db")
      let first = try SQLiteStore(path: path)
      #expect(try await first.register(Sample.record()))
      try await first.makePending([Sample.deployment()])
      first.close()
      let second = try SQLiteStore(path: path)
      #expect(try await second.registrations() == [Sample.record()])
      #expect(try await second.claim(Sample.claim()).map(\.key) == [Sample.key()])
    }
  }

  @Test("An export names a deployment whose record has a line end of another program's")
  func lineEnds() async throws {
    try await withTemporaryFolder { folder in
      let store = try SQLiteStore(path: folder.path("cdnotify.db"))
      #expect(try await store.register(Sample.record()))
      try await store.makePending([Sample.deployment("d-1")])
      try await store.queue.write { database in
        try database.execute(
          sql: "UPDATE event SET content = '{' || char(10) || substr(content, 2)")
      }
      let failure = await #expect(throws: StoreFailure.self) {
        try await store.exportLines { _ in }
      }
      #expect(
        failure?.description
          == "the store's record of deployment d-1 in \(Sample.scope.label) was changed by hand: "
          + "restore it, or delete that deployment")
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
  }

  @Test("A finding is stored all or nothing") func atomicFinding() async throws {
    try await withTemporaryFolder { folder in
      let store = try SQLiteStore(path: folder.path("cdnotify.db"))
      #expect(try await store.register(Sample.record()))
      try await store.queue.write { database in
        try database.execute(
          sql: """
            CREATE TEMP TRIGGER refusal BEFORE INSERT ON notification WHEN new.channel = 'last'
            BEGIN SELECT RAISE(ABORT, 'no'); END
            """)
      }
      let deployments = ["d-1", "d-2"].map { Sample.deployment($0) }
      var finding = Sample.finding(
        deployments,
        [Sample.event(of: deployments[0]), Sample.event(of: deployments[1], on: ["last"])],
        unread: ["d-3"], watermark: Sample.now)
      finding.backfilled = Sample.record().notBackfilled
      await #expect(throws: StoreFailure.self) { try await store.record(finding) }
      #expect(try await store.progress(of: Sample.scope) == ScopeProgress())
      #expect(try await store.deployments(["d-1", "d-3"], in: Sample.scope) == [:])
      #expect(try await store.registrations() == [Sample.record()])
      #expect(try await store.pendingCount(.all) == 0)
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

  /// The statements that the store runs during `body`, without those that begin and end a read.
  private func statements(
    of store: SQLiteStore, _ body: () async throws -> Void
  ) async throws -> [String] {
    let seen = Mutex<[String]>([])
    try await store.queue.writeWithoutTransaction { db in
      db.trace { event in seen.withLock { $0.append(event.description) } }
    }
    try await body()
    try await store.queue.writeWithoutTransaction { db in db.trace(options: [], nil) }
    return seen.withLock { $0 }
  }

  /// Records of announced deployments, as in an export.
  private func records(_ count: Int) -> [StoreRecord] {
    (0..<count).map { number in
      let deployment = Sample.deployment("d-\(number)")
      var entry = LedgerEntry(key: Sample.key("d-\(number)").deployment, seenAt: Sample.now)
      entry.deployment = deployment
      let event = Sample.event(.succeeded, of: deployment, on: ["a"])
      entry.events = [.init(event: event.event, at: event.at, content: event.content)]
      var one = LedgerEntry.Notification(
        event: event.event, channel: "a", state: .sent, nextAttemptAt: Sample.now)
      one.tries = [.init(at: Sample.now, duration: .zero, outcome: .sent, answer: "200")]
      entry.notifications = [one]
      return .deployment(entry)
    }
  }

  @Test("An import is one transaction, and what is exported is read in one go")
  func costs() async throws {
    var exports: [Int] = []
    for count in [2, 1200] {
      try await withTemporaryFolder { folder in
        let store = try SQLiteStore(path: folder.path("cdnotify.db"))
        let records = records(count)
        var counts = ImportCounts()
        let importing = try await statements(of: store) {
          counts = try await store.importRecords(records)
        }
        #expect(counts == ImportCounts(added: count))
        #expect(importing.count { $0.hasPrefix("COMMIT") } == 1)
        // Imported again, they add nothing.
        #expect(try await store.importRecords(records) == ImportCounts(known: count))
        let exporting = try await statements(of: store) {
          let lines = Mutex(0)
          try await store.exportLines { _ in lines.withLock { $0 += 1 } }
          #expect(lines.withLock { $0 } == count)
        }
        exports.append(exporting.count)
        let reading = try await statements(of: store) {
          var entries = 0
          for try await entry in store.entries(HistoryQuery()) {
            #expect(entry.notifications.count == 1 && entry.notifications[0].tries.count == 1)
            entries += 1
          }
          #expect(entries == count)
        }
        // One query for the order, and three for each page of 500.
        let pages = (count + 499) / 500
        #expect(reading.count { $0.hasPrefix("SELECT") } == 1 + 3 * pages)
      }
    }
    #expect(exports.count == 2 && exports[0] == exports[1], "\(exports)")
  }

  @Test("The history of one deployment is found by an index") func oneDeployment() async throws {
    try await withTemporaryFolder { folder in
      let store = try SQLiteStore(path: folder.path("cdnotify.db"))
      let selection = try HistorySelection(
        HistoryQuery(filter: NotificationFilter(deployments: ["d-1"])), isNarrowed: true)
      let plan = try await store.queue.read { db in
        try Row.fetchAll(
          db, sql: "EXPLAIN QUERY PLAN SELECT d.id FROM deployment d WHERE \(selection.condition)",
          arguments: selection.arguments
        ).map { $0["detail"] as String }
      }
      #expect(plan.first?.contains("(scope_id=? AND deployment_id=?)") == true, "\(plan)")
    }
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

  @Test("Cycles that begin together on a new store make it once") func creation() async throws {
    try await withTemporaryFolder { folder in
      let path = folder.path("cdnotify.db")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<6 {
          group.addTask {
            let store = try SQLiteStore(path: path)
            let record = Sample.record(Sample.registration("a\(number)"))
            #expect(try await store.register(record))
          }
        }
        try await group.waitForAll()
      }
      let names = try await SQLiteStore(path: path).registrations().map(\.registration.application)
      #expect(names == (0..<6).map { "a\($0)" })
    }
  }

  @Test("Two openings of one file share claims and changes") func sharing() async throws {
    try await withTemporaryFolder { folder in
      let path = folder.path("cdnotify.db")
      let stores = [try SQLiteStore(path: path), try SQLiteStore(path: path)]
      let deployments = (0..<60).map { Sample.deployment("d-\($0)") }
      try await stores[0].makePending(deployments)
      #expect(try await stores[1].pendingCount(.all) == 60)

      let claimed = try await withThrowingTaskGroup(of: [String].self) { group in
        for (token, store) in stores.enumerated() {
          group.addTask {
            var ids: [String] = []
            while true {
              let some = try await store.claim(Sample.claim("\(token)", limit: 4))
              if some.isEmpty { return ids }
              for one in some {
                let sent = DeliveryOutcome(.sent, reason: "", attempts: 1, at: Sample.now)
                #expect(try await store.settle(one, sent))
                ids.append(one.key.deployment.id)
              }
            }
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(claimed.sorted() == deployments.map(\.id).sorted())
      #expect(try await stores[0].pendingCount(.all) == 0)
      #expect(try await stores[0].register(Sample.record()))
      #expect(try await !stores[1].register(Sample.record()))
    }
  }
}
