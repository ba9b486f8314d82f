import Foundation

/// Small files that are there whole or not at all, whoever reads them meanwhile.
package enum WholeFile {
  /// A file's text; `nil` where it isn't there, isn't this user's, or is larger than such a file is.
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

  /// Puts a file in the place of what was there, safe on the disk. Throws `SystemError`.
  /// - Parameter name: Tells apart those that write the file at the same time; what a run of the
  ///   same name left behind is written over.
  package static func write(
    _ bytes: [UInt8], to path: String, mode: mode_t, as name: String = "\(getpid())"
  ) throws(SystemError) {
    let temporary = "\(path).\(name).tmp"
    // What a run that was killed left behind is nobody's.
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw SystemError.last }
    var error: SystemError?
    if fchmod(descriptor, mode) != 0 { error = SystemError.last }
    if error == nil {
      do { try SystemError.write(bytes, to: descriptor) } catch let failed { error = failed }
    }
    if error == nil, fsync(descriptor) != 0 { error = .last }
    if close(descriptor) != 0, error == nil { error = .last }
    if error == nil, rename(temporary, path) != 0 { error = .last }
    if let error {
      unlink(temporary)
      throw error
    }
  }
}
