import CodeDeployNotifications
import Foundation
import GRDB

/// The store's file on disk: its mode, and what its errors mean to a person.
enum SQLiteFile {
  /// Creates an empty file that only its owner can read, before SQLite would make one that
  /// everybody can. SQLite gives its companion files the same mode.
  static func prepare(_ path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue
    else {
      throw StoreFailure(
        .unusable,
        "the store's folder \(folder) does not exist: make it, or name another store "
          + "with --store")
    }
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      guard !isFolder.boolValue else {
        throw StoreFailure(
          .unusable, "the store \(path) is a folder: name a file in it with --store")
      }
      return
    }
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw StoreFailure(
        .unusable, "the store \(path) can't be created: \(String(cString: strerror(errno)))")
    }
    _ = Foundation.close(descriptor)
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
