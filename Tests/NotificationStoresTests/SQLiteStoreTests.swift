import CodeDeployNotifications
import CycleSupport
import Foundation
import GRDB
import Testing

@testable import NotificationStores

/// What only the store in a file does.
@Suite struct SQLiteStoreTests {
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
