import CodeDeployNotifications
import Foundation
import GRDB

extension SQLiteStore {
  public func history(_ query: HistoryQuery) async throws -> [HistoryEntry] {
    let arguments: StatementArguments = [
      "applications": try RowCoding.encode(query.filter.applications.sorted()),
      "deployments": try RowCoding.encode(query.filter.deployments.sorted()),
      "since": query.since?.milliseconds,
    ]
    return try await read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT d.id, d.deployment_id, d.snapshot, s.region, s.profile, s.role_arn FROM deployment d JOIN scope s ON s.id = d.scope_id
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
          ORDER BY d.created_at DESC, d.deployment_id
          """, arguments: arguments)
      return try rows.compactMap { row in
        let scope = AWSScope(
          region: row["region"], profile: row["profile"], roleARN: row["role_arn"])
        return try self.entry(row, scope, db)
      }
    }
  }

  public func ends(_ query: EndsQuery) async throws -> [HistoryEntry] {
    try await read { db in
      guard let scopeID = try Self.existingScopeID(query.scope, db) else { return [] }
      let rows = try Row.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT id, deployment_id, snapshot FROM deployment
            WHERE application = :application AND scope_id = :scope AND is_open = 0
              AND (:before IS NULL OR created_at < :before)
              AND CASE WHEN json_valid(snapshot) THEN
                json_extract(snapshot, '$.deploymentGroup') = :group
                AND (:status IS NULL OR json_extract(snapshot, '$.status') = :status) END
            ORDER BY created_at DESC LIMIT :limit
            """),
        arguments: [
          "application": query.group.application, "scope": scopeID, "group": query.group.group,
          "before": query.createdBefore?.milliseconds, "status": query.status?.rawValue,
          "limit": query.limit,
        ])
      return try rows.compactMap { try self.entry($0, query.scope, db) }
    }
  }

  /// A deployment's entry; `nil` for one that can't be read, which is remembered to be told of.
  func entry(_ row: Row, _ scope: AWSScope, _ db: Database) throws -> HistoryEntry? {
    let stored: String = row["snapshot"]
    guard let deployment = try? RowCoding.decode(Deployment.self, from: stored) else {
      let id: String = row["deployment_id"]
      let problem = UnreadableRow(
        "deployment \(id.oneLine) in \(scope.label)",
        "it is left out here; the next poll that finds it reads it anew")
      _ = unreadable.withLock { $0.insert(problem) }
      return nil
    }
    return HistoryEntry(
      deployment: deployment, scope: scope, notifications: try Self.lines(of: row["id"], db))
  }

  public func unreadableRows() async -> [UnreadableRow] {
    unreadable.withLock { rows in
      defer { rows = [] }
      return Array(rows)
    }
  }

  static func lines(of deployment: Int64, _ db: Database) throws -> [HistoryEntry.Line] {
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: """
          SELECT n.*, e.name FROM event e JOIN notification n ON n.event = e.id
          WHERE e.deployment = ? ORDER BY e.position, n.channel
          """), arguments: [deployment])
    return rows.compactMap { row in
      guard let event = DeploymentEvent(rawValue: row["name"]),
        let state = NotificationState(rawValue: row["state"])
      else { return nil }
      let isPending = state == .pending || state == .sending
      return HistoryEntry.Line(
        id: row["id"], channel: row["channel"], event: event, state: state,
        reason: row["reason"], attempts: row["attempts"],
        nextAttemptAt: isPending ? Date(milliseconds: row["next_attempt_at"]) : nil,
        sentAt: (row["sent_at"] as Int64?).map(Date.init(milliseconds:)),
        failedAt: (row["failed_at"] as Int64?).map(Date.init(milliseconds:)),
        tries: tries(row["tries"]))
    }
  }
}
