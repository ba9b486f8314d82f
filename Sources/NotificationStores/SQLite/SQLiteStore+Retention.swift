import CodeDeployNotifications
import Foundation
import GRDB

extension SQLiteStore {
  /// Deployments that may be forgotten: last seen before a time, without pending notifications, and
  /// ended, or of an application that isn't registered, or never answered for.
  private static let forgettable = """
    SELECT d.id FROM deployment d
    WHERE d.seen_at < :before
      AND (d.is_open = 0 OR d.application IS NULL OR NOT EXISTS (
        SELECT 1 FROM registration r
        WHERE r.scope_id = d.scope_id AND r.application = d.application))
      AND NOT EXISTS (
        SELECT 1 FROM event e JOIN notification n ON n.event = e.id
        WHERE e.deployment = d.id AND n.state IN ('pending', 'sending'))
    LIMIT :limit
    """

  package func prune(before: Date, limit: Int) async throws -> Int {
    let arguments: StatementArguments = ["before": before.milliseconds, "limit": limit]
    let unnoted = self.unnoted.removeAll()
    // Most cycles find nothing to forget, and a read needs no lock.
    let isAny = try await read { db in
      try Int64.fetchOne(db, sql: Self.forgettable, arguments: arguments) != nil
        || Bool.fetchOne(
          db, sql: "SELECT EXISTS (SELECT 1 FROM mute WHERE until < ?)",
          arguments: [before.milliseconds]) ?? false
    }
    guard isAny || !unnoted.isEmpty else { return 0 }
    return try await write { db in
      try Self.noteWhatPollsNeed(of: unnoted, db)
      try db.execute(sql: "DELETE FROM mute WHERE until < ?", arguments: [before.milliseconds])
      try db.execute(
        sql: "DELETE FROM deployment WHERE id IN (\(Self.forgettable))", arguments: arguments)
      return db.changesCount
    }
  }
}
