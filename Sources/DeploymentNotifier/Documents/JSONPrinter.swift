import CodeDeployNotifications
import Foundation

/// Writes JSON over several lines: of documents, and straight from what there is to say where that can
/// be longer than the memory.
package struct JSONPrinter {
  package private(set) var bytes: [UInt8] = []
  private var depth: Int
  /// Whether nothing stands yet in the innermost object or list.
  private var isEmpty = true

  /// `depth` is how many objects and lists it stands in.
  package init(depth: Int = 0) { self.depth = depth }

  /// Forgets what was written, to write on.
  package mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  package mutating func object(_ write: (inout Self) throws -> Void) rethrows {
    try nested(UInt8(ascii: "{"), UInt8(ascii: "}"), write)
  }

  package mutating func list(_ write: (inout Self) throws -> Void) rethrows {
    try nested(UInt8(ascii: "["), UInt8(ascii: "]"), write)
  }

  /// Begins a member, whose value is written next.
  package mutating func key(_ key: StaticString) {
    element()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
    bytes += [UInt8(ascii: "\""), UInt8(ascii: ":"), UInt8(ascii: " ")]
  }

  /// The same with a key that somebody chose.
  mutating func key(named key: String) {
    element()
    value(key)
    bytes += [UInt8(ascii: ":"), UInt8(ascii: " ")]
  }

  /// Begins an element of a list, whose value is written next.
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

  /// Writes `null` for what isn't there.
  package mutating func member(_ name: StaticString, orNull text: String?) {
    guard let text else {
      key(name)
      literal("null")
      return
    }
    member(name, text)
  }

  /// A number, `true`, `false` or `null`, as it is.
  mutating func literal(_ text: String) { bytes += text.utf8 }

  package mutating func value(_ text: String) {
    var text = text
    let isPlain = text.withUTF8 { utf8 in
      guard utf8.allSatisfy(DocumentValue.isPlain) else { return false }
      bytes.append(UInt8(ascii: "\""))
      bytes.append(contentsOf: utf8)
      bytes.append(UInt8(ascii: "\""))
      return true
    }
    if !isPlain { bytes += DocumentValue.quoted(text).utf8 }
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
