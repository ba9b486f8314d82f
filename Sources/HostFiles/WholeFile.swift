import Foundation

/// Small files that are replaced atomically, so that nobody reads half of one.
package enum WholeFile {
  /// A file's text; `nil` where there is no regular file, or it is larger than 1 MiB. With
  /// `ownersOnly` also `nil` where another user owns it.
  package static func read(_ path: String, ownersOnly: Bool) -> String? {
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
  /// - Parameters:
  ///   - name: Part of the temporary file's name, which keeps concurrent writers apart. A temporary
  ///     file that an earlier writer of the same name left behind is replaced.
  ///   - durably: Whether the new contents are first made safe on the disk, for what can't be had
  ///     again. What each poll writes isn't worth that wait.
  package static func write(
    _ bytes: [UInt8], to path: String, mode: mode_t, as name: String = "\(getpid())",
    durably: Bool = false
  ) throws(SystemError) {
    let temporary = "\(path).\(name).tmp"
    // A writer that was killed may have left this file behind.
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw SystemError.last }
    var error: SystemError?
    if fchmod(descriptor, mode) != 0 { error = SystemError.last }
    if error == nil {
      do { try SystemError.write(bytes, to: descriptor) } catch let failed { error = failed }
    }
    if error == nil, durably, fsync(descriptor) != 0 { error = .last }
    if close(descriptor) != 0, error == nil { error = .last }
    if error == nil, rename(temporary, path) != 0 { error = .last }
    if let error {
      unlink(temporary)
      throw error
    }
  }
}
