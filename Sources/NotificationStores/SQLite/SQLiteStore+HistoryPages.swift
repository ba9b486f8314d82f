import CodeDeployNotifications
import Foundation
import GRDB

extension SQLiteStore {
  /// How many deployments are read at once.
  private static let pageSize = 250

  package func historyPage(_ query: HistoryQuery) async throws -> HistoryPage {
    try await historyPage(of: try await historyIDs(query)[...])
  }

  /// The first page; the others follow.
  private func historyPage(of pages: ArraySlice<[Int64]>) async throws -> HistoryPage {
    guard let ids = pages.first else { return HistoryPage([]) }
    var page = HistoryPage(try await entries(of: ids))
    let rest = pages.dropFirst()
    if !rest.isEmpty { page.next = { [self] in try await historyPage(of: rest) } }
    return page
  }

  /// The row ids of deployments that may match a query, newest first, in pages: one list of them all
  /// would take three times the memory while it grows. The rest of the query is applied afterwards.
  private func historyIDs(_ query: HistoryQuery) async throws -> [[Int64]] {
    let selection = try HistorySelection(query, isNarrowed: true)
    return try await read { db in
      let ids = try Int64.fetchCursor(
        db,
        sql: """
          SELECT d.id FROM deployment d WHERE \(selection.condition)
          ORDER BY d.created_at DESC, d.deployment_id
          """, arguments: selection.arguments)
      var pages: [[Int64]] = []
      var page: [Int64] = []
      while let id = try ids.next() {
        page.append(id)
        guard page.count == Self.pageSize else { continue }
        pages.append(page)
        page.removeAll(keepingCapacity: true)
      }
      return page.isEmpty ? pages : pages + [page]
    }
  }

  /// The deployments of these rows, in order.
  private func entries(of page: [Int64]) async throws -> [HistoryEntry] {
    let ids = try RowCoding.encode(page)
    return try await read { db in
      let scopes = try Self.scopes(db).mapValues(\.scope)
      var lines = try Self.lines(ofAll: ids, db)
      let rows = try Row.fetchCursor(
        db.cachedStatement(
          sql: """
            SELECT id, scope_id, deployment_id, snapshot FROM deployment
            WHERE id IN (SELECT value FROM json_each(?)) AND snapshot IS NOT NULL
            """), arguments: [ids])
      var entries: [Int64: HistoryEntry] = [:]
      entries.reserveCapacity(page.count)
      while let row = try rows.next() {
        let id: Int64 = row[0]
        guard let scope = scopes[row[1]],
          let deployment = self.deployment(id: row[2], stored: row[3], scope)
        else { continue }
        entries[id] = HistoryEntry(
          deployment: deployment, scope: scope,
          notifications: lines.removeValue(forKey: id) ?? [])
      }
      return page.compactMap { entries[$0] }
    }
  }

  package func outbox(countingFailed: Bool) async throws -> OutboxSummary {
    try await read { db in
      var summary = OutboxSummary()
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT count(*) AS pending, coalesce(sum(n.attempts = 0), 0) AS untried,
            min(e.occurred_at) AS oldest,
            min(CASE n.state WHEN 'pending' THEN n.next_attempt_at END) AS next
          FROM notification n JOIN event e ON e.id = n.event
          WHERE n.state IN ('pending', 'sending')
          """)
      if let row {
        summary.pending = row["pending"]
        summary.untried = row["untried"]
        summary.oldestPendingAt = (row["oldest"] as Int64?).map(Date.init(milliseconds:))
        summary.nextAttemptAt = (row["next"] as Int64?).map(Date.init(milliseconds:))
      }
      guard countingFailed else { return summary }
      summary.failed =
        try Int.fetchOne(db, sql: "SELECT count(*) FROM notification WHERE state = 'failed'") ?? 0
      return summary
    }
  }
}

extension SQLiteStore {
  /// The version of the SQLite library in use.
  package static var libraryVersion: String {
    let version = try? DatabaseQueue().read {
      try String.fetchOne($0, sql: "SELECT sqlite_version()")
    }
    return version.flatMap { $0 } ?? "unknown"
  }
}
