import CodeDeployNotifications
import Foundation
import GRDB

extension SQLiteStore {
  package func outcomes() async throws -> [ChannelOutcomes] {
    try await read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT d.application, s.region, s.profile, s.role_arn, n.channel,
            count(*) FILTER (WHERE n.state = 'failed'),
            max(e.occurred_at) FILTER (WHERE n.state = 'failed'),
            max(e.occurred_at) FILTER (WHERE n.state = 'sent')
          FROM notification n JOIN event e ON e.id = n.event
            JOIN deployment d ON d.id = e.deployment JOIN scope s ON s.id = d.scope_id
          WHERE n.state IN ('failed', 'sent') AND d.application IS NOT NULL
          GROUP BY d.application, s.id, n.channel
          """)
      return rows.map { row in
        ChannelOutcomes(
          application: row[0],
          scope: AWSScope(region: row[1], profile: row[2], roleARN: row[3]), channel: row[4],
          failed: row[5], lastFailedEvent: (row[6] as Int64?).map(Date.init(milliseconds:)),
          lastSentEvent: (row[7] as Int64?).map(Date.init(milliseconds:)))
      }
    }
  }

  /// Writes a value that the file already has, which detects a read-only file and a full disk.
  /// Throws `StoreFailure`.
  package func checkWriting() async throws {
    try await write { db in
      let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? Schema.version
      try db.execute(sql: "PRAGMA user_version = \(version)")
    }
  }
}
