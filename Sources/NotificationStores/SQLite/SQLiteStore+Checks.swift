import CodeDeployNotifications
import Foundation
import GRDB

extension SQLiteStore {
  public func outcomes() async throws -> [ChannelOutcomes] {
    try await read { db in
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT d.application, s.region, n.channel, count(*) FILTER (WHERE n.state = 'failed'),
            max(e.occurred_at) FILTER (WHERE n.state = 'failed'),
            max(e.occurred_at) FILTER (WHERE n.state = 'sent')
          FROM notification n JOIN event e ON e.id = n.event
            JOIN deployment d ON d.id = e.deployment JOIN scope s ON s.id = d.scope_id
          WHERE n.state IN ('failed', 'sent') AND d.application IS NOT NULL
          GROUP BY d.application, s.region, n.channel
          """)
      return rows.map { row in
        ChannelOutcomes(
          application: row[0], region: row[1], channel: row[2], failed: row[3],
          lastFailedEvent: (row[4] as Int64?).map(Date.init(milliseconds:)),
          lastSentEvent: (row[5] as Int64?).map(Date.init(milliseconds:)))
      }
    }
  }

  /// Writes what the file says already, so that one that can only be read, or a disk without room,
  /// is found out. Throws `StoreFailure`.
  public func checkWriting() async throws {
    try await write { db in
      let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? Schema.version
      try db.execute(sql: "PRAGMA user_version = \(version)")
    }
  }
}
