import CodeDeployNotifications
import Foundation
import GRDB

extension SQLiteStore {
  package func registrations() async throws -> [RegistrationRecord] {
    try await read { try Self.registrations($0) }
  }

  package func unreadableRegistrations() async throws -> [UnreadableRegistration] {
    try await read { try Self.registrationRows($0).unreadable }
  }

  package func remove(_ unreadable: UnreadableRegistration) async throws -> Bool {
    try await write { db in
      let identity = unreadable.identity
      guard let scopeID = try Self.existingScopeID(identity.scope, db) else { return false }
      try db.execute(
        sql: """
          DELETE FROM registration WHERE scope_id = ? AND application = ?
            AND hex(record) = ?
          """, arguments: [scopeID, identity.application, unreadable.text])
      guard db.changesCount > 0 else { return false }
      try Self.skipPending(identity, but: [], db)
      return true
    }
  }

  package func registrations(
    of identities: Set<Registration.Identity>
  ) async throws -> FoundRegistrations {
    guard !identities.isEmpty else { return FoundRegistrations() }
    return try await read { db in
      var found = FoundRegistrations()
      for (scope, identities) in Dictionary(grouping: identities, by: \.scope) {
        guard let scopeID = try Self.existingScopeID(scope, db) else { continue }
        let rows = try Self.registrationRows(
          db, where: "scope_id = ? AND application IN (SELECT value FROM json_each(?))",
          [scopeID, try RowCoding.encode(identities.map(\.application))])
        found.records += rows.records
        found.unreadable += rows.unreadable
      }
      return found
    }
  }

  static func registrations(_ db: Database) throws -> [RegistrationRecord] {
    try registrationRows(db).records
  }

  /// All registrations for an export, which has to be complete: throws where one can't be read.
  static func exportedRegistrations(_ db: Database) throws -> [RegistrationRecord] {
    let rows = try registrationRows(db)
    if let failure = UnreadableRegistration.failure(rows.unreadable) { throw failure }
    return rows.records
  }

  /// A row that was edited by hand doesn't affect the others.
  static func registrationRows(
    _ db: Database, where condition: String = "1", _ arguments: StatementArguments = []
  ) throws -> FoundRegistrations {
    var found = FoundRegistrations()
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT scope_id, application, region, profile, role_arn, CAST(record AS TEXT) AS record
        FROM registration JOIN scope ON scope.id = scope_id WHERE \(condition)
        ORDER BY application, region, profile, role_arn
        """, arguments: arguments)
    while let row = try rows.next() {
      let text = (row["record"] as String?) ?? ""
      if let record = try? RowCoding.decode(RegistrationRecord.self, from: text) {
        found.records.append(record)
      } else {
        let scope = AWSScope(
          region: row["region"], profile: row["profile"], roleARN: row["role_arn"])
        let application: String = row["application"]
        // Read as bytes: SQLite's text would end at its first NUL, and invalid UTF-8 would be
        // repaired.
        let stored = try String.fetchOne(
          db, sql: "SELECT hex(record) FROM registration WHERE scope_id = ? AND application = ?",
          arguments: [row["scope_id"] as Int64, application])
        found.unreadable.append(
          UnreadableRegistration(
            identity: .init(application: application, scope: scope), text: stored ?? ""))
      }
    }
    return found
  }

  package func change(_ changes: [RegistrationChange]) async throws -> Bool {
    try await write { db in
      for change in changes {
        guard try Self.record(of: change.identity, db) == change.base else { return false }
      }
      for change in changes {
        switch change {
        case .put(let record, let base):
          try Self.put(record, db)
          let channels = record.registration.channels.map(\.name)
          if base != nil { try Self.skipPending(record.registration.identity, but: channels, db) }
        case .remove(let record):
          let identity = record.registration.identity
          try db.execute(
            sql: "DELETE FROM registration WHERE scope_id = ? AND application = ?",
            arguments: [try Self.scopeID(identity.scope, db), identity.application])
          try Self.skipPending(identity, but: [], db)
        }
      }
      return true
    }
  }

  static func record(
    of identity: Registration.Identity, _ db: Database
  ) throws -> RegistrationRecord? {
    guard let scopeID = try existingScopeID(identity.scope, db) else { return nil }
    let text = try String.fetchOne(
      db.cachedStatement(
        sql: "SELECT CAST(record AS TEXT) FROM registration WHERE scope_id = ? AND application = ?"),
      arguments: [scopeID, identity.application])
    // Registering again replaces an unreadable registration.
    return text.flatMap { try? RowCoding.decode(RegistrationRecord.self, from: $0) }
  }

  /// Skips pending notifications of removed channels, so that they don't go to a later channel of
  /// the same name. A notification that is being sent is left to its sender to settle.
  private static func skipPending(
    _ identity: Registration.Identity, but channels: [String], _ db: Database
  ) throws {
    try db.execute(
      sql: """
        UPDATE notification SET state = 'skipped', skip_reason = 'unregistered',
          reason = 'the channel was unregistered before it could be sent'
        WHERE state = 'pending' AND channel NOT IN (SELECT value FROM json_each(?))
          AND event IN (
            SELECT e.id FROM event e JOIN deployment d ON d.id = e.deployment
            WHERE d.scope_id = ? AND d.application = ?)
        """,
      arguments: [
        try RowCoding.encode(channels), try scopeID(identity.scope, db), identity.application,
      ])
  }

  static func put(_ record: RegistrationRecord, _ db: Database) throws {
    let scopeID = try scopeID(record.registration.scope, db)
    try db.executeCached(
      """
      INSERT INTO registration (scope_id, application, record) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET record = excluded.record
      """, [scopeID, record.registration.application, try RowCoding.encode(record)])
    try noteWhatPollsNeed(of: record, scopeID, db)
  }

  /// Copies what every poll needs from a record into columns.
  private static func noteWhatPollsNeed(
    of record: RegistrationRecord, _ scopeID: Int64, _ db: Database
  ) throws {
    try db.executeCached(
      "UPDATE registration SET is_settled = ?, external_id = ? WHERE scope_id = ? AND application = ?",
      [
        record.backfillSince == nil ? 1 : nil, record.registration.externalID, scopeID,
        record.registration.application,
      ])
  }

  /// Fills these columns for readable, backfilled registrations that an earlier version stored, so
  /// that later polls needn't decode them.
  static func noteWhatPollsNeed(of backfilled: [RegistrationRecord], _ db: Database) throws {
    for read in backfilled {
      let identity = read.registration.identity
      guard let scopeID = try existingScopeID(identity.scope, db),
        let record = try record(of: identity, db), record.backfillSince == nil
      else { continue }
      try noteWhatPollsNeed(of: record, scopeID, db)
    }
  }

  /// The row id of a scope, which is created if it is missing.
  static func scopeID(_ scope: AWSScope, _ db: Database) throws -> Int64 {
    if let id = try existingScopeID(scope, db) { return id }
    try db.execute(
      sql: "INSERT INTO scope (region, profile, role_arn) VALUES (?, ?, ?)",
      arguments: [scope.region, scope.profile, scope.roleARN])
    return db.lastInsertedRowID
  }

  static func existingScopeID(_ scope: AWSScope, _ db: Database) throws -> Int64? {
    try Int64.fetchOne(
      db.cachedStatement(
        sql: "SELECT id FROM scope WHERE region = ? AND profile = ? AND role_arn = ?"),
      arguments: [scope.region, scope.profile, scope.roleARN])
  }
}
