import DeploymentNotifier
import Foundation

/// Reads a file line by line, with no more of it in memory than a line takes.
struct LineReader {
  /// More than a deployment with all that hangs on it takes.
  static let maximumLength = 16 << 20

  private let descriptor: Int32
  private var buffer: [UInt8] = []
  /// Where what isn't handed out yet begins.
  private var start = 0
  private var isAtEnd = false

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// The next line without its end; `nil` after the last. Throws `BoundedFile.Problem`.
  mutating func next() throws(BoundedFile.Problem) -> ArraySlice<UInt8>? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        return buffer[start..<end]
      }
      searched = buffer.endIndex
      guard !isAtEnd else {
        defer { start = buffer.endIndex }
        return start < buffer.endIndex ? buffer[start...] : nil
      }
      guard buffer.endIndex - start <= Self.maximumLength else {
        throw .isLarger(than: Self.maximumLength)
      }
      searched -= start
      buffer.removeFirst(start)
      start = 0
      try fill()
    }
  }

  private mutating func fill() throws(BoundedFile.Problem) {
    var chunk = [UInt8](repeating: 0, count: 256 << 10)
    var count = read(descriptor, &chunk, chunk.count)
    while count < 0, errno == EINTR { count = read(descriptor, &chunk, chunk.count) }
    guard count >= 0 else { throw errno == EISDIR ? .isFolder : .system(errno) }
    isAtEnd = count == 0
    buffer += chunk.prefix(count)
  }
}
