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
          try? RowCoding.decode(Deployment.self, from: $0)
        },
        seenAt: Date(milliseconds: row["seen_at"]),
        notifications: standings[row["id"]] ?? [:])
    }
  }

  package func record(_ finding: Finding) async throws -> Set<NotificationKey> {
    try await write { db in
      let scopeID = try Self.scopeID(finding.scope, db)
      for deployment in finding.deployments {
        try Self.put(deployment, scopeID, at: finding.seenAt, db)
      }
      for id in finding.unread {
        try db.executeCached(
          """
          INSERT INTO deployment (scope_id, deployment_id, is_open, seen_at) VALUES (?, ?, 1, ?)
          ON CONFLICT DO NOTHING
          """, [scopeID, id, finding.seenAt.milliseconds])
      }
      var inLine: Set<NotificationKey> = []
      for event in finding.events {
        let eventID = try Self.put(event, scopeID, db)
        for planned in event.notifications {
          if try Self.put(planned, eventID, at: finding.at, db) { inLine.insert(planned.key) }
        }
      }
      for channel in finding.backfilled { try Self.backfill(channel, db) }
      for (column, time) in [("mark", finding.watermark), ("denied_at", finding.deniedAt)] {
        guard let time else { continue }
        try db.execute(
          sql: "UPDATE scope SET \(column) = ? WHERE id = ?",
          arguments: [time.milliseconds, scopeID])
      }
      if let accountID = finding.accountID {
        try db.execute(
          sql: "UPDATE scope SET account_id = ? WHERE id = ?", arguments: [accountID, scopeID])
      }
      return inLine
    }
  }

  private static func put(
    _ deployment: Deployment, _ scopeID: Int64, at date: Date, _ db: Database
  ) throws {
    // A cycle that read a deployment before it ended, and writes later, must not reopen it.
    try db.executeCached(
      """
      INSERT INTO deployment
        (scope_id, deployment_id, application, is_open, created_at, seen_at, snapshot)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET application = excluded.application, is_open = excluded.is_open,
        created_at = excluded.created_at, seen_at = excluded.seen_at,
        snapshot = excluded.snapshot
      WHERE is_open = 1 OR excluded.is_open = 0
      """,
      [
        scopeID, deployment.id, deployment.application, !deployment.status.isFinal,
        deployment.createdAt.milliseconds, date.milliseconds, try RowCoding.encode(deployment),
      ])
  }

  private static func put(
    _ event: PlannedEvent, _ scopeID: Int64, _ db: Database
  ) throws -> Int64 {
    try db.executeCached(
      """
      INSERT INTO event (deployment, name, position, occurred_at, content)
      SELECT id, ?, ?, ?, ? FROM deployment WHERE scope_id = ? AND deployment_id = ?
      ON CONFLICT DO NOTHING
      """,
      [
        event.event.rawValue, event.event.position, event.at.milliseconds,
        try RowCoding.encode(event.content), scopeID, event.deploymentID,
      ])
    guard db.changesCount == 0 else { return db.lastInsertedRowID }
    let id = try Int64.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT e.id FROM event e JOIN deployment d ON d.id = e.deployment
          WHERE d.scope_id = ? AND d.deployment_id = ? AND e.name = ?
          """), arguments: [scopeID, event.deploymentID, event.event.rawValue])
    guard let id else {
      throw StoreFailure(
        .unusable, "an event of deployment \(event.deploymentID) has no deployment in the store")
    }
    return id
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
