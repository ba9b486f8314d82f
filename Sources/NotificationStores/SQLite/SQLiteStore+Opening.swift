import CodeDeployNotifications
import Foundation
import GRDB

extension SQLiteStore {
  public func opening(_ filter: NotificationFilter, now: Date) async throws -> Opening {
    let arguments = try Self.arguments(filter)
    let due = arguments + Self.dueArguments(now: now)
    return try await read { db in
      let rows = try Self.registrationRows(db)
      var opening = Opening(registrations: rows.records)
      opening.unreadable = rows.unreadable
      for row in try Row.fetchAll(db, sql: "SELECT * FROM scope") {
        let scope = AWSScope(
          region: row["region"], profile: row["profile"], roleARN: row["role_arn"])
        func time(_ column: String) -> Date? {
          (row[column] as Int64?).map(Date.init(milliseconds:))
        }
        opening.progress[scope] = ScopeProgress(
          mark: time("mark"), open: try Self.open(in: scope, row["id"], db),
          deniedAt: time("denied_at"), accountID: row["account_id"])
      }
      opening.mutes = try Self.mutes(db)
      opening.waiting =
        try Int.fetchOne(db, sql: "SELECT count(*) \(Self.waitingRows)", arguments: arguments) ?? 0
      opening.isAnythingDue =
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 \(Self.due))", arguments: due) ?? false
      return opening
    }
  }

  private static func open(
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
