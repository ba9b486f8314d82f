import Foundation

/// A notification in the store's file.
struct LedgerRow: Sendable {
  var id: String
  var slot: Slot
  var state: String
  /// The claim's token.
  var token: String?
}

/// A notification's key: one deployment, one event, one channel.
struct Slot: Hashable, Sendable, CustomStringConvertible {
  var deployment: String
  var event: String
  var channel: String

  var description: String { "\(deployment) \(event) to \(channel)" }
}

extension World {
  /// Reads the ledger from a copy, so that the files of a killed process stay as they are for the
  /// next one. Then, if asked for, time passes as in `letTimePass`.
  func ledger(
    state: String? = nil, thenTimePasses: Bool = false
  ) async throws -> [LedgerRow] {
    if let table {
      return Self.rows(try await table.ledger(self, thenTimePasses: thenTimePasses))
        .filter { $0.state == state ?? $0.state }
    }
    let rows = try await python(
      """
      import json, os, shutil, sqlite3
      for end in ("", "-wal"):
        if os.path.exists("store.db" + end):
          shutil.copy("store.db" + end, "copy.db" + end)
        elif os.path.exists("copy.db" + end):
          os.remove("copy.db" + end)
      copy = sqlite3.connect("copy.db")
      known = copy.execute("SELECT 1 FROM sqlite_schema WHERE name = 'notification'").fetchone()
      print(json.dumps(copy.execute('''
        SELECT n.id, deployment_id, name, channel, state, claim_token FROM notification n
        JOIN event e ON e.id = n.event JOIN deployment d ON d.id = e.deployment
        \(state.map { "WHERE n.state = '\($0)'" } ?? "")
        ''').fetchall() if known else []), flush=True)
      \(thenTimePasses ? Self.timePasses : "")
      """)
    return Self.rows(try JSON(rows))
  }

  private static func rows(_ rows: JSON) -> [LedgerRow] {
    rows.array.map { row in
      LedgerRow(
        id: row[0].string ?? "",
        slot: Slot(
          deployment: row[1].string ?? "", event: row[2].string ?? "",
          channel: row[3].string ?? ""),
        state: row[4].string ?? "", token: row[5].string)
    }
  }

  /// Makes claims and waits run out.
  func letTimePass() async throws {
    if let table {
      _ = try await table.ledger(self, thenTimePasses: true)
    } else {
      try await python("import os, sqlite3\n" + Self.timePasses)
    }
  }

  /// It exits like a killed process, so that the write-ahead log stays as it is.
  private static let timePasses = """
    store = sqlite3.connect("store.db", timeout=30)
    store.execute("UPDATE notification SET claim_until = 1 WHERE state = 'sending'")
    store.execute("UPDATE notification SET next_attempt_at = 1 WHERE state = 'pending'")
    store.commit()
    os._exit(0)
    """

  /// SQLite's integrity check of the file, or a check of a table's items against each other.
  func integrity() async throws -> String {
    if let table { return try await table.integrity(self) }
    return try await python(
      """
      import sqlite3
      store = sqlite3.connect("store.db")
      print(*[row[0] for row in store.execute("PRAGMA integrity_check")], sep="; ", end="")
      assert not store.execute("PRAGMA foreign_key_check").fetchall()
      """)
  }

  @discardableResult
  func python(_ script: String) async throws -> String {
    // Runs as the command's user.
    guard !runner.isEmpty else { return try await ScriptPeer.run(script, folder: home) }
    let command = runner + [PeerProcess.python, "-c", script]
    let run = try await Run.of(
      command[0], Array(command.dropFirst()), environment: [:], folder: home)
    guard run.status == 0 else { throw PeerFailure(run.error) }
    return run.output
  }
}
