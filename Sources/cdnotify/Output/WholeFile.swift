import DeploymentNotifier
import Foundation

/// Reads and writes small files atomically, so that no reader sees half of one.
enum WholeFile {
  /// A file's text; `nil` where it doesn't exist, doesn't belong to this user, or is too large.
  static func read(_ path: String, ownersOnly: Bool) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_size <= 1 << 20, !ownersOnly || status.st_uid == geteuid()
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let count = Foundation.read(descriptor, &bytes, bytes.count)
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  /// Replaces a file. Throws `SystemError`.
  static func write(_ text: String, to path: String, mode: mode_t) throws(SystemError) {
    let temporary = "\(path).\(getpid()).tmp"
    // A killed run may have left a temporary file.
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw SystemError.last }
    var error: SystemError?
    if fchmod(descriptor, mode) != 0 { error = SystemError.last }
    if error == nil {
      do { try SystemError.write(Array(text.utf8), to: descriptor) } catch let failed {
        error = failed
      }
    }
    if close(descriptor) != 0, error == nil { error = .last }
    if error == nil, rename(temporary, path) != 0 { error = .last }
    if let error {
      unlink(temporary)
      throw error
    }
  }
}
