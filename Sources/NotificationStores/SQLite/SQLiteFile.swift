import CodeDeployNotifications
import Foundation
import GRDB

/// The store's file: its mode, and errors in sentences.
enum SQLiteFile {
  /// Checks that the file and its companion files can be trusted. Creates a missing file that only
  /// its owner can read, before SQLite would create one that everybody can; SQLite gives its
  /// companion files the same mode. A file without a byte, as a full disk leaves it, is no store
  /// yet. Throws `StoreFailure`.
  static func prepare(in folder: StoreFolder, making: Bool, trustingOwner: Bool) throws {
    try folder.check(trustingOwner: trustingOwner)
    let entry = try folder.entry()
    guard making || entry?.isEmpty == false else { throw StoreFailure(missing: folder.path) }
    guard entry == nil else { return }
    do { _ = Foundation.close(try folder.openMaking("", O_EXCL)) } catch {
      // Another run may have created it meanwhile; the same checks apply then.
      guard try folder.entry() != nil else { throw error }
    }
  }

  /// A database error as a sentence, without its arguments, which may contain settings.
  static func failure(_ error: any Error, _ path: String) -> any Error {
    if error is StoreFailure || error is CancellationError { return error }
    guard let error = error as? DatabaseError else {
      return StoreFailure(.unusable, "the store \(path) can't be used: \(error)")
    }
    let noSpace = "there is no space left on its device: free some and try again"
    let advice =
      switch error.resultCode {
      // SQLite reports this where the disk has no room for its shared memory file.
      case _ where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE: noSpace
      case .SQLITE_NOTADB, .SQLITE_CORRUPT:
        "it is not a database of cdnotify, or it is damaged: restore it from a backup, or move it "
          + "away to start a new one"
      case .SQLITE_FULL: noSpace
      case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_CANTOPEN:
        "its file or folder can't be read and written by this user: check their owner and mode, and "
          + "that the file system isn't mounted read-only"
      case .SQLITE_BUSY, .SQLITE_LOCKED:
        "another process has kept it locked for 10 s: look for one that hangs"
      case .SQLITE_IOERR: "its device reports an input/output error: check the disk"
      default: "try again, and report it if that doesn't help"
      }
    let message = error.message.map { " (\($0))" } ?? ""
    return StoreFailure(.unusable, "the store \(path) can't be used: \(advice)\(message)")
  }
}

extension StoreFailure {
  /// The store's file is missing, and this command doesn't create it.
  package init(missing path: String) {
    self.init(
      .unusable,
      "there is no store \(path): ", .begin)
  }
}
