import Foundation

/// Where a user wants output: a file, which is replaced as a whole, or a device or pipe, which is
/// written to.
package enum OutputFile {
  /// Writes the whole output. Throws `SystemError`.
  ///
  /// A symbolic link to a file is refused (`ELOOP`). Following it would let whoever can make links
  /// in the folder choose what is overwritten, and replacing it would leave its target as it was.
  /// - Parameter mode: Of a file.
  package static func write(
    _ bytes: [UInt8], to path: String, mode: mode_t
  ) throws(SystemError) {
    var (entry, target) = (stat(), stat())
    guard lstat(path, &entry) == 0, entry.st_mode & S_IFMT != S_IFREG else {
      return try WholeFile.write(bytes, to: path, mode: mode)
    }
    guard stat(path, &target) == 0 else { throw SystemError.last }
    switch target.st_mode & S_IFMT {
    case S_IFREG: throw SystemError(ELOOP)
    case S_IFDIR: throw SystemError(EISDIR)
    default: try append(bytes, to: path)
    }
  }

  /// Why writing failed.
  package static func reason(_ error: SystemError) -> String {
    error.number == ELOOP
      ? "it is a symbolic link: name the file that it points to" : error.description
  }

  /// A pipe that nobody reads is an error, and isn't waited for.
  private static func append(_ bytes: [UInt8], to path: String) throws(SystemError) {
    let descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw SystemError.last }
    defer { close(descriptor) }
    guard fcntl(descriptor, F_SETFL, O_WRONLY) == 0 else { throw SystemError.last }
    try SystemError.write(bytes, to: descriptor)
  }
}
