import CodeDeployNotifications
import Foundation
import GRDB

extension SQLiteStore {
  /// A snapshot, whoever writes meanwhile.
  package func exportRecords(_ body: @escaping @Sendable (StoreRecord) throws -> Void) async throws
  {
    try await passing { db in
      let scopes = try Self.scopes(db)
      let rows = try Row.fetchCursor(db, sql: "SELECT * FROM deployment ORDER BY id")
      while let row = try rows.next() {
        guard let scope = scopes[row["scope_id"]]?.scope else { continue }
        guard let entry = try self.readable(row, scope, db) else { continue }
        try body(.deployment(entry.ordered))
      }
      for (scope, watermark) in scopes.values.sorted(by: { $0.scope < $1.scope }) {
        if let watermark { try body(.watermark(scope, watermark)) }
      }
      for mute in try Self.mutes(db) { try body(.mute(mute)) }
      for record in try Self.exportedRegistrations(db) { try body(.registration(record)) }
    }
  }

  /// Reads, and rethrows errors of `body` unchanged.
  func passing(_ body: @escaping @Sendable (Database) throws -> Void) async throws {
    do {
      try await uncancelled { [queue] in try await queue.read(body) }
    } catch let error as DatabaseError {
      throw SQLiteFile.failure(error, path)
    }
  }

  static func scopes(
    _ db: Database
  ) throws -> [Int64: (scope: AWSScope, watermark: Date?)] {
    let rows = try Row.fetchAll(db, sql: "SELECT * FROM scope")
    return Dictionary(
      uniqueKeysWithValues: rows.map { row in
        let scope = AWSScope(
          region: row["region"], profile: row["profile"], roleARN: row["role_arn"])
        return (row["id"], (scope, (row["mark"] as Int64?).map(Date.init(milliseconds:))))
      })
  }

  /// A deployment's entry; `nil` for one that can't be read, which is noted as unreadable.
  private func readable(_ row: Row, _ scope: AWSScope, _ db: Database) throws -> LedgerEntry? {
    do { return try Self.entry(row, scope, db) } catch let error as DatabaseError {
      throw error
    } catch {
      // Only a snapshot is read from AWS again.
      let stored = row["snapshot"] as String?
      let isSnapshot = stored.map {
        (try? RowCoding.decode(Stored<Deployment>.self, from: $0)) == nil
      }
      noteUnreadable(
        deployment: row["deployment_id"], scope,
        isSnapshot == true ? Self.readAnew : "it is left out: restore it, or delete that deployment"
      )
      return nil
    }
  }

  /// A deployment's row with everything that belongs to it.
  static func entry(_ row: Row, _ scope: AWSScope, _ db: Database) throws -> LedgerEntry {
    let id: Int64 = row["id"]
    var entry = LedgerEntry(
      key: DeploymentKey(scope: scope, id: row["deployment_id"]),
      seenAt: Date(milliseconds: row["seen_at"]))
    entry.deployment = try (row["snapshot"] as String?).map {
      try RowCoding.decode(Stored<Deployment>.self, from: $0).value
    }
    let events = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM event WHERE deployment = ?"), arguments: [id])
    for event in events {
      guard let name = DeploymentEvent(rawValue: event["name"]) else { continue }
      entry.events.append(
        LedgerEntry.Event(
          event: name, at: Date(milliseconds: event["occurred_at"]),
          content: try RowCoding.decode(
            Stored<DeploymentNotification>.self, from: event["content"]
          ).value))
      entry.notifications += try notifications(of: name, event["id"] as Int64, db)
    }
    let notes = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM note WHERE deployment = ?"), arguments: [id])
    for note in notes { entry.notes[note["channel"]] = note["text"] }
    return entry
  }

  /// The notifications of the event with the row id `id`.
  static func notifications(
    of event: DeploymentEvent, _ id: Int64, _ db: Database
  ) throws -> [LedgerEntry.Notification] {
    let rows = try Row.fetchAll(
      db.cachedStatement(
        sql: "SELECT \(ledgerColumns) FROM notification n WHERE n.event = ?"), arguments: [id])
    return rows.compactMap { notification($0, from: 0, of: event) }
  }

  /// The columns of `notification n` that `notification` reads.
  static let ledgerColumns = """
    n.state, n.channel, n.next_attempt_at, n.skip_reason, n.reason, n.attempts, n.failed_cycles,
    n.first_attempt_at, n.sent_at, n.failed_at, n.odd_answers, n.tries, n.claim_token, n.claim_until
    """

  /// The notification in a row, beginning at a column; `nil` where the row has none.
  static func notification(
    _ row: Row, from first: Int, of event: DeploymentEvent
  ) -> LedgerEntry.Notification? {
    func time(_ column: Int) -> Date? {
      (row[first + column] as Int64?).map(Date.init(milliseconds:))
    }
    guard let state = (row[first] as String?).flatMap(NotificationState.init(rawValue:)) else {
      return nil
    }
    var one = LedgerEntry.Notification(
      event: event, channel: row[first + 1], state: state,
      nextAttemptAt: Date(milliseconds: row[first + 2]))
    one.skipReason = (row[first + 3] as String?).flatMap(SkipReason.init(rawValue:))
    one.reason = row[first + 4]
    one.attempts = row[first + 5]
    one.failedCycles = row[first + 6]
    one.firstAttemptAt = time(7)
    one.sentAt = time(8)
    one.failedAt = time(9)
    one.oddAnswers = row[first + 10]
    one.tries = tries(row[first + 11])
    if let token = row[first + 12] as String?, let until = time(13) {
      one.claim = LedgerEntry.Claim(token: token, until: until)
    }
    return one
  }
}
