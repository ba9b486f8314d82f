import CodeDeployNotifications
import Foundation
import GRDB

extension SQLiteStore {
  /// As it stands at one moment, whoever writes meanwhile. What is stored as JSON is handed on as
  /// it is, and each table is read once, from its beginning to its end.
  package func lines(_ body: @escaping @Sendable (ExportedLine) throws -> Void) async throws {
    try await passing { db in
      let scopes = try Self.scopes(db)
      let keys = try scopes.mapValues { try RowCoding.encode($0.scope) }
      var rest = try ExportedRows(db)
      let rows = try Row.fetchCursor(
        db, sql: "SELECT id, scope_id, deployment_id, seen_at, snapshot FROM deployment ORDER BY id"
      )
      while let row = try rows.next() {
        guard let scope = keys[row[1]] else { continue }
        try body(try rest.line(row, scope))
      }
      for (scope, watermark) in scopes.values.sorted(by: { $0.scope < $1.scope }) {
        if let watermark { try body(.record(.watermark(scope, watermark))) }
      }
      for mute in try Self.mutes(db) { try body(.record(.mute(mute))) }
      for record in try Self.movedRegistrations(db) { try body(.record(.registration(record))) }
    }
  }
}

/// What hangs on deployments, read beside them in the order of their rows.
private struct ExportedRows {
  private var events: RowsByDeployment
  private var notes: RowsByDeployment
  private var json = RowWriter()

  init(_ db: Database) throws {
    events = try RowsByDeployment(
      db,
      """
      SELECT e.deployment, e.id, e.name, e.occurred_at, e.content, \(SQLiteStore.ledgerColumns)
      FROM event e LEFT JOIN notification n ON n.event = e.id
      ORDER BY e.deployment, e.name, n.channel
      """)
    notes = try RowsByDeployment(
      db, "SELECT deployment, channel, text FROM note ORDER BY deployment")
  }

  /// A deployment's row with all that hangs on it, as `RowCoding` would write its record.
  mutating func line(_ row: Row, _ scope: String) throws -> ExportedLine {
    let (number, id): (Int64, String) = (row[0], row[2])
    json.clear()
    json.beginObject()
    json.key("deployment")
    json.beginObject()
    if let snapshot = row[4] as String? { json.member("deployment", json: snapshot.utf8) }
    let notifications = try writeEvents(of: number)
    json.key("key")
    json.beginObject()
    json.member("id", id)
    json.member("scope", json: scope.utf8)
    json.endObject()
    json.member("notes", try notes(of: number))
    json.member("notifications", notifications)
    json.member("seen_at", row[3] as Int64)
    json.endObject()
    json.endObject()
    // It would end the line; only another program could have put it there.
    guard !json.bytes.contains(UInt8(ascii: "\n")) else {
      throw StoreFailure(.unusable, "what the store holds of deployment \(id) was changed by hand")
    }
    return .deployment(
      json: String(decoding: json.bytes, as: UTF8.self),
      sending: notifications.count { $0.state == .sending })
  }

  /// Returns the notifications of the events that it has written.
  private mutating func writeEvents(of deployment: Int64) throws -> [LedgerEntry.Notification] {
    var notifications: [LedgerEntry.Notification] = []
    var last: Int64?
    json.key("events")
    json.beginList()
    while let row = try events.next(of: deployment) {
      guard let event = DeploymentEvent(rawValue: row[2]) else { continue }
      if last != row[1] {
        last = row[1]
        json.separate()
        json.beginObject()
        json.member("at", row[3] as Int64)
        json.member("content", json: (row[4] as String).utf8)
        json.member("event", event)
        json.endObject()
      }
      if let one = SQLiteStore.notification(row, from: 5, of: event) { notifications.append(one) }
    }
    json.endList()
    guard notifications.count > 1 else { return notifications }
    return notifications.sorted {
      ($0.event.rawValue, $0.channel) < ($1.event.rawValue, $1.channel)
    }
  }

  private mutating func notes(of deployment: Int64) throws -> [String: String] {
    var texts: [String: String] = [:]
    while let row = try notes.next(of: deployment) { texts[row[1]] = row[2] as String }
    return texts
  }
}

/// Rows in the order of the deployments that they hang on, whose numbers are in the first column.
private struct RowsByDeployment {
  private let rows: RowCursor
  private var row: Row?
  /// Whether `row` was handed out, so that the next has to be read.
  private var isUsed = true

  init(_ db: Database, _ sql: String) throws { rows = try Row.fetchCursor(db, sql: sql) }

  /// The next row of a deployment; those of earlier ones are left out. It counts until the next call.
  mutating func next(of deployment: Int64) throws -> Row? {
    while true {
      if isUsed {
        row = try rows.next()
        isUsed = false
      }
      guard let row else { return nil }
      let number: Int64 = row[0]
      guard number <= deployment else { return nil }
      isUsed = true
      if number == deployment { return row }
    }
  }
}
