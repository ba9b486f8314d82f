import CodeDeployNotifications
import Foundation

/// Writes JSON on several lines, value by value, so that output can be larger than memory.
package struct JSONPrinter {
  package private(set) var bytes: [UInt8] = []
  private var depth: Int
  /// Whether the innermost object or list is still empty.
  private var isEmpty = true

  /// - Parameter depth: How many objects and lists already surround the output.
  package init(depth: Int = 0) { self.depth = depth }

  /// Empties the buffer, to go on with the same document.
  package mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  package mutating func object(_ write: (inout Self) throws -> Void) rethrows {
    try nested(UInt8(ascii: "{"), UInt8(ascii: "}"), write)
  }

  package mutating func list(_ write: (inout Self) throws -> Void) rethrows {
    try nested(UInt8(ascii: "["), UInt8(ascii: "]"), write)
  }

  /// Begins a member. The caller writes its value next.
  package mutating func key(_ key: StaticString) {
    element()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
    bytes += [UInt8(ascii: "\""), UInt8(ascii: ":"), UInt8(ascii: " ")]
  }

  /// The same for a key that isn't known at compile time.
  mutating func key(named key: String) {
    element()
    value(key)
    bytes += [UInt8(ascii: ":"), UInt8(ascii: " ")]
  }

  /// Begins an element of a list. The caller writes its value next.
  package mutating func element() {
    if !isEmpty { bytes.append(UInt8(ascii: ",")) }
    line()
    isEmpty = false
  }

  package mutating func member(_ name: StaticString, _ text: String) {
    key(name)
    value(text)
  }

  package mutating func member(_ name: StaticString, _ number: Int) {
    key(name)
    literal(String(number))
  }

  package mutating func member(_ name: StaticString, _ date: Date) { member(name, date.iso8601) }

  /// Writes a member; `nil` becomes `null`.
  package mutating func member(_ name: StaticString, orNull text: String?) {
    guard let text else {
      key(name)
      literal("null")
      return
    }
    member(name, text)
  }

  /// Writes a number, `true`, `false` or `null` unchanged.
  mutating func literal(_ text: String) { bytes += text.utf8 }

  package mutating func value(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    JSONText.append(text, to: &bytes, .allControls)
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func nested(
    _ opening: UInt8, _ closing: UInt8, _ write: (inout Self) throws -> Void
  ) rethrows {
    bytes.append(opening)
    depth += 1
    isEmpty = true
    try write(&self)
    depth -= 1
    if !isEmpty { line() }
    isEmpty = false
    bytes.append(closing)
  }

  private mutating func line() {
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<(2 * depth) { bytes.append(UInt8(ascii: " ")) }
  }
}
