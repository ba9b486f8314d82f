import CodeDeployNotifications
import Foundation
import GRDB

extension SQLiteStore {
  /// As it stands at one moment, whoever writes meanwhile.
  public func contents(_ body: @escaping @Sendable (StoreRecord) throws -> Void) async throws {
    try await passing { db in
      let scopes = try Self.scopes(db)
      let rows = try Row.fetchCursor(db, sql: "SELECT * FROM deployment ORDER BY id")
      while let row = try rows.next() {
        guard let scope = scopes[row["scope_id"]]?.scope else { continue }
        try body(.deployment(try Self.entry(row, scope, db).ordered))
      }
      for (scope, mark) in scopes.values.sorted(by: { $0.scope < $1.scope }) {
        if let mark { try body(.mark(scope, mark)) }
      }
      for mute in try Self.mutes(db) { try body(.mute(mute)) }
      for record in try Self.movedRegistrations(db) { try body(.registration(record)) }
    }
  }

  /// Reads, and lets the errors of whoever is told pass as they are.
  func passing(_ body: @escaping @Sendable (Database) throws -> Void) async throws {
    do {
      try await Task { [queue] in try await queue.read(body) }.value
    } catch let error as DatabaseError {
      throw SQLiteFile.failure(error, path)
    }
  }

  static func scopes(
    _ db: Database
  ) throws -> [Int64: (scope: AWSScope, mark: Date?)] {
    let rows = try Row.fetchAll(db, sql: "SELECT * FROM scope")
    return Dictionary(
      uniqueKeysWithValues: rows.map { row in
        let scope = AWSScope(
          region: row["region"], profile: row["profile"], roleARN: row["role_arn"])
        return (row["id"], (scope, (row["mark"] as Int64?).map(Date.init(milliseconds:))))
      })
  }

  /// A deployment's row with all that hangs on it.
  private static func entry(_ row: Row, _ scope: AWSScope, _ db: Database) throws -> LedgerEntry {
    let id: Int64 = row["id"]
    var entry = LedgerEntry(
      key: DeploymentKey(scope: scope, id: row["deployment_id"]),
      seenAt: Date(milliseconds: row["seen_at"]))
    entry.deployment = try (row["snapshot"] as String?).map {
      try RowCoding.decode(Deployment.self, from: $0)
    }
    let events = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM event WHERE deployment = ?"), arguments: [id])
    for event in events {
      guard let name = DeploymentEvent(rawValue: event["name"]) else { continue }
      entry.events.append(
        LedgerEntry.Event(
          event: name, at: Date(milliseconds: event["occurred_at"]),
          content: try RowCoding.decode(DeploymentNotification.self, from: event["content"])))
      entry.notifications += try notifications(of: name, event["id"] as Int64, db)
    }
    let notes = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM note WHERE deployment = ?"), arguments: [id])
    for note in notes { entry.notes[note["channel"]] = note["text"] }
    return entry
  }

  /// The notifications of an event, which has the number `id`.
  static func notifications(
    of event: DeploymentEvent, _ id: Int64, _ db: Database
  ) throws -> [LedgerEntry.Notification] {
    let rows = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM notification WHERE event = ?"), arguments: [id])
    return try rows.compactMap { try notification($0, of: event) }
  }

  private static func notification(
    _ row: Row, of event: DeploymentEvent
  ) throws -> LedgerEntry.Notification? {
    guard let state = NotificationState(rawValue: row["state"]) else { return nil }
    var one = LedgerEntry.Notification(
      event: event, channel: row["channel"], state: state,
      nextAttemptAt: Date(milliseconds: row["next_attempt_at"]))
    one.skipReason = (row["skip_reason"] as String?).flatMap(SkipReason.init(rawValue:))
    one.reason = row["reason"]
    one.attempts = row["attempts"]
    one.failedCycles = row["failed_cycles"]
    one.firstAttemptAt = (row["first_attempt_at"] as Int64?).map(Date.init(milliseconds:))
    one.sentAt = (row["sent_at"] as Int64?).map(Date.init(milliseconds:))
    one.failedAt = (row["failed_at"] as Int64?).map(Date.init(milliseconds:))
    one.oddAnswers = row["odd_answers"]
    one.tries = tries(row["tries"])
    if let token = row["claim_token"] as String?, let until = row["claim_until"] as Int64? {
      one.claim = LedgerEntry.Claim(token: token, until: Date(milliseconds: until))
    }
    return one
  }

  /// All or nothing.
  public func take(
    _ next: @escaping @Sendable () throws -> StoreRecord?
  ) async throws -> TakenRecords {
    do {
      return try await Task { [queue] in
        try await queue.write { db in
          var taken = TakenRecords()
          while let record = try next() {
            switch try Self.take(record, db) {
            case true?: taken.added += 1
            case false?: taken.known += 1
            case nil: throw ConflictingRecord(index: taken.added + taken.known, record)
            }
          }
          return taken
        }
      }.value
    } catch let error as DatabaseError {
      throw SQLiteFile.failure(error, path)
    }
  }

  /// Returns whether the record is new, or `nil` where the store holds another.
  private static func take(_ record: StoreRecord, _ db: Database) throws -> Bool? {
    switch record {
    case .registration(let record):
      if let known = try self.record(of: record.registration.identity, db) {
        return known == record ? false : nil
      }
      try put(record, db)
    case .mute(let mute): return try take(mute, db)
    case .mark(let scope, let mark):
      let id = try scopeID(scope, db)
      let known = try Int64.fetchOne(
        db, sql: "SELECT mark FROM scope WHERE id = ? AND mark IS NOT NULL", arguments: [id])
      if let known { return known == mark.milliseconds ? false : nil }
      try db.execute(
        sql: "UPDATE scope SET mark = ? WHERE id = ?", arguments: [mark.milliseconds, id])
    case .deployment(let entry):
      let scope = try scopeID(entry.key.scope, db)
      let known = try Row.fetchOne(
        db.cachedStatement(
          sql: "SELECT * FROM deployment WHERE scope_id = ? AND deployment_id = ?"),
        arguments: [scope, entry.key.id])
      if let known {
        return try self.entry(known, entry.key.scope, db).ordered == entry.ordered ? false : nil
      }
      try insert(entry, scope, db)
    }
    return true
  }

  private static func insert(_ entry: LedgerEntry, _ scopeID: Int64, _ db: Database) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO deployment
          (scope_id, deployment_id, application, is_open, created_at, seen_at, snapshot)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      scopeID, entry.key.id, entry.deployment?.application, entry.isInFlight,
      entry.deployment?.createdAt.milliseconds, entry.seenAt.milliseconds,
      try entry.deployment.map { try RowCoding.encode($0) },
    ])
    let deployment = db.lastInsertedRowID
    for event in entry.events {
      try db.cachedStatement(
        sql: """
          INSERT INTO event (deployment, name, position, occurred_at, content)
          VALUES (?, ?, ?, ?, ?)
          """
      ).execute(arguments: [
        deployment, event.event.rawValue, event.event.position, event.at.milliseconds,
        try RowCoding.encode(event.content),
      ])
      let id = db.lastInsertedRowID
      for one in entry.notifications where one.event == event.event {
        try insert(one, entry.key(of: one).id, id, db)
      }
    }
    for (channel, text) in entry.notes {
      try db.cachedStatement(sql: "INSERT INTO note (deployment, channel, text) VALUES (?, ?, ?)")
        .execute(arguments: [deployment, channel, text])
    }
  }

  private static func insert(
    _ one: LedgerEntry.Notification, _ id: String, _ event: Int64, _ db: Database
  ) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO notification
          (id, event, channel, state, skip_reason, reason, attempts, failed_cycles,
            first_attempt_at, next_attempt_at, claim_token, claim_until, sent_at, failed_at,
            odd_answers, tries)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      id, event, one.channel, one.state.rawValue, one.skipReason?.rawValue, one.reason,
      one.attempts, one.failedCycles, one.firstAttemptAt?.milliseconds,
      one.nextAttemptAt.milliseconds, one.claim?.token, one.claim?.until.milliseconds,
      one.sentAt?.milliseconds, one.failedAt?.milliseconds, one.oddAnswers,
      one.tries.isEmpty ? nil : try RowCoding.encode(one.tries),
    ])
  }
}
