import CodeDeployNotifications
import Foundation
import GRDB

/// The store's file on disk: its mode, and what its errors mean to a person.
enum SQLiteFile {
  /// Checks that the file, and what lies beside it, can be trusted, and returns where it is.
  /// Creates an empty file that only its owner can read, before SQLite would make one that
  /// everybody can. SQLite gives its companion files the same mode. Throws `StoreFailure`.
  static func prepare(_ path: String, making: Bool, trustingOwner: Bool) throws -> String {
    let folder = try StoreFolder(ofStore: path)
    try folder.check(trustingOwner: trustingOwner)
    if try folder.entry() == nil {
      guard making else { throw StoreFailure(missing: path) }
      do { _ = Foundation.close(try folder.openMaking("", O_EXCL)) } catch {
        // Another run may have made it meanwhile; then it is held to the same rules.
        guard try folder.entry() != nil else { throw error }
      }
    }
    return folder.resolvedPath
  }

  /// A database error in words; its arguments, which may hold settings, stay out.
  static func failure(_ error: any Error, _ path: String) -> any Error {
    if error is StoreFailure || error is CancellationError { return error }
    guard let error = error as? DatabaseError else {
      return StoreFailure(.unusable, "the store \(path) can't be used: \(error)")
    }
    let noSpace = "there is no space left on its device: make room and run again"
    let advice =
      switch error.resultCode {
      // What SQLite reports where its shared memory's file finds no room.
      case _ where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE: noSpace
      case .SQLITE_NOTADB, .SQLITE_CORRUPT:
        "it is not a database of cdnotify, or it is damaged: restore it from a backup, or move it "
          + "away to begin a new one"
      case .SQLITE_FULL: noSpace
      case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_CANTOPEN:
        "its file or folder can't be read and written by this user: check their owner and mode"
      case .SQLITE_BUSY, .SQLITE_LOCKED:
        "another process has kept it locked for 10 s: look for one that hangs"
      case .SQLITE_IOERR: "its device reports an input/output error: check the disk"
      default: "run again, and report it if it stays"
      }
    let message = error.message.map { " (\($0))" } ?? ""
    return StoreFailure(.unusable, "the store \(path) can't be used: \(advice)\(message)")
  }
}

extension StoreFailure {
  /// There is no store, and this isn't what makes one.
  package init(missing path: String) {
    self.init(
      .unusable,
      "there is no store \(path): ", .begin)
  }
}
