import CodeDeployNotifications
import Foundation
import GRDB

extension SQLiteStore {
  /// All records are imported, or none.
  package func importRecords(
    _ next: @escaping @Sendable () throws -> StoreRecord?
  ) async throws -> ImportCounts {
    do {
      return try await uncancelled { [queue] in
        try await queue.writeWithoutTransaction { db in
          try Self.withoutLogIfEmpty(db) {
            var counts = ImportCounts()
            try db.inTransaction {
              let importer = try RecordImporter(db)
              while let record = try next() {
                switch try importer.insert(record) {
                case true?: counts.added += 1
                case false?: counts.known += 1
                case nil: throw ConflictingRecord(index: counts.added + counts.known, record)
                }
              }
              return .commit
            }
            return counts
          }
        }
      }
    } catch let error as DatabaseError {
      throw SQLiteFile.failure(error, path)
    }
  }

  /// Runs `body`, for an empty store without the write-ahead log. The log would hold each page that
  /// is written, be read again to be checked, and be copied. Without it, pages that weren't there
  /// before go straight to the file, and a rollback cuts them off.
  private static func withoutLogIfEmpty<Value>(
    _ db: Database, _ body: () throws -> Value
  ) throws -> Value {
    let isEmpty =
      try Bool.fetchOne(
        db,
        sql: """
          SELECT NOT EXISTS (SELECT * FROM deployment) AND NOT EXISTS (SELECT * FROM registration)
          """) ?? false
    guard isEmpty else { return try body() }
    // It stays while another process has the file open. Whoever opens the store next turns it on
    // again, should this one not come to it.
    try? db.execute(sql: "PRAGMA journal_mode = DELETE")
    defer { try? db.execute(sql: "PRAGMA journal_mode = WAL") }
    return try body()
  }
}

/// Inserts records, within one transaction.
private final class RecordImporter {
  private let db: Database
  private let deployments: RowStatement
  private let events: RowStatement
  private let notifications: RowStatement
  private let notes: RowStatement
  private var scopes: [AWSScope: Int64] = [:]
  private var json = RowWriter()

  init(_ db: Database) throws {
    self.db = db
    deployments = try RowStatement(
      db,
      """
      INSERT INTO deployment
        (scope_id, deployment_id, application, is_open, created_at, seen_at, snapshot)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (scope_id, deployment_id) DO NOTHING
      """)
    events = try RowStatement(
      db,
      """
      INSERT INTO event (deployment, name, position, occurred_at, content)
      VALUES (?, ?, ?, ?, ?)
      """)
    notifications = try RowStatement(
      db,
      """
      INSERT INTO notification
        (id, event, channel, state, skip_reason, reason, attempts, failed_cycles,
          first_attempt_at, next_attempt_at, claim_token, claim_until, sent_at, failed_at,
          odd_answers, tries)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    notes = try RowStatement(
      db, "INSERT INTO note (deployment, channel, text) VALUES (?, ?, ?)")
  }

  /// Inserts a record. Returns whether it is new; `nil` where the store has a different one.
  func insert(_ record: StoreRecord) throws -> Bool? {
    switch record {
    case .registration(let record):
      if let known = try SQLiteStore.record(of: record.registration.identity, db) {
        return known == record ? false : nil
      }
      try SQLiteStore.put(record, db)
    case .mute(let mute): return try SQLiteStore.insert(mute, db)
    case .watermark(let scope, let watermark):
      let id = try number(of: scope)
      let known = try Int64.fetchOne(
        db, sql: "SELECT mark FROM scope WHERE id = ? AND mark IS NOT NULL", arguments: [id])
      if let known { return known == watermark.milliseconds ? false : nil }
      try db.execute(
        sql: "UPDATE scope SET mark = ? WHERE id = ?", arguments: [watermark.milliseconds, id])
    case .deployment(let entry):
      let scope = try number(of: entry.key.scope)
      if try insert(entry, scope) { return true }
      let known = try Row.fetchOne(
        db.cachedStatement(
          sql: "SELECT * FROM deployment WHERE scope_id = ? AND deployment_id = ?"),
        arguments: [scope, entry.key.id])
      return try known.map { row in
        try SQLiteStore.entry(row, entry.key.scope, db).ordered == entry.ordered
      } == true ? false : nil
    }
    return true
  }

  private func number(of scope: AWSScope) throws -> Int64 {
    if let number = scopes[scope] { return number }
    let number = try SQLiteStore.scopeID(scope, db)
    scopes[scope] = number
    return number
  }

  /// Returns whether the deployment is new.
  private func insert(_ entry: LedgerEntry, _ scope: Int64) throws -> Bool {
    deployments.bind(scope)
    deployments.bind(entry.key.id)
    deployments.bind(entry.deployment?.application)
    deployments.bind(entry.isInFlight ? 1 : 0)
    deployments.bind(entry.deployment?.createdAt)
    deployments.bind(entry.seenAt)
    if let deployment = entry.deployment {
      deployments.bind(written(Stored(deployment)))
    } else {
      deployments.bind(nil as String?)
    }
    guard try deployments.run() > 0 else { return false }
    let number = db.lastInsertedRowID
    for event in entry.events {
      events.bind(number)
      events.bind(event.event.rawValue)
      events.bind(event.event.position)
      events.bind(event.at)
      events.bind(written(Stored(event.content)))
      try events.run()
      let id = db.lastInsertedRowID
      for one in entry.notifications where one.event == event.event {
        try insert(one, entry.key(of: one).id, id)
      }
    }
    for (channel, text) in entry.notes {
      notes.bind(number)
      notes.bind(channel)
      notes.bind(text)
      try notes.run()
    }
    return true
  }

  private func insert(_ one: LedgerEntry.Notification, _ id: String, _ event: Int64) throws {
    notifications.bind(id)
    notifications.bind(event)
    notifications.bind(one.channel)
    notifications.bind(one.state.rawValue)
    notifications.bind(one.skipReason?.rawValue)
    notifications.bind(one.reason)
    notifications.bind(one.attempts)
    notifications.bind(one.failedCycles)
    notifications.bind(one.firstAttemptAt)
    notifications.bind(one.nextAttemptAt)
    notifications.bind(one.claim?.token)
    notifications.bind(one.claim?.until)
    notifications.bind(one.sentAt)
    notifications.bind(one.failedAt)
    notifications.bind(one.oddAnswers)
    if one.tries.isEmpty {
      notifications.bind(nil as String?)
    } else {
      notifications.bind(written(one.tries))
    }
    try notifications.run()
  }

  private func written(_ value: some RowValue) -> [UInt8] {
    json.clear()
    value.write(to: &json)
    return json.bytes
  }
}
