import CodeDeployNotifications
import Foundation
import GRDB

extension SQLiteStore {
  /// Deployments that are read at once.
  private static let historyPage = 500

  /// In pages, so that no history is too long for the memory.
  public func history(
    _ query: HistoryQuery, _ body: @escaping @Sendable (HistoryEntry) throws -> Bool
  ) async throws {
    let ids = try await historyIDs(query)
    var left = query.limit ?? Int.max
    var start = 0
    while start < ids.count, left > 0 {
      let page = ids[start..<min(start + Self.historyPage, ids.count)]
      start = page.endIndex
      for entry in try await entries(of: page) {
        guard let narrowed = query.narrowed(entry) else { continue }
        guard left > 0, try body(narrowed) else { return }
        left -= 1
      }
    }
  }

  /// The rows of the deployments that a query may mean, newest first. What is narrowed further is
  /// left out afterwards.
  private func historyIDs(_ query: HistoryQuery) async throws -> [Int64] {
    let arguments: StatementArguments = [
      "applications": try RowCoding.encode(query.filter.applications.sorted()),
      "deployments": try RowCoding.encode(query.filter.deployments.sorted()),
      "since": query.since?.milliseconds,
      "states": try RowCoding.encode(query.states.map(\.rawValue).sorted()),
      "channels": try RowCoding.encode(query.channels.sorted()),
    ]
    return try await read { db in
      try Int64.fetchAll(
        db,
        sql: """
          SELECT d.id FROM deployment d
          WHERE d.snapshot IS NOT NULL
            AND (:applications = '[]'
              OR d.application IN (SELECT value FROM json_each(:applications)))
            AND (:deployments = '[]'
              OR d.deployment_id IN (SELECT value FROM json_each(:deployments)))
            AND (:since IS NULL OR d.created_at >= :since)
            AND (
              EXISTS (SELECT 1 FROM registration r
                WHERE r.scope_id = d.scope_id AND r.application = d.application)
              OR EXISTS (SELECT 1 FROM event e WHERE e.deployment = d.id))
            AND (:states = '[]' AND :channels = '[]' OR EXISTS (
              SELECT 1 FROM event e JOIN notification n ON n.event = e.id
              WHERE e.deployment = d.id
                AND (:states = '[]' OR n.state IN (SELECT value FROM json_each(:states)))
                AND (:channels = '[]' OR n.channel IN (SELECT value FROM json_each(:channels)))))
          ORDER BY d.created_at DESC, d.deployment_id
          """, arguments: arguments)
    }
  }

  private func entries(of page: ArraySlice<Int64>) async throws -> [HistoryEntry] {
    let ids = try RowCoding.encode(Array(page))
    return try await read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT d.id, d.deployment_id, d.snapshot, s.region, s.profile, s.role_arn
          FROM deployment d JOIN scope s ON s.id = d.scope_id
          WHERE d.id IN (SELECT value FROM json_each(?))
          ORDER BY d.created_at DESC, d.deployment_id
          """, arguments: [ids])
      return try rows.compactMap { row in
        let scope = AWSScope(
          region: row["region"], profile: row["profile"], roleARN: row["role_arn"])
        return try self.entry(row, scope, db)
      }
    }
  }

  public func outbox(countingFailed: Bool) async throws -> OutboxSummary {
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
  /// The version of the SQLite that this program runs with.
  public static var libraryVersion: String {
    let version = try? DatabaseQueue().read {
      try String.fetchOne($0, sql: "SELECT sqlite_version()")
    }
    return version.flatMap { $0 } ?? "unknown"
  }
}
