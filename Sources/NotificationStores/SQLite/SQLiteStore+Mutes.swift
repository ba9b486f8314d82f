import CodeDeployNotifications
import Foundation
import GRDB

extension SQLiteStore {
  package func mutes() async throws -> [Mute] { try await read { try Self.mutes($0) } }

  package func put(_ mutes: [Mute]) async throws {
    try await write { db in
      for mute in mutes { try Self.put(mute, db) }
    }
  }

  static func mutes(_ db: Database) throws -> [Mute] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM mute JOIN scope ON scope.id = scope_id
        ORDER BY application, region, profile, role_arn, channel, since
        """
    ).map { row in
      let channel: String = row["channel"]
      return Mute(
        identity: Registration.Identity(
          application: row["application"],
          scope: AWSScope(
            region: row["region"], profile: row["profile"], roleARN: row["role_arn"])),
        channel: channel.isEmpty ? nil : channel, since: Date(milliseconds: row["since"]),
        until: Date(milliseconds: row["until"]))
    }
  }

  static func put(_ mute: Mute, _ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO mute (scope_id, application, channel, since, until) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET until = excluded.until
        """,
      arguments: [
        try scopeID(mute.identity.scope, db), mute.identity.application, mute.channel ?? "",
        mute.since.milliseconds, mute.until.milliseconds,
      ])
  }

  /// Inserts a mute of another store. Returns whether it is new; `nil` where the same mute ends at
  /// another time here.
  static func insert(_ mute: Mute, _ db: Database) throws -> Bool? {
    let known = try mutes(db).first {
      $0.identity == mute.identity && $0.channel == mute.channel
        && $0.since.milliseconds == mute.since.milliseconds
    }
    if let known { return known.until.milliseconds == mute.until.milliseconds ? false : nil }
    try put(mute, db)
    return true
  }
}
