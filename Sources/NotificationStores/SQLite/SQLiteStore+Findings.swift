import CodeDeployNotifications
import Foundation
import GRDB

extension SQLiteStore {
  package func deployments(
    _ ids: [String], in scope: AWSScope
  ) async throws -> [String: DeploymentRecord] {
    guard !ids.isEmpty else { return [:] }
    return try await read { db in
      guard let scopeID = try Self.existingScopeID(scope, db) else { return [:] }
      let records = try Self.records(
        db, scope,
        sql: """
          SELECT * FROM deployment WHERE scope_id = ?
            AND deployment_id IN (SELECT value FROM json_each(?))
          """, arguments: [scopeID, try RowCoding.encode(ids)])
      return Dictionary(records.map { ($0.key.id, $0) }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// The records in a query's rows of `deployment`, each with the state of its notifications.
  static func records(
    _ db: Database, _ scope: AWSScope, sql: String, arguments: StatementArguments
  ) throws -> [DeploymentRecord] {
    let rows = try Row.fetchAll(db, sql: sql, arguments: arguments)
    guard !rows.isEmpty else { return [] }
    let numbers = try RowCoding.encode(rows.map { $0["id"] as Int64 })
    var standings: [Int64: [DeploymentRecord.Slot: DeploymentRecord.Standing]] = [:]
    let notifications = try Row.fetchCursor(
      db,
      sql: """
        SELECT e.deployment, e.name, n.channel, n.state, n.skip_reason
        FROM event e JOIN notification n ON n.event = e.id
        WHERE e.deployment IN (SELECT value FROM json_each(?))
        """, arguments: [numbers])
    while let row = try notifications.next() {
      guard let event = DeploymentEvent(rawValue: row["name"]),
        let state = NotificationState(rawValue: row["state"])
      else { continue }
      let skipReason = (row["skip_reason"] as String?).flatMap(SkipReason.init(rawValue:))
      standings[row["deployment"], default: [:]][
        DeploymentRecord.Slot(event: event, channel: row["channel"])] =
        DeploymentRecord.Standing(state: state, skipReason: skipReason)
    }
    return rows.map { row in
      DeploymentRecord(
        key: DeploymentKey(scope: scope, id: row["deployment_id"]),
        // An unreadable snapshot is read again from AWS.
        deployment: (row["snapshot"] as String?).flatMap {
          try? RowCoding.decode(Stored<Deployment>.self, from: $0).value
        },
        seenAt: Date(milliseconds: row["seen_at"]),
        notifications: standings[row["id"]] ?? [:])
    }
  }

  package func record(_ finding: Finding) async throws -> Set<NotificationKey> {
    try await write { db in
      let scopeID = try Self.scopeID(finding.scope, db)
      var recorded: Set<NotificationKey> = []
      for found in finding.found {
        let id = try Self.put(found, scopeID, at: finding.seenAt, db)
        for event in found.events {
          let eventID = try Self.put(event, of: id, db)
          for planned in event.notifications {
            if try Self.put(planned, eventID, at: finding.at, db) { recorded.insert(planned.key) }
          }
        }
      }
      for channel in finding.backfilled { try Self.backfill(channel, db) }
      if let watermark = finding.watermark {
        try db.execute(
          sql: "UPDATE scope SET mark = ? WHERE id = ?",
          arguments: [watermark.milliseconds, scopeID])
      }
      return recorded
    }
  }

  package func keep(_ note: ScopeNote, of scope: AWSScope) async throws {
    try await write { db in
      try db.execute(
        sql: """
          UPDATE scope SET denied_at = ifnull(?, denied_at), account_id = ifnull(?, account_id)
          WHERE id = ?
          """,
        arguments: [note.deniedAt?.milliseconds, note.accountID, try Self.scopeID(scope, db)])
    }
  }

  /// Returns the number of the deployment's row; `0` where nobody needs it.
  private static func put(
    _ found: FoundDeployment, _ scopeID: Int64, at date: Date, _ db: Database
  ) throws -> Int64 {
    switch found.reading {
    case .changed(let deployment), .foreign(let deployment):
      // A cycle that read the deployment before it ended, and writes later, must not reopen it.
      try put(
        deployment, scopeID, at: date,
        """
        DO UPDATE SET application = excluded.application, is_open = excluded.is_open,
          created_at = excluded.created_at, seen_at = excluded.seen_at,
          snapshot = excluded.snapshot
        WHERE is_open = 1 OR excluded.is_open = 0
        """, db)
    case .unchanged(let deployment):
      // It may have been forgotten meanwhile.
      try put(deployment, scopeID, at: date, "DO NOTHING", db)
    case .unread:
      try db.executeCached(
        """
        INSERT INTO deployment (scope_id, deployment_id, is_open, seen_at) VALUES (?, ?, 1, ?)
        ON CONFLICT DO NOTHING
        """, [scopeID, found.id, date.milliseconds])
    }
    guard !found.events.isEmpty else { return 0 }
    return try number(
      "SELECT id FROM deployment WHERE scope_id = ? AND deployment_id = ?", [scopeID, found.id], db)
  }

  private static func put(
    _ deployment: Deployment, _ scopeID: Int64, at date: Date, _ onConflict: String, _ db: Database
  ) throws {
    try db.executeCached(
      """
      INSERT INTO deployment
        (scope_id, deployment_id, application, is_open, created_at, seen_at, snapshot)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT \(onConflict)
      """,
      [
        scopeID, deployment.id, deployment.application, !deployment.status.isFinal,
        deployment.createdAt.milliseconds, date.milliseconds,
        try RowCoding.encode(Stored(deployment)),
      ])
  }

  /// Returns the number of the event's row.
  private static func put(
    _ event: PlannedEvent, of deployment: Int64, _ db: Database
  ) throws -> Int64 {
    try db.executeCached(
      """
      INSERT INTO event (deployment, name, position, occurred_at, content) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """,
      [
        deployment, event.event.rawValue, event.event.position, event.at.milliseconds,
        try RowCoding.encode(Stored(event.content)),
      ])
    guard db.changesCount == 0 else { return db.lastInsertedRowID }
    return try number(
      "SELECT id FROM event WHERE deployment = ? AND name = ?",
      [deployment, event.event.rawValue], db)
  }

  /// The number of a row that was just written.
  private static func number(
    _ sql: String, _ arguments: StatementArguments, _ db: Database
  ) throws -> Int64 {
    guard let number = try Int64.fetchOne(db.cachedStatement(sql: sql), arguments: arguments)
    else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
    return number
  }

  /// Returns whether the notification is new or replaces a skip.
  private static func put(
    _ planned: PlannedNotification, _ eventID: Int64, at date: Date, _ db: Database
  ) throws -> Bool {
    var state = NotificationState.pending
    var skipReason: String?
    if case .skip(let reason) = planned.decision {
      state = .skipped
      skipReason = reason.rawValue
    }
    try db.executeCached(
      """
      INSERT INTO notification (id, event, channel, state, skip_reason, reason, next_attempt_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET state = excluded.state, skip_reason = excluded.skip_reason,
        reason = excluded.reason, next_attempt_at = excluded.next_attempt_at
      WHERE ? AND state = 'skipped'
      """,
      [
        planned.key.id, eventID, planned.key.channel, state.rawValue, skipReason, planned.reason,
        date.milliseconds, planned.replacesSkip,
      ])
    return db.changesCount > 0
  }

  /// Marks a channel as backfilled, unless its registration was removed meanwhile or asks for an
  /// earlier time.
  private static func backfill(_ backfilled: BackfilledChannel, _ db: Database) throws {
    // A JSON path in SQLite can't name a key that contains a quote, so the whole record is
    // rewritten.
    guard var record = try record(of: backfilled.identity, db), record.backfill(backfilled) else {
      return
    }
    try put(record, db)
  }
}

extension Database {
  /// Executes a cached statement: compiling it for each row would cost more than running it.
  func executeCached(_ sql: String, _ arguments: StatementArguments) throws {
    try cachedStatement(sql: sql).execute(arguments: arguments)
  }
}
