import Foundation
import GRDB
import GRDBSQLite

/// A statement that is compiled once and run for many rows. It binds values without GRDB's
/// wrappers, which cost more than SQLite's own work on a row.
final class RowStatement {
  private let statement: Statement
  private let db: Database
  private var index: Int32 = 0

  init(_ db: Database, _ sql: String) throws {
    self.db = db
    statement = try db.makeStatement(sql: sql)
  }

  /// Binds the next parameter.
  func bind(_ number: Int64?) {
    index += 1
    if let number {
      sqlite3_bind_int64(statement.sqliteStatement, index, number)
    } else {
      sqlite3_bind_null(statement.sqliteStatement, index)
    }
  }

  func bind(_ number: Int) { bind(Int64(number)) }

  func bind(_ date: Date?) { bind(date?.milliseconds) }

  func bind(_ text: String?) {
    guard var text else { return bind(nil as Int64?) }
    text.withUTF8 { bind(utf8: $0) }
  }

  /// Binds a text from its UTF-8.
  func bind(_ utf8: [UInt8]) { utf8.withUnsafeBufferPointer { bind(utf8: $0) } }

  private func bind(utf8: UnsafeBufferPointer<UInt8>) {
    index += 1
    utf8.withMemoryRebound(to: CChar.self) { text in
      // SQLite binds NULL for an empty text with a null address.
      let start = text.baseAddress ?? UnsafePointer(bitPattern: 1)
      _ = sqlite3_bind_text(
        statement.sqliteStatement, index, start, Int32(text.count), Self.copied)
    }
  }

  /// Makes SQLite copy bound texts.
  private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  /// Runs the statement with the bound values, and returns how many rows it changed.
  @discardableResult func run() throws -> Int {
    index = 0
    let result = sqlite3_step(statement.sqliteStatement)
    let changes = Int(sqlite3_changes(db.sqliteConnection))
    guard result == SQLITE_DONE else {
      let error = DatabaseError(
        resultCode: ResultCode(rawValue: sqlite3_extended_errcode(db.sqliteConnection)),
        message: String(cString: sqlite3_errmsg(db.sqliteConnection)), sql: statement.sql)
      sqlite3_reset(statement.sqliteStatement)
      throw error
    }
    sqlite3_reset(statement.sqliteStatement)
    return changes
  }
}
