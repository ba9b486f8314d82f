extension String {
  /// The text with `********` in place of everything that looks like a credential. Scripts may
  /// print credentials, and their output is sent to many people.
  ///
  /// In doubt it masks: whatever follows a name like `password` is masked. Its time is linear in
  /// the text's length, whatever the text is.
  package var withoutCredentials: String {
    var scanner = CredentialScanner(self)
    return scanner.masked() ?? self
  }
}

/// Searches a text for credentials. It works on bytes, because everything that identifies them is
/// ASCII.
struct CredentialScanner {
  let bytes: [UInt8]
  /// The same bytes in lower case.
  let small: [UInt8]
  private var found: [Range<Int>] = []

  /// How many bytes of one word are examined.
  static let longestRun = 4096

  init(_ text: String) {
    bytes = Array(text.utf8)
    small = bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
  }

  /// The text with the findings masked; `nil` where there are none.
  mutating func masked() -> String? {
    guard !bytes.isEmpty else { return nil }
    findPrivateKeys()
    findNamedValues()
    findInCommands()
    findAddresses()
    findTokens()
    found.removeAll { $0.isEmpty || Self.isMask(bytes[$0]) }
    guard !found.isEmpty else { return nil }
    found.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    var kept: [UInt8] = []
    kept.reserveCapacity(bytes.count)
    var position = 0
    for range in found where range.upperBound > position {
      // Overlapping ranges become one.
      if range.lowerBound >= position {
        kept += bytes[position..<range.lowerBound]
        if !kept.ends(with: Secret.mask.utf8) || position < range.lowerBound {
          kept += Secret.mask.utf8
        }
      }
      position = range.upperBound
      // A finding about as long as what was examined of a word may continue behind it.
      if range.count > Self.longestRun / 2 {
        position = run(from: position, upTo: .max) { $0 > 0x20 && $0 != 0x22 && $0 != 0x27 }
      }
    }
    kept += bytes[position...]
    return String(decoding: kept, as: UTF8.self)
  }

  mutating func add(_ range: Range<Int>) { found.append(range) }

  private static func isMask(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.count >= Secret.mask.utf8.count && bytes.allSatisfy { $0 == UInt8(ascii: "*") }
  }
}

extension [UInt8] {
  fileprivate func ends(with other: String.UTF8View) -> Bool {
    count >= other.count && suffix(other.count).elementsEqual(other)
  }
}

/// Helpers for reading bytes.
extension CredentialScanner {
  func isBlank(_ position: Int) -> Bool {
    position < bytes.count && (bytes[position] == 0x20 || bytes[position] == 0x09)
  }

  func isLineEnd(_ position: Int) -> Bool {
    position >= bytes.count || bytes[position] == 0x0A || bytes[position] == 0x0D
  }

  func isSpace(_ position: Int) -> Bool { isLineEnd(position) || isBlank(position) }

  func isQuote(_ position: Int) -> Bool {
    position < bytes.count && (bytes[position] == 0x22 || bytes[position] == 0x27)
  }

  func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
  func isLower(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
  func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isUpper(byte) || isLower(byte) }
  func isWord(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || byte == UInt8(ascii: "_") }

  /// Whether a word begins at `position`.
  func beginsWord(_ position: Int) -> Bool { position == 0 || !isWord(bytes[position - 1]) }

  func has(_ text: StaticString, at position: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard position >= 0, position + count <= small.count else { return false }
    for index in 0..<count where small[position + index] != text.utf8Start[index] { return false }
    return true
  }

  func skip(_ position: Int, upTo limit: Int = 8, while isSkipped: (Int) -> Bool) -> Int {
    var end = position
    while end < bytes.count, end - position < limit, isSkipped(end) { end += 1 }
    return end
  }

  /// The end of the run of bytes from `position` for which `isPart` is true. Its length is bounded,
  /// so that no text is read repeatedly.
  func run(
    from position: Int, upTo limit: Int = CredentialScanner.longestRun,
    while isPart: (UInt8) -> Bool
  ) -> Int {
    var end = position
    let last = limit < bytes.count - min(position, bytes.count) ? position + limit : bytes.count
    while end < last, isPart(bytes[end]) { end += 1 }
    return end
  }

  func text(_ range: Range<Int>) -> String { String(decoding: small[range], as: UTF8.self) }

  func contains(_ range: Range<Int>, _ isWanted: (UInt8) -> Bool) -> Bool {
    bytes[range].contains(where: isWanted)
  }
}
