import Foundation

/// Writes the form that `RowReader` reads: the same bytes as `JSONEncoder` with sorted keys and
/// unescaped slashes.
package struct RowWriter {
  package private(set) var bytes: [UInt8] = []
  private var isBehindValue = false
  /// Whether times are written as ISO 8601 to the second, as in published JSON, and not as stores
  /// keep them.
  private let isForReaders: Bool

  package init(forReaders isForReaders: Bool = false) { self.isForReaders = isForReaders }

  /// Empties the writer for another value.
  package mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    isBehindValue = false
  }

  package mutating func beginObject() { begin(UInt8(ascii: "{")) }
  package mutating func endObject() { end(UInt8(ascii: "}")) }
  package mutating func beginList() { begin(UInt8(ascii: "[")) }
  package mutating func endList() { end(UInt8(ascii: "]")) }

  @inline(__always)
  package mutating func member(_ key: StaticString, _ value: some RowValue) {
    self.key(key)
    value.write(to: &self)
    isBehindValue = true
  }

  /// Writes a member, or nothing for `nil`.
  @inline(__always)
  package mutating func optional(_ key: StaticString, _ value: (some RowValue)?) {
    if let value { member(key, value) }
  }

  package mutating func member(_ key: String, _ value: some RowValue) {
    separate()
    text(key)
    bytes.append(UInt8(ascii: ":"))
    value.write(to: &self)
    isBehindValue = true
  }

  /// Writes a member whose value is already JSON.
  package mutating func member(_ key: StaticString, json: some Collection<UInt8>) {
    self.key(key)
    bytes += json
    isBehindValue = true
  }

  package mutating func element(_ value: some RowValue) {
    separate()
    value.write(to: &self)
    isBehindValue = true
  }

  /// Writes a key. The caller writes the value.
  package mutating func key(_ key: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  package mutating func text(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    JSONText.append(text, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
    isBehindValue = true
  }

  package mutating func date(_ date: Date) {
    if isForReaders { text(date.iso8601) } else { number(date.milliseconds) }
  }

  package mutating func number(_ number: Int64) {
    var digits = String(number)
    digits.withUTF8 { bytes.append(contentsOf: $0) }
    isBehindValue = true
  }

  /// Writes a comma unless this is the first element. The caller writes the element.
  package mutating func separate() {
    if isBehindValue { bytes.append(UInt8(ascii: ",")) }
    isBehindValue = false
  }

  private mutating func begin(_ bracket: UInt8) {
    bytes.append(bracket)
    isBehindValue = false
  }

  private mutating func end(_ bracket: UInt8) {
    bytes.append(bracket)
    isBehindValue = true
  }
}
