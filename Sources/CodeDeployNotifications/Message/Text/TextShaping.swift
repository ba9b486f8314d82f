/// The unit in which a provider limits a text's length.
public enum TextUnit: Sendable {
  case utf8
  case utf16

  /// The text's length in this unit.
  public func count(_ text: some StringProtocol) -> Int {
    switch self {
    case .utf8: text.utf8.count
    case .utf16: text.utf16.count
    }
  }

  /// The text, or as much of its beginning as fits, cut between characters and ended by `…`.
  public func beginning(of text: String, upTo limit: Int) -> String { text.cut(to: limit, self) }

  /// The text, or as much of its end as fits: a log's last lines matter most.
  public func end(of text: String, upTo limit: Int) -> String { text.cutFront(to: limit, self) }

  /// The index after that many units, which may be within a character.
  fileprivate func index(_ count: Int, in text: String) -> String.Index {
    switch self {
    case .utf8: text.utf8.index(text.startIndex, offsetBy: count)
    case .utf16: text.utf16.index(text.startIndex, offsetBy: count)
    }
  }
}

extension StringProtocol {
  /// Whether there is nothing to see in it.
  package var isBlank: Bool { allSatisfy(\.isWhitespace) }
}

extension String {
  /// The text, or as much of its beginning as fits, cut between characters and ended by `…`.
  package func cut(to limit: Int, _ unit: TextUnit) -> String {
    guard unit.count(self) > limit else { return self }
    let room = limit - unit.count("…")
    guard room >= 0 else { return "" }
    return self[..<boundary(notAfter: unit.index(room, in: self))] + "…"
  }

  /// The text, or as much of its end as fits: a log's last lines matter most.
  package func cutFront(to limit: Int, _ unit: TextUnit) -> String {
    let excess = unit.count(self) - limit
    guard excess > 0 else { return self }
    guard limit >= unit.count("…") else { return "" }
    let start = unit.index(excess + unit.count("…"), in: self)
    let before = boundary(notAfter: start)
    return "…" + self[(before == start ? start : index(after: before))...]
  }

  /// The beginning of the character that contains `place`.
  private func boundary(notAfter place: Index) -> Index {
    // An index that isn't a boundary counts as the beginning of its character.
    place < endIndex ? index(before: index(after: place)) : endIndex
  }

  /// The text with one text replaced by another, scalar by scalar. To Swift, `<` with a combining
  /// accent is a different character from `<`; to parsers of markup, and to people looking for
  /// secrets, it is not.
  package func substituting(_ text: String, with other: String) -> String {
    let wanted = Array(text.utf8)
    guard let first = wanted.first, utf8.contains(first) else { return self }
    let bytes = Array(utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var position = 0
    while position < bytes.count {
      if bytes[position] == first, bytes[position...].starts(with: wanted) {
        result.append(contentsOf: other.utf8)
        position += wanted.count
      } else {
        result.append(bytes[position])
        position += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// A name as an owner's: `checkout's`, `Teams'`.
  package var possessive: String { hasSuffix("s") ? self + "'" : self + "'s" }

  /// For a sentence of the system or a library inside one of ours.
  package var lowercasingFirst: String { prefix(1).lowercased() + dropFirst() }

  /// The text escaped for HTML, in elements and attributes.
  package var escapedHTML: String {
    replacing(in: "&<>\"'") { byte in
      switch byte {
      case UInt8(ascii: "&"): "&amp;"
      case UInt8(ascii: "<"): "&lt;"
      case UInt8(ascii: ">"): "&gt;"
      case UInt8(ascii: "\""): "&quot;"
      default: "&#39;"
      }
    }
  }

  /// The text with some ASCII characters replaced, even if a combining accent follows: parsers of
  /// markup see the character alone.
  package func replacing(in wanted: StaticString, _ words: (UInt8) -> StaticString) -> String {
    let wanted = UnsafeBufferPointer(start: wanted.utf8Start, count: wanted.utf8CodeUnitCount)
    guard utf8.contains(where: wanted.contains) else { return self }
    var result: [UInt8] = []
    result.reserveCapacity(utf8.count + 64)
    for byte in utf8 {
      if wanted.contains(byte) {
        words(byte).withUTF8Buffer { result.append(contentsOf: $0) }
      } else {
        result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
