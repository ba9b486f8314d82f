import Foundation

/// Reads JSON in the one form that `RowCoding` writes: keys in a fixed order, no white space, and
/// only non-negative whole numbers. Any other form is left to `JSONDecoder`, which also says what
/// is wrong.
package struct RowReader {
  /// Thrown for any other form, which may be valid JSON.
  package struct OtherForm: Error {}

  private let bytes: UnsafeBufferPointer<UInt8>
  private var index = 0
  /// Whether a value of the same object or list precedes, so that a comma has to follow.
  private var isBehindValue = false

  private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Reads all of `bytes` as one value; `nil` where they have another form.
  package static func read<Value: RowValue>(
    _ type: Value.Type, from bytes: UnsafeBufferPointer<UInt8>
  ) -> Value? {
    var reader = RowReader(bytes)
    guard let value = try? Value(&reader), reader.index == bytes.count else { return nil }
    return value
  }

  // Objects

  package mutating func beginObject() throws(OtherForm) {
    try take(UInt8(ascii: "{"))
    isBehindValue = false
  }

  /// Throws where more members follow.
  package mutating func endObject() throws(OtherForm) {
    try take(UInt8(ascii: "}"))
    isBehindValue = true
  }

  // These functions are specialized for each type. Unspecialized, they would look types up at run
  // time for every member and element.

  @inline(__always)
  package mutating func member<Value: RowValue>(
    _ key: StaticString
  ) throws(OtherForm) -> Value {
    guard skip(key) else { throw OtherForm() }
    return try Value(&self)
  }

  /// `nil` where another key follows, or none.
  @inline(__always)
  package mutating func optional<Value: RowValue>(
    _ key: StaticString
  ) throws(OtherForm) -> Value? {
    skip(key) ? try Value(&self) : nil
  }

  /// Skips the key, if it comes next.
  package mutating func skip(_ key: StaticString) -> Bool {
    let start = isBehindValue ? index + 1 : index
    let length = key.utf8CodeUnitCount
    let end = start + length + 3
    guard end <= bytes.count, let base = bytes.baseAddress,
      !isBehindValue || bytes[index] == UInt8(ascii: ","),
      bytes[start] == UInt8(ascii: "\""), bytes[end - 2] == UInt8(ascii: "\""),
      bytes[end - 1] == UInt8(ascii: ":"), memcmp(base + start + 1, key.utf8Start, length) == 0
    else { return false }
    index = end
    return true
  }

  /// The next key; `nil` after the last.
  package mutating func key() throws(OtherForm) -> String? {
    guard index < bytes.count, bytes[index] != UInt8(ascii: "}") else { return nil }
    if isBehindValue { try take(UInt8(ascii: ",")) }
    let key = try text()
    try take(UInt8(ascii: ":"))
    return key
  }

  // Lists

  package mutating func beginList() throws(OtherForm) {
    try take(UInt8(ascii: "["))
    isBehindValue = false
  }

  /// Whether another element follows. Where none does, it moves past the list's end.
  package mutating func hasElement() throws(OtherForm) -> Bool {
    guard index < bytes.count else { throw OtherForm() }
    if bytes[index] == UInt8(ascii: "]") {
      index += 1
      isBehindValue = true
      return false
    }
    if isBehindValue { try take(UInt8(ascii: ",")) }
    // A comma before the end isn't valid JSON, which reading the element finds.
    return true
  }

  // Values

  /// A whole number of at most fifteen digits: no store has written a longer one, a sign or a
  /// fraction.
  package mutating func count() throws(OtherForm) -> Int {
    let start = index
    var value = 0
    while index < bytes.count, case let digit = bytes[index] &- UInt8(ascii: "0"), digit < 10 {
      guard index - start < 15 else { throw OtherForm() }
      value = value * 10 + Int(digit)
      index += 1
    }
    guard index > start, index == start + 1 || bytes[start] != UInt8(ascii: "0") else {
      throw OtherForm()
    }
    isBehindValue = true
    return value
  }

  package mutating func text() throws(OtherForm) -> String {
    let (slice, kind) = try quoted()
    switch kind {
    // Unlike `validating`, `decoding` looks no types up at run time. ASCII is always valid.
    case .ascii: return String(decoding: UnsafeBufferPointer(rebasing: slice), as: UTF8.self)
    case .unicode:
      guard let text = String(validating: slice, as: UTF8.self) else { throw OtherForm() }
      return text
    case .escaped: return try Self.unescaped(slice)
    }
  }

  /// Skips a string.
  package mutating func skipText() throws(OtherForm) { _ = try quoted() }

  /// How a string is written.
  private enum Quoted { case ascii, unicode, escaped }

  /// Reads the next string.
  private mutating func quoted() throws(OtherForm) -> (
    UnsafeBufferPointer<UInt8>.SubSequence, Quoted
  ) {
    try take(UInt8(ascii: "\""))
    let start = index
    var kind = Quoted.ascii
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        index += 1
        isBehindValue = true
        return (bytes[start..<(index - 1)], kind)
      case UInt8(ascii: "\\"):
        kind = .escaped
        index += 2
      case 0..<0x20: throw OtherForm()
      case 0x80...:
        if kind == .ascii { kind = .unicode }
        index += 1
      default: index += 1
      }
    }
    throw OtherForm()
  }

  private static func unescaped(
    _ slice: UnsafeBufferPointer<UInt8>.SubSequence
  ) throws(OtherForm) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(slice.count)
    var rest = slice
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "\""): text.append(UInt8(ascii: "\""))
      case UInt8(ascii: "\\"): text.append(UInt8(ascii: "\\"))
      case UInt8(ascii: "b"): text.append(0x08)
      case UInt8(ascii: "f"): text.append(0x0C)
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "u"): text.append(try controlCharacter(&rest))
      default: throw OtherForm()
      }
    }
    guard let text = String(validating: text, as: UTF8.self) else { throw OtherForm() }
    return text
  }

  /// No other characters are written as `\u` and four digits.
  private static func controlCharacter(
    _ rest: inout UnsafeBufferPointer<UInt8>.SubSequence
  ) throws(OtherForm) -> UInt8 {
    let digits = rest.prefix(4)
    rest = rest.dropFirst(4)
    guard digits.count == 4, digits.allSatisfy({ Self.isHexadecimal($0) }),
      let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16), value < 0x20
    else { throw OtherForm() }
    return value
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
    default: false
    }
  }

  private mutating func take(_ byte: UInt8) throws(OtherForm) {
    guard index < bytes.count, bytes[index] == byte else { throw OtherForm() }
    index += 1
  }
}
