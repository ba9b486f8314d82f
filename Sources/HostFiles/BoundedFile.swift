import CHost
import Foundation

/// Reads files that others made, including pipes, up to a limit and without waiting forever.
package enum BoundedFile {
  /// Why a file can't be read. The sentence doesn't name the file.
  package enum Problem: Error, CustomStringConvertible {
    /// The system's error.
    case system(Int32)
    case isFolder
    case isLarger(than: Int)
    case nothingCame
    /// A link led into `/proc`.
    case isOfProcesses

    package var description: String {
      switch self {
      case .system(let number): "can't be read: \(SystemError(number))"
      case .isFolder: "can't be read: it is a folder"
      case .isLarger(let limit):
        limit < 1 << 20
          ? "is larger than \(limit >> 10) KiB" : "is larger than \(limit >> 20) MiB"
      case .nothingCame: "can't be read: it is a pipe, and nothing came from it"
      case .isOfProcesses:
        "can't be read: it leads to /proc, which reveals the secrets of "
          + "processes"
      }
    }
  }

  /// The contents of a file. With `waits`, a pipe's writer is waited for; otherwise a pipe without
  /// a writer is empty.
  /// - Parameter processes: Whether the file may be in `/proc`.
  package static func read(
    _ path: String, limit: Int, waits: Bool, processes: Bool = true
  ) throws(Problem) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | (waits ? 0 : O_NONBLOCK))
    guard descriptor >= 0 else { throw .system(errno) }
    defer { close(descriptor) }
    // The open file shows where it is, whatever links led to it.
    if !processes, chost_is_process_file(descriptor) != 0 { throw .isOfProcesses }
    return try read(descriptor, limit: limit)
  }

  /// The rest of an open file.
  package static func read(_ descriptor: Int32, limit: Int) throws(Problem) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Foundation.read(descriptor, &chunk, min(chunk.count, limit + 1 - bytes.count))
      if count == 0 { return bytes }
      if count > 0 {
        bytes += chunk.prefix(count)
        guard bytes.count <= limit else { throw .isLarger(than: limit) }
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: try wait(for: descriptor)
      case EISDIR: throw .isFolder
      default: throw .system(errno)
      }
    }
  }

  private static func wait(for descriptor: Int32) throws(Problem) {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&waiting, 1, 5000) > 0 else { throw .nothingCame }
  }
}
