import CodeDeployNotifications
import CycleSupport
import Foundation
import GRDB
import Synchronization
import Testing

@testable import NotificationStores

/// How many statements the store needs, and that it finds rows by an index.
@Suite struct SQLiteCostTests {
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
        // One query for the order, and three for each page of 250.
        let pages = (count + 249) / 250
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
}
