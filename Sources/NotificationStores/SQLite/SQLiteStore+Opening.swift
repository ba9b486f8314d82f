import CodeDeployNotifications
import Foundation
import GRDB

extension SQLiteStore {
  package func opening(_ filter: NotificationFilter, now: Date) async throws -> Opening {
    let arguments = try Self.arguments(filter)
    let due = arguments + Self.dueArguments(now: now)
    let applications: StatementArguments = [
      "applications": try RowCoding.encode(filter.applications.sorted())
    ]
    return try await read { db in
      let rows = try Self.registrationRows(db, where: "is_settled IS NOT 1")
      var opening = Opening(registrations: rows.records)
      opening.unreadable = rows.unreadable
      self.unnoted.replace(with: rows.records.filter { $0.backfillSince == nil })
      // The scopes of registrations that needn't be decoded, and of those that were.
      let meant = opening.registrations.map(\.registration).filter {
        filter.applications.isEmpty || filter.applications.contains($0.application)
      }
      let read = Dictionary(grouping: meant, by: \.scope)
      for row in try Row.fetchAll(db, sql: Self.scopes, arguments: applications) {
        let scope = AWSScope(
          region: row["region"], profile: row["profile"], roleARN: row["role_arn"])
        if row["has_settled"] || read[scope] != nil {
          let ids = (read[scope] ?? []).map(\.externalID) + [row["external_id"] as String?]
          opening.scopes.append(ScopeAccess(scope, amongExternalIDs: ids))
        }
        func time(_ column: String) -> Date? {
          (row[column] as Int64?).map(Date.init(milliseconds:))
        }
        opening.progress[scope] = ScopeProgress(
          watermark: time("mark"), inFlight: try Self.inFlight(in: scope, row["id"], db),
          deniedAt: time("denied_at"), accountID: row["account_id"])
      }
      opening.mutes = try Self.mutes(db)
      opening.pending =
        try Int.fetchOne(db, sql: "SELECT count(*) \(Self.pendingRows)", arguments: arguments) ?? 0
      opening.isAnythingDue =
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 \(Self.due))", arguments: due) ?? false
      return opening
    }
  }

  /// Every scope, with what is noted about its registrations that needn't be decoded.
  private static let scopes = """
    SELECT scope.*, external_id, EXISTS (
        SELECT 1 FROM registration r WHERE r.scope_id = scope.id AND r.is_settled = 1
          AND (:applications = '[]'
            OR r.application IN (SELECT value FROM json_each(:applications)))
      ) AS has_settled
    FROM scope LEFT JOIN (
        SELECT scope_id, min(external_id) AS external_id FROM registration
        WHERE external_id IS NOT NULL AND external_id <> ''
          AND (:applications = '[]'
            OR application IN (SELECT value FROM json_each(:applications)))
        GROUP BY scope_id
      ) ON scope_id = scope.id
    """

  private static func inFlight(
    in scope: AWSScope, _ scopeID: Int64, _ db: Database
  ) throws -> [DeploymentRecord] {
    try records(
      db, scope,
      sql: """
        SELECT * FROM deployment d WHERE scope_id = ? AND is_open = 1
          AND (application IS NULL OR EXISTS (
            SELECT 1 FROM registration r
            WHERE r.scope_id = d.scope_id AND r.application = d.application))
        """, arguments: [scopeID])
  }
}
