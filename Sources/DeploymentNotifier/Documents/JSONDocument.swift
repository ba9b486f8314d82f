import CodeDeployNotifications

/// Reads JSON (RFC 8259) and keeps the order of keys, repeated keys, and the position of each
/// value.
///
/// `JSONSyntax` of the webhook channel reads the same grammar and isn't merged with this: it runs for
/// every message and makes no values, and most of either reader is what it says of a mistake and
/// where. That one points at the first character of a rendered template that can't stand there, for
/// whoever wrote the template; this one at the beginning of the wrong value in a document, for
/// whoever registers. One reader would need both sentences and both places for each mistake.
struct JSONDocument {
  /// What isn't JSON, and where: an offset in bytes.
  struct Problem: Error {
    var offset: Int
    var reason: String
  }

  /// Deeper than any sensible document; each level uses stack.
  private static let maximumDepth = 64

  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0
  /// Called with the path of each value, and the offset of the value or its key.
  private let found: ((String, Int) -> Void)?

  private init(_ text: String, _ found: ((String, Int) -> Void)?) {
    bytes = Array(text.utf8)
    self.found = found
  }

  /// Throws `Problem`.
  static func read(
    _ text: String, found: ((_ path: String, _ offset: Int) -> Void)? = nil
  ) throws -> DocumentValue {
    var reader = JSONDocument(text, found)
    reader.skipBlanks()
    let value = try reader.value(at: "")
    reader.skipBlanks()
    guard reader.index == reader.bytes.count else {
      throw reader.problem("there is text after the end of the document")
    }
    return value
  }

  private func problem(_ reason: String) -> Problem { Problem(offset: index, reason: reason) }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      index += 1
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func value(at path: String) throws -> DocumentValue {
    switch next {
    case UInt8(ascii: "{"): return try nested { try $0.object(at: path) }
    case UInt8(ascii: "["): return try nested { try $0.list(at: path) }
    case UInt8(ascii: "\""): return .text(try text())
    case nil: throw problem("the document ends where a value is expected")
    default: return try word()
    }
  }

  private mutating func nested(
    _ read: (inout Self) throws -> DocumentValue
  ) throws -> DocumentValue {
    depth += 1
    guard depth <= Self.maximumDepth else {
      throw problem("nested deeper than \(Self.maximumDepth) levels")
    }
    index += 1
    skipBlanks()
    let value = try read(&self)
    depth -= 1
    return value
  }

  private mutating func list(at path: String) throws -> DocumentValue {
    var values: [DocumentValue] = []
    if take("]") { return .list(values) }
    while true {
      let place = found == nil ? "" : "\(path)[\(values.count)]"
      found?(place, index)
      values.append(try value(at: place))
      skipBlanks()
      if take("]") { return .list(values) }
      guard take(",") else { throw problem("expected , or ] in a list") }
      skipBlanks()
    }
  }

  private mutating func object(at path: String) throws -> DocumentValue {
    var members: [DocumentValue.Member] = []
    if take("}") { return .object(members) }
    while true {
      let start = index
      guard next == UInt8(ascii: "\"") else { throw problem("expected a key in double quotes") }
      let key = try text()
      let place = found == nil ? "" : path.appending(key: key)
      found?(place, start)
      skipBlanks()
      guard take(":") else { throw problem("expected : after a key") }
      skipBlanks()
      members.append(DocumentValue.Member(key, try value(at: place)))
      skipBlanks()
      if take("}") { return .object(members) }
      guard take(",") else { throw problem("expected , or } in an object") }
      skipBlanks()
    }
  }

  /// `null`, `true`, `false`, or a number as it is written.
  private mutating func word() throws -> DocumentValue {
    let start = index
    while let byte = next, Self.isPartOfWord(byte) { index += 1 }
    let word = String(decoding: bytes[start..<index], as: UTF8.self)
    switch word {
    case "null": return .null
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    default:
      guard Self.isNumber(bytes[start..<index]) else {
        throw Problem(offset: start, reason: "expected a value; strings need double quotes")
      }
      return .number(word)
    }
  }

  /// By RFC 8259, 6. A regular expression would be parsed again for each number.
  private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
    var index = word.startIndex
    func isNext(_ characters: StaticString) -> Bool {
      index < word.endIndex
        && characters.withUTF8Buffer { characters in characters.contains { $0 == word[index] } }
    }
    func skipDigits() -> Bool {
      let start = index
      while isNext("0123456789") { index += 1 }
      return index > start
    }
    if isNext("-") { index += 1 }
    if isNext("0") { index += 1 } else if !skipDigits() { return false }
    if isNext(".") {
      index += 1
      guard skipDigits() else { return false }
    }
    if isNext("eE") {
      index += 1
      if isNext("+-") { index += 1 }
      guard skipDigits() else { return false }
    }
    return index == word.endIndex
  }

  private static func isPartOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }

  private mutating func text() throws -> String {
    index += 1
    var scalars: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        return String(decoding: scalars, as: UTF8.self)
      case UInt8(ascii: "\\"):
        index += 1
        scalars += try escaped()
      case 0..<0x20: throw problem("a control character in a string; write it as an escape")
      default:
        let start = index
        while let byte = next, byte >= 0x20, byte != UInt8(ascii: "\""),
          byte != UInt8(ascii: "\\")
        {
          index += 1
        }
        scalars += bytes[start..<index]
      }
    }
    throw problem("a string has no closing quote")
  }

  /// The bytes of an escape, after its backslash.
  private mutating func escaped() throws -> [UInt8] {
    guard let byte = next else { throw problem("a string has no closing quote") }
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      let first = try codeUnit()
      var units = [first]
      let start = index
      if UTF16.isLeadSurrogate(first), take("\\"), take("u") {
        let second = try codeUnit()
        if UTF16.isTrailSurrogate(second) { units.append(second) } else { index = start }
      } else {
        index = start
      }
      // A lone surrogate becomes U+FFFD.
      return Array(String(decoding: units, as: UTF16.self).utf8)
    default:
      index -= 2
      throw problem("an unknown escape; a backslash is written as \\\\")
    }
  }

  private mutating func codeUnit() throws -> UInt16 {
    let digits = bytes[index..<min(index + 4, bytes.count)]
    guard digits.count == 4, !digits.contains(UInt8(ascii: "+")),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw problem("expected four hexadecimal digits after \\u") }
    index += 4
    return unit
  }
}
