import CodeDeployNotifications
import Foundation
import GRDB

extension SQLiteStore {
  package func history(_ query: HistoryQuery) async throws -> [HistoryEntry] {
    let selection = try HistorySelection(query, isNarrowed: false)
    return try await read { db in
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT d.id, d.deployment_id, d.snapshot, s.region, s.profile, s.role_arn
          FROM deployment d JOIN scope s ON s.id = d.scope_id
          WHERE \(selection.condition) ORDER BY d.created_at DESC, d.deployment_id
          """, arguments: selection.arguments)
      var entries: [HistoryEntry] = []
      while let row = try rows.next() {
        let scope = AWSScope(
          region: row["region"], profile: row["profile"], roleARN: row["role_arn"])
        if let entry = try self.entry(row, scope, db) { entries.append(entry) }
      }
      return entries
    }
  }

  package func ends(_ query: EndsQuery) async throws -> [HistoryEntry] {
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

  /// A deployment's entry; `nil` for one that can't be read.
  func entry(_ row: Row, _ scope: AWSScope, _ db: Database) throws -> HistoryEntry? {
    guard let deployment = deployment(id: row["deployment_id"], stored: row["snapshot"], scope)
    else { return nil }
    return HistoryEntry(
      deployment: deployment, scope: scope, notifications: try Self.lines(of: row["id"], db))
  }

  /// A stored deployment; `nil` for one that can't be read, which is noted as unreadable.
  func deployment(id: String, stored: String, _ scope: AWSScope) -> Deployment? {
    if let row = try? RowCoding.decode(Stored<Deployment>.self, from: stored) { return row.value }
    noteUnreadable(deployment: id, scope, Self.readAnew)
    return nil
  }

  static let readAnew = "it is left out here; the next poll that finds it reads it anew"

  func noteUnreadable(deployment id: String, _ scope: AWSScope, _ remedy: String) {
    unreadable.insert(UnreadableRow("deployment \(id.oneLine) in \(scope.label)", remedy))
  }

  /// The columns that `line` reads.
  private static let lineColumns = """
    e.deployment, e.name, n.id, n.channel, n.state, n.reason, n.attempts, n.next_attempt_at, n.sent_at,
    n.failed_at, n.tries
    """

  static func lines(of deployment: Int64, _ db: Database) throws -> [HistoryEntry.Line] {
    try lines(ofAll: "[\(deployment)]", db)[deployment] ?? []
  }

  /// The notifications of deployments, by deployment row id. `ids` is a JSON array of row ids.
  static func lines(
    ofAll deployments: String, _ db: Database
  ) throws -> [Int64: [HistoryEntry.Line]] {
    let rows = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT \(lineColumns) FROM event e JOIN notification n ON n.event = e.id
          WHERE e.deployment IN (SELECT value FROM json_each(?))
          ORDER BY e.deployment, e.position, n.channel
          """), arguments: [deployments])
    var lines: [Int64: [HistoryEntry.Line]] = [:]
    while let row = try rows.next() {
      if let line = line(row) { lines[row[0], default: []].append(line) }
    }
    return lines
  }

  private static func line(_ row: Row) -> HistoryEntry.Line? {
    guard let event = DeploymentEvent(rawValue: row[1]),
      let state = NotificationState(rawValue: row[4])
    else { return nil }
    return HistoryEntry.Line(
      id: row[2], channel: row[3], event: event, state: state, reason: row[5], attempts: row[6],
      nextAttemptAt: Date(milliseconds: row[7]),
      sentAt: (row[8] as Int64?).map(Date.init(milliseconds:)),
      failedAt: (row[9] as Int64?).map(Date.init(milliseconds:)), tries: tries(row[10]))
  }
}
