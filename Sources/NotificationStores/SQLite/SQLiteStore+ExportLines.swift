import CodeDeployNotifications
import Foundation
import GRDB

extension SQLiteStore {
  /// A snapshot, whoever writes meanwhile. Stored JSON is passed on unchanged, and each table is
  /// read once, from beginning to end.
  package func exportLines(_ body: @escaping @Sendable (ExportedLine) throws -> Void) async throws {
    try await passing { db in
      let scopes = try Self.scopes(db)
      let keys = try scopes.mapValues { try RowCoding.encode($0.scope) }
      var rest = try ExportedRows(db)
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT id, scope_id, deployment_id, seen_at, snapshot,
            snapshot IS NULL OR json_valid(snapshot)
          FROM deployment ORDER BY id
          """)
      while let row = try rows.next() {
        guard let scope = keys[row[1]], let label = scopes[row[1]]?.scope.label else { continue }
        try body(try rest.line(row, scope, label))
      }
      for (scope, watermark) in scopes.values.sorted(by: { $0.scope < $1.scope }) {
        if let watermark { try body(.record(.watermark(scope, watermark))) }
      }
      for mute in try Self.mutes(db) { try body(.record(.mute(mute))) }
      for record in try Self.exportedRegistrations(db) { try body(.record(.registration(record))) }
    }
  }
}

/// The rows that belong to deployments, read in step with the deployments.
private struct ExportedRows {
  private var events: RowsByDeployment
  private var notes: RowsByDeployment
  private var json = RowWriter()

  init(_ db: Database) throws {
    events = try RowsByDeployment(
      db,
      """
      SELECT e.deployment, e.id, e.name, e.occurred_at, e.content, json_valid(e.content),
        \(SQLiteStore.ledgerColumns)
      FROM event e LEFT JOIN notification n ON n.event = e.id
      ORDER BY e.deployment, e.name, n.channel
      """)
    notes = try RowsByDeployment(
      db, "SELECT deployment, channel, text FROM note ORDER BY deployment")
  }

  /// A deployment's row with everything that belongs to it, as `RowCoding` would write its record.
  /// - Parameter label: The scope's name, for messages.
  mutating func line(_ row: Row, _ scope: String, _ label: String) throws -> ExportedLine {
    let (number, id): (Int64, String) = (row[0], row[2])
    // Nobody could import what isn't JSON.
    var isWhole: Bool = row[5]
    json.clear()
    json.beginObject()
    json.key("deployment")
    json.beginObject()
    if let snapshot = row[4] as String? { json.member("deployment", json: snapshot.utf8) }
    let notifications = try writeEvents(of: number, &isWhole)
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
    // A line end would end the export's line. Only another program can have written one.
    guard isWhole, !json.bytes.contains(UInt8(ascii: "\n")) else {
      throw StoreFailure(
        .unusable,
        "the store's record of deployment \(id) in \(label) was changed by hand: restore it, or delete "
          + "that deployment")
    }
    return .deployment(
      json: String(decoding: json.bytes, as: UTF8.self),
      sending: notifications.count { $0.state == .sending })
  }

  /// Returns the notifications of the events that it wrote.
  private mutating func writeEvents(
    of deployment: Int64, _ isWhole: inout Bool
  ) throws -> [LedgerEntry.Notification] {
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
        isWhole = isWhole && row[5]
        json.member("event", event)
        json.endObject()
      }
      if let one = SQLiteStore.notification(row, from: 6, of: event) { notifications.append(one) }
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

/// Rows sorted by their deployments, whose ids are in the first column.
private struct RowsByDeployment {
  private let rows: RowCursor
  private var row: Row?
  /// Whether `row` was returned, so that the next one has to be read.
  private var isUsed = true

  init(_ db: Database, _ sql: String) throws { rows = try Row.fetchCursor(db, sql: sql) }

  /// The next row of a deployment; rows of earlier deployments are skipped. It is valid until the
  /// next call.
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
