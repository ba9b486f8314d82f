import CodeDeployNotifications
import CycleSupport
import Foundation
import GRDB
import Testing

@testable import NotificationStores

/// What a cycle on SQLite reads first: the scopes with registrations, and only those registrations
/// that it needs in any case.
@Suite struct OpeningTests {
  private let elsewhere = AWSScope(region: "us-east-1", roleARN: "arn:aws:iam::1:role/r")

  private func record(
    _ application: String, in scope: AWSScope? = nil, externalID: String? = nil,
    isBackfilled: Bool = true
  ) -> RegistrationRecord {
    var registration = Sample.registration(application, in: scope ?? Sample.scope)
    registration.externalID = externalID
    return Sample.record(registration, isBackfilled: isBackfilled)
  }

  private func opening(
    _ store: SQLiteStore, _ applications: Set<String> = []
  ) async throws -> Opening {
    try await store.opening(NotificationFilter(applications: applications), now: Sample.now)
  }

  private func names(_ opening: Opening) -> [String] {
    opening.registrations.map(\.registration.application)
  }

  @Test("Backfilled registrations aren't read, and their scopes are known") func backfilled()
    async throws
  {
    try await withTemporaryFolder { folder in
      let store = try SQLiteStore(path: folder.path("cdnotify.db"))
      #expect(try await opening(store).scopes == [])
      let records = [
        record("basket", in: elsewhere), record("checkout", in: elsewhere, externalID: "third"),
        record("search", in: elsewhere, externalID: "second"), record("shop"),
        record("till", isBackfilled: false),
      ]
      #expect(try await store.change(records.map { .put($0, over: nil) }))
      let all = try await opening(store)
      #expect(names(all) == ["till"])
      #expect(!all.hasAllRegistrations)
      #expect(
        all.scopes.sorted { $0.scope < $1.scope } == [
          ScopeAccess(Sample.scope),
          ScopeAccess(elsewhere, externalID: "second"),
        ])
      #expect(try await opening(store, ["shop"]).scopes == [ScopeAccess(Sample.scope)])
      #expect(
        try await opening(store, ["search"]).scopes
          == [ScopeAccess(elsewhere, externalID: "second")])
      #expect(
        try await opening(store, ["checkout"]).scopes
          == [ScopeAccess(elsewhere, externalID: "third")])
      #expect(try await opening(store, ["till"]).scopes == [ScopeAccess(Sample.scope)])
      #expect(try await opening(store, ["none"]).scopes == [])

      var settling = Sample.finding()
      settling.backfilled = record("till", isBackfilled: false).notBackfilled
      _ = try await store.record(settling)
      #expect(names(try await opening(store)) == [])
      #expect(try await store.registrations() == records.dropLast() + [record("till")])
    }
  }

  @Test("A change shows, whoever made it") func changes() async throws {
    try await withTemporaryFolder { folder in
      let store = try SQLiteStore(path: folder.path("cdnotify.db"))
      let (old, new) = (record("shop", externalID: "a"), record("shop", isBackfilled: false))
      #expect(try await store.register(old))
      #expect(try await store.change([.put(new, over: old)]))
      #expect(names(try await opening(store)) == ["shop"])
      #expect(try await opening(store).scopes == [ScopeAccess(Sample.scope)])
      #expect(try await store.change([.put(old, over: new)]))
      #expect(names(try await opening(store)) == [])

      try await store.queue.write { try $0.execute(sql: "UPDATE registration SET record = '{'") }
      let spoilt = try await opening(store)
      #expect(spoilt.unreadable.map(\.identity) == [old.registration.identity])
      #expect(spoilt.scopes == [])
      let found = try await store.registrations(of: [old.registration.identity])
      #expect(found.records == [])
      #expect(found.unreadable == spoilt.unreadable)
      #expect(try await store.registrations(of: []).records == [])
    }
  }

  @Test("What an earlier version stored is read once") func earlierVersion() async throws {
    try await withTemporaryFolder { folder in
      let path = folder.path("cdnotify.db")
      let first = try SQLiteStore(path: path)
      #expect(try await first.register(record("shop", externalID: "a"), record("till")))
      #expect(try await first.register(record("new", isBackfilled: false)))
      // The state after the migration before.
      try await first.queue.write { db in
        try db.execute(
          sql: """
            DROP TRIGGER registration_changed;
            DROP INDEX registration_unsettled;
            DROP INDEX registration_external_id;
            ALTER TABLE registration DROP COLUMN is_settled;
            ALTER TABLE registration DROP COLUMN external_id;
            DELETE FROM grdb_migrations WHERE identifier LIKE '6 %';
            PRAGMA user_version = 5;
            """)
      }
      first.close()
      let store = try SQLiteStore(path: path)
      let scopes = [ScopeAccess(Sample.scope, externalID: "a")]
      for expected in [["new", "shop", "till"], ["new"]] {
        let opening = try await opening(store)
        #expect(names(opening) == expected)
        #expect(opening.scopes == scopes)
        // A cycle that has listed everything ends with it.
        #expect(try await store.prune(before: .distantPast, limit: 1) == 0)
      }
      #expect(try await store.registrations().count == 3)
    }
  }

  @Test(
    "A cycle finds the registration of what is new, and of what is in flight", arguments: [1, 2])
  func cycle(channels: Int) async throws {
    try await Installation.with(.sqlite) { site in
      let hooks = (0..<channels).map { ChannelConfiguration.hook("hook\($0)") }
      for application in ["basket", "checkout", "search"] {
        try await site.register(application, hooks)
      }
      _ = await site.poll()
      site.codeDeploy.put(Sample.deployment("d-1", .inProgress, of: "search"))
      #expect(await site.poll().inFlightDeployments == 1)
      site.codeDeploy.put(Sample.deployment("d-1", of: "search"))
      let lines = await site.poll().lines
      #expect(lines == (0..<channels).map { "d-1 succeeded hook\($0) sent: ok" })
    }
  }
}
