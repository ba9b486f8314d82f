/// A text's bytes, read through encodings of characters: percent-encoding, quoted-printable,
/// backslash escapes, and entities of markup.
struct EncodedBytes {
  let bytes: [UInt8]
  /// The end of the text, before the `…` of one that was cut.
  let end: Int
  let isCut: Bool
  /// The position after the `…` of a text whose beginning was cut off.
  let cutBeginning: Int?

  /// One way to read on: the text before `end` stands for that many of the wanted bytes.
  struct Step {
    var count: Int
    var end: Int
  }

  init(_ bytes: [UInt8]) {
    let mark = Array("…".utf8)
    self.bytes = bytes
    isCut = bytes.count >= mark.count && bytes.suffix(mark.count).elementsEqual(mark)
    end = isCut ? bytes.count - mark.count : bytes.count
    cutBeginning = bytes.starts(with: mark) && bytes.count > mark.count ? mark.count : nil
  }

  /// Whether the text at `position` may be an escape.
  func isEscape(at position: Int) -> Bool {
    switch bytes[position] {
    case UInt8(ascii: "\\"), UInt8(ascii: "+"): return true
    case UInt8(ascii: "%"), UInt8(ascii: "="): return hexadecimal(position + 1, 2) != nil
    case UInt8(ascii: "&"): return !references(behindSign: position + 1).isEmpty
    default: return false
    }
  }

  /// The possible first bytes of what the text at `position` stands for.
  func beginnings(at position: Int) -> Set<UInt8> {
    let own = bytes[position]
    guard isEscape(at: position) else { return [own] }
    var found: Set<UInt8> = [own]
    switch own {
    case UInt8(ascii: "+"): found.insert(UInt8(ascii: " "))
    case UInt8(ascii: "="):
      if let value = hexadecimal(position + 1, 2) { found.insert(UInt8(value)) }
    case UInt8(ascii: "%"):
      for digits in percentLevels(at: position) {
        guard let value = hexadecimal(digits, 2) else { continue }
        found.insert(UInt8(value))
        if value == 38 { found.formUnion(firstBytes(ofEntitiesBehindSign: digits + 2)) }
      }
    case UInt8(ascii: "&"): found.formUnion(firstBytes(ofEntitiesBehindSign: position + 1))
    default:
      // A backslash may be literal, followed by a letter with a meaning, or followed by a number.
      var after = position
      while after < end, bytes[after] == own, after - position < 16 { after += 1 }
      guard after < end else { break }
      found.insert(meaning(of: bytes[after]))
      if bytes[after] == UInt8(ascii: "x"), let value = hexadecimal(after + 1, 2) {
        found.insert(UInt8(value))
      }
      if bytes[after] == UInt8(ascii: "u"), let (value, _) = codePoint(at: after),
        let scalar = Unicode.Scalar(value)
      {
        found.insert(firstByte(scalar))
      }
    }
    return found
  }

  private func firstBytes(ofEntitiesBehindSign start: Int) -> [UInt8] {
    references(behindSign: start).compactMap { Unicode.Scalar($0.value).map(firstByte) }
  }

  private func firstByte(_ scalar: Unicode.Scalar) -> UInt8 {
    String(Character(scalar)).utf8.first ?? 0
  }

  /// The positions of the two digits. If it is encoded again, the sign itself is `%25`. Only a few
  /// levels of encoding are followed.
  private func percentLevels(at position: Int) -> [Int] {
    var levels = [position + 1]
    var digits = position + 1
    while levels.count < 8, digits + 2 < end, bytes[digits] == UInt8(ascii: "2"),
      bytes[digits + 1] == UInt8(ascii: "5"), hexadecimal(digits + 2, 2) != nil
    {
      digits += 2
      levels.append(digits)
    }
    return levels
  }

  /// The longest escape of one character, such as `&amp;amp;amp;DiacriticalGrave;`.
  static let longestEscape = 40

  /// Whether the text at `position` may be an escape that the text's end cuts.
  func isCutEscape(at position: Int) -> Bool {
    guard isCut, position < end else { return isCut && position == end }
    guard end - position < Self.longestEscape else { return false }
    switch bytes[position] {
    case UInt8(ascii: "%"), UInt8(ascii: "="), UInt8(ascii: "\\"), UInt8(ascii: "&"): break
    default: return false
    }
    return bytes[position..<end].allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
        || "%=\\&#;".utf8.contains(byte)
    }
  }

  /// Whether a mark of a cut is at `position`: `…`, its escape in JSON, or three full stops.
  func isCutMark(at position: Int) -> Bool {
    guard position < bytes.count else { return false }
    let mark: StaticString
    switch bytes[position] {
    case 0xE2: mark = "…"
    case UInt8(ascii: "."): mark = "..."
    case UInt8(ascii: "\\"): mark = "\\u2026"
    case UInt8(ascii: "&"): mark = "&hellip;"
    default: return false
    }
    let count = mark.utf8CodeUnitCount
    guard position + count <= bytes.count else { return false }
    for index in 1..<count where bytes[position + index] != mark.utf8Start[index] { return false }
    return true
  }

  /// The end of an escaped line end, as between lines of base64 in JSON; `nil` if there is none.
  func lineEndEscape(at position: Int) -> Int? {
    guard bytes[position] == UInt8(ascii: "\\") else { return nil }
    var after = position
    while after < end, bytes[after] == UInt8(ascii: "\\"), after - position < 16 { after += 1 }
    guard after < end, bytes[after] == UInt8(ascii: "n") || bytes[after] == UInt8(ascii: "r") else {
      return nil
    }
    return after + 1
  }

  /// Line ends and blanks, which may separate lines of base64.
  func isBreak(_ byte: UInt8) -> Bool { byte == 10 || byte == 13 || byte == 32 }

  /// All ways in which the text at `position` can stand for the first bytes of `wanted`.
  func steps(at position: Int, saying wanted: ArraySlice<UInt8>) -> [Step] {
    guard let byte = wanted.first else { return [] }
    var steps: [Step] = []
    if bytes[position] == byte { steps.append(Step(count: 1, end: position + 1)) }
    switch bytes[position] {
    case UInt8(ascii: "+"):
      if byte == UInt8(ascii: " ") { steps.append(Step(count: 1, end: position + 1)) }
    case UInt8(ascii: "%"):
      for digits in percentLevels(at: position) {
        let value = hexadecimal(digits, 2)
        if value == UInt32(byte) { steps.append(Step(count: 1, end: digits + 2)) }
        if value == 38 { steps += entities(behindSign: digits + 2, saying: wanted) }
      }
    case UInt8(ascii: "="):
      if hexadecimal(position + 1, 2) == UInt32(byte) {
        steps.append(Step(count: 1, end: position + 3))
      }
    case UInt8(ascii: "\\"): steps += backslashes(at: position, saying: wanted)
    case UInt8(ascii: "&"): steps += entities(behindSign: position + 1, saying: wanted)
    default: break
    }
    return steps
  }

  private func backslashes(at position: Int, saying wanted: ArraySlice<UInt8>) -> [Step] {
    guard let byte = wanted.first else { return [] }
    var after = position
    while after < end, bytes[after] == UInt8(ascii: "\\"), after - position < 16 { after += 1 }
    if byte == UInt8(ascii: "\\") {
      // Each level of escaping doubles the backslashes.
      return [2, 4, 8, 16].filter { position + $0 <= after }
        .map { Step(count: 1, end: position + $0) }
    }
    guard after < end else { return [] }
    let letter = bytes[after]
    let meant = meaning(of: letter)
    if meant == byte, letter != UInt8(ascii: "u"), letter != UInt8(ascii: "x") {
      return [Step(count: 1, end: after + 1)]
    }
    if letter == UInt8(ascii: "x"), hexadecimal(after + 1, 2) == UInt32(byte) {
      return [Step(count: 1, end: after + 3)]
    }
    guard letter == UInt8(ascii: "u"), let (value, next) = codePoint(at: after) else { return [] }
    return scalar(value, saying: wanted, end: next)
  }

  /// The character that a letter after a backslash stands for.
  private func meaning(of letter: UInt8) -> UInt8 {
    switch letter {
    case UInt8(ascii: "n"): 10
    case UInt8(ascii: "r"): 13
    case UInt8(ascii: "t"): 9
    case UInt8(ascii: "b"): 8
    case UInt8(ascii: "f"): 12
    default: letter
    }
  }

  /// The code point after the `u` of a JSON escape, and the escape's end.
  private func codePoint(at letter: Int) -> (value: UInt32, end: Int)? {
    guard let unit = hexadecimal(letter + 1, 4) else { return nil }
    guard (0xD800..<0xDC00).contains(unit) else { return (unit, letter + 5) }
    // The second surrogate, with backslashes of its own.
    var low = letter + 5
    while low < end, bytes[low] == UInt8(ascii: "\\"), low - letter < 32 { low += 1 }
    guard low < end, bytes[low] == UInt8(ascii: "u"), let second = hexadecimal(low + 1, 4),
      (0xDC00..<0xE000).contains(second)
    else { return nil }
    return (0x10000 + ((unit & 0x3FF) << 10) + (second & 0x3FF), low + 5)
  }

  /// The characters that entities stand for whose `&` ends before `start`.
  private func entities(behindSign start: Int, saying wanted: ArraySlice<UInt8>) -> [Step] {
    references(behindSign: start).flatMap { scalar($0.value, saying: wanted, end: $0.end) }
  }

  private func scalar(_ value: UInt32, saying wanted: ArraySlice<UInt8>, end: Int) -> [Step] {
    guard let first = wanted.first, first >= 0x80 || UInt32(first) == value,
      let scalar = Unicode.Scalar(value)
    else { return [] }
    let said = Array(String(Character(scalar)).utf8)
    return wanted.starts(with: said) ? [Step(count: said.count, end: end)] : []
  }

  func hexadecimal(_ position: Int, _ count: Int) -> UInt32? {
    guard position + count <= end else { return nil }
    var value: UInt32 = 0
    for byte in bytes[position..<(position + count)] {
      guard let digit = digit(byte) else { return nil }
      value = value << 4 | digit
    }
    return value
  }

  func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) - 48
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte) - 87
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte) - 55
    default: nil
    }
  }
}
