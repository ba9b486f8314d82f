import CodeDeployNotifications
import Foundation
import GRDB

extension SQLiteStore {
  /// As it stands at one moment, whoever writes meanwhile. What is stored as JSON is handed on as
  /// it is: to read and write it again would take twenty times as long.
  public func lines(_ body: @escaping @Sendable (ExportedLine) throws -> Void) async throws {
    try await passing { db in
      let scopes = try Self.scopes(db)
      let keys = try scopes.mapValues { try RowCoding.encode($0.scope) }
      let rows = try Row.fetchCursor(db, sql: "SELECT * FROM deployment ORDER BY id")
      while let row = try rows.next() {
        guard let scope = keys[row["scope_id"]] else { continue }
        try body(try Self.line(row, scope, db))
      }
      for (scope, mark) in scopes.values.sorted(by: { $0.scope < $1.scope }) {
        if let mark { try body(.record(.mark(scope, mark))) }
      }
      for mute in try Self.mutes(db) { try body(.record(.mute(mute))) }
      for record in try Self.movedRegistrations(db) { try body(.record(.registration(record))) }
    }
  }

  /// A deployment's row with all that hangs on it, as `RowCoding` would write its record.
  private static func line(_ row: Row, _ scope: String, _ db: Database) throws -> ExportedLine {
    let number: Int64 = row["id"]
    var events: [(name: String, json: String)] = []
    var notifications: [LedgerEntry.Notification] = []
    let rows = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM event WHERE deployment = ?"), arguments: [number])
    for event in rows {
      guard let name = DeploymentEvent(rawValue: event["name"]) else { continue }
      let (at, content): (Int64, String) = (event["occurred_at"], event["content"])
      events.append(
        (name.rawValue, #"{"at":\#(at),"content":\#(content),"event":"\#(name.rawValue)"}"#))
      notifications += try self.notifications(of: name, event["id"] as Int64, db)
    }
    events.sort { $0.name < $1.name }
    notifications.sort { ($0.event.rawValue, $0.channel) < ($1.event.rawValue, $1.channel) }
    var parts: [String] = []
    if let snapshot = row["snapshot"] as String? { parts.append(#""deployment":\#(snapshot)"#) }
    let (id, seenAt): (String, Int64) = (row["deployment_id"], row["seen_at"])
    parts += [
      #""events":[\#(events.map(\.json).joined(separator: ","))]"#,
      #""key":{"id":\#(try RowCoding.encode(id)),"scope":\#(scope)}"#,
      #""notes":\#(try notes(of: number, db))"#,
      #""notifications":\#(notifications.isEmpty ? "[]" : try RowCoding.encode(notifications))"#,
      #""seen_at":\#(seenAt)"#,
    ]
    let json = #"{"deployment":{\#(parts.joined(separator: ","))}}"#
    // It would end the line; only another program could have put it there.
    guard !json.utf8.contains(UInt8(ascii: "\n")) else {
      throw StoreFailure(.unusable, "what the store holds of deployment \(id) was changed by hand")
    }
    return .deployment(json: json, sending: notifications.count { $0.state == .sending })
  }

  private static func notes(of deployment: Int64, _ db: Database) throws -> String {
    let rows = try Row.fetchAll(
      db.cachedStatement(sql: "SELECT * FROM note WHERE deployment = ?"), arguments: [deployment])
    guard !rows.isEmpty else { return "{}" }
    return try RowCoding.encode(
      Dictionary(
        rows.map { ($0["channel"] as String, $0["text"] as String) },
        uniquingKeysWith: { first, _ in first }))
  }
}
