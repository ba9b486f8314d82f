import Foundation
import HostFiles

/// Reads a file line by line, with only about one line in memory.
struct LineReader {
  /// In bytes. Longer than any deployment with its notifications and notes.
  static let maximumLength = 16 << 20

  private let descriptor: Int32
  private var buffer: [UInt8] = []
  /// The beginning of the part that wasn't returned yet.
  private var start = 0
  private var isAtEnd = false

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// The next line without its line end; `nil` after the last. Throws `BoundedFile.Problem`.
  mutating func next() throws(BoundedFile.Problem) -> ArraySlice<UInt8>? {
    var searched = start
    while true {
      if let end = lineEnd(from: searched) {
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

  private func lineEnd(from start: Int) -> Int? {
    buffer.withUnsafeBytes { bytes in
      guard start < bytes.count, let base = bytes.baseAddress else { return nil }
      return memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
        .map { UnsafeRawPointer($0) - base }
    }
  }

  private mutating func fill() throws(BoundedFile.Problem) {
    var count = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: 256 << 10) { space, length in
      repeat {
        count = read(descriptor, space.baseAddress, space.count)
      } while count < 0 && errno == EINTR
      length = max(count, 0)
    }
    guard count >= 0 else { throw errno == EISDIR ? .isFolder : .system(errno) }
    isAtEnd = count == 0
    buffer += chunk
  }
}
