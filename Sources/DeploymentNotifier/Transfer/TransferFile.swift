import Foundation
import HostFiles

/// The files of exports, which hold secrets and logs.
package enum TransferFile {
  /// Creates a file for its owner alone. Throws where one of that name exists.
  package static func create(_ path: String) throws(SystemError) -> FileHandle {
    try handle(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600))
  }

  /// Opens a file for reading.
  package static func read(_ path: String) throws(SystemError) -> FileHandle {
    try handle(open(path, O_RDONLY | O_CLOEXEC))
  }

  private static func handle(_ descriptor: Int32) throws(SystemError) -> FileHandle {
    guard descriptor >= 0 else { throw SystemError.last }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }
}
