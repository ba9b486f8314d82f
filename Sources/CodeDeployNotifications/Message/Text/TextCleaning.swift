/// Decides which scalars of an external text may be shown.
///
/// It removes control characters, terminal sequences, and characters without a shape: direction
/// controls and zero-width spaces can make a text read as another
/// (https://www.unicode.org/reports/tr36/). Joiners, variation selectors and tags stay where they
/// shape their neighbours, as in 👩‍💻, in England's flag and in Persian.
package struct TextCleaner {
  private let scalars: [Unicode.Scalar]
  /// The last scalar that was kept.
  private var previous: Unicode.Scalar?

  /// A part of the text.
  package enum Part {
    /// Text as it is.
    case shown(ArraySlice<Unicode.Scalar>)
    /// A control character. It may have separated words.
    case control(Unicode.Scalar)
    /// A terminal sequence, or a character without a shape.
    case invisible(ArraySlice<Unicode.Scalar>)
  }

  private init(_ text: String) { scalars = Array(text.unicodeScalars) }

  /// Splits a text into parts, from beginning to end.
  package static func walk(_ text: String, _ take: (Part) -> Void) {
    var cleaner = TextCleaner(text)
    var position = 0
    while position < cleaner.scalars.count {
      let part = cleaner.part(at: position)
      switch part {
      case .shown(let slice), .invisible(let slice): position += slice.count
      case .control: position += 1
      }
      take(part)
    }
  }

  private mutating func part(at position: Int) -> Part {
    let scalar = scalars[position]
    switch scalar.value {
    case 0x20...0x7E, 0x0A, 0x09, 0xA0...0xAC, 0xAE...0x2FF:
      return shown(position, 1)
    case 0x1B:
      let count = TerminalSequence.length(in: scalars[position...])
      return count > 1 ? .invisible(scalars[position..<position + count]) : .control(scalar)
    case 0x9B:
      let count = TerminalSequence.length(in: scalars[position...])
      return .invisible(scalars[position..<position + count])
    case 0...0x9F:
      return .control(scalar)
    case 0x200C, 0x200D:
      return joins(at: position) ? shown(position, 1) : hidden(position)
    case 0xFE00...0xFE0F, 0xE0100...0xE01EF, 0x180B...0x180D, 0x180F:
      return previous.map(Self.takesVariations) ?? false ? shown(position, 1) : hidden(position)
    case 0x1F3F4:
      return shown(position, 1 + regionTags(after: position))
    default:
      let properties = scalar.properties
      let isHidden =
        properties.generalCategory == .format
        ? !Self.isVisibleFormat(scalar) : properties.isDefaultIgnorableCodePoint
      return isHidden ? hidden(position) : shown(position, 1)
    }
  }

  private mutating func shown(_ position: Int, _ count: Int) -> Part {
    previous = scalars[position + count - 1]
    return .shown(scalars[position..<position + count])
  }

  private func hidden(_ position: Int) -> Part { .invisible(scalars[position...position]) }

  /// Whether a joiner or non-joiner has an effect where it stands.
  private func joins(at position: Int) -> Bool {
    guard let before = previous else { return false }
    // After a virama both have a meaning, whatever follows (RFC 5892, A).
    if before.properties.canonicalCombiningClass.rawValue == 9 { return true }
    guard position + 1 < scalars.count else { return false }
    let after = scalars[position + 1]
    if Self.isCursive(before) { return Self.isCursive(after) }
    guard scalars[position].value == 0x200D else { return false }
    if before.properties.isAlphabetic, after.properties.canonicalCombiningClass.rawValue == 9 {
      return true
    }
    let isEmoji =
      Self.isPicture(before) || before.value == 0xFE0F || (0xE0020...0xE007F).contains(before.value)
    return isEmoji && Self.isPicture(after)
  }

  /// How many tags follow a black flag and turn it into a region's flag, as in `gbeng` (UTS #51,
  /// C).
  private func regionTags(after position: Int) -> Int {
    var count = 0
    while position + count + 1 < scalars.count, count < 8 {
      let value = scalars[position + count + 1].value
      count += 1
      switch value {
      case 0xE0030...0xE0039, 0xE0061...0xE007A: continue
      case 0xE007F: return (4...7).contains(count) ? count : 0
      default: return 0
      }
    }
    return 0
  }

  /// Emoji, without the digits and signs of ASCII and Latin 1 that Unicode also calls emoji.
  private static func isPicture(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value >= 0x203C && scalar.properties.isEmoji
  }

  /// One variation selector can follow an emoji, a digit (for a keycap) or a letter.
  private static func takesVariations(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isEmoji || (scalar.value > 0xFF && scalar.properties.isAlphabetic)
      || scalar.properties.isMath
  }

  /// Letters and marks of scripts whose letters join: Arabic, Syriac, N'Ko, Mandaic, Mongolian,
  /// Adlam and similar ones.
  private static func isCursive(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0610...0x08FF, 0x1807...0x18AF, 0xFB50...0xFDFF, 0xFE70...0xFEFC, 0x10D00...0x10D27,
      0x1E900...0x1E94B:
      !(0x0660...0x0669).contains(scalar.value) && !(0x06F0...0x06F9).contains(scalar.value)
    default: false
    }
  }

  /// Signs before a number, such as Arabic's for a year: format characters with a shape.
  private static func isVisibleFormat(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0600...0x0605, 0x06DD, 0x070F, 0x0890...0x0891, 0x08E2, 0x110BD, 0x110CD: true
    default: false
    }
  }
}

/// The sequences that control a terminal (ECMA-48, 5.4 and 8.3), such as colours and links.
private enum TerminalSequence {
  /// How many scalars the sequence has that begins here; 1 where none begins.
  static func length(in text: ArraySlice<Unicode.Scalar>) -> Int {
    var position = text.startIndex + 1
    func isIn(_ range: ClosedRange<UInt32>) -> Bool {
      position < text.endIndex && range.contains(text[position].value)
    }
    guard text[text.startIndex].value != 0x9B else { return control(text, from: position) }
    if isIn(0x5B...0x5B) { return control(text, from: position + 1) }
    // An operating system command or another string: up to the bell or the string terminator.
    if [0x5D, 0x50, 0x58, 0x5E, 0x5F].contains(where: { isIn($0...$0) }) {
      position += 1
      while position < text.endIndex {
        switch text[position].value {
        case 0x07, 0x9C: return position + 1 - text.startIndex
        case 0x1B:
          position += 1
          return isIn(0x5C...0x5C) ? position + 1 - text.startIndex : 1
        case 0x0A: return 1
        default: position += 1
        }
      }
      return 1
    }
    // The selection of a character set, such as `ESC ( B`.
    guard isIn(0x20...0x2F) else { return 1 }
    while isIn(0x20...0x2F) { position += 1 }
    return isIn(0x30...0x7E) ? position + 1 - text.startIndex : 1
  }

  /// Parameters, intermediate characters and the final one.
  private static func control(_ text: ArraySlice<Unicode.Scalar>, from start: Int) -> Int {
    var position = start
    while position < text.endIndex, (0x30...0x3F).contains(text[position].value) { position += 1 }
    while position < text.endIndex, (0x20...0x2F).contains(text[position].value) { position += 1 }
    guard position < text.endIndex, (0x40...0x7E).contains(text[position].value) else { return 1 }
    return position + 1 - text.startIndex
  }
}

extension String {
  /// External text as it may be shown anywhere, with its lines and tabs.
  package var cleaned: String {
    if utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x0A || $0 == 0x09 }) { return self }
    var kept = UnicodeScalarView()
    TextCleaner.walk(self) { part in
      guard case .shown(let scalars) = part else { return }
      for scalar in scalars {
        // Line and paragraph separators become line ends.
        kept.append(scalar.value == 0x2028 || scalar.value == 0x2029 ? "\n" : scalar)
      }
    }
    return String(kept)
  }

  /// External text on one line: cleaned, with its blanks, for columns. It can't move a terminal's
  /// cursor.
  package var printable: String {
    cleaned.substituting("\n", with: " ").substituting("\t", with: " ")
  }

  /// External text for a sentence: on one line, and no longer than `limit` units of UTF-16.
  package func inSentence(upTo limit: Int = 500) -> String { oneLine.cut(to: limit, .utf16) }

  /// External text on one line: cleaned, with one blank in place of all white space between words,
  /// and none at the ends.
  package var oneLine: String {
    guard !isPlainLine else { return self }
    var line = UnicodeScalarView()
    var isGap = false
    TextCleaner.walk(self) { part in
      switch part {
      case .invisible: break
      case .control: isGap = !line.isEmpty
      case .shown(let scalars):
        for scalar in scalars {
          if scalar.properties.isWhitespace {
            isGap = !line.isEmpty
            continue
          }
          if isGap { line.append(" ") }
          isGap = false
          line.append(scalar)
        }
      }
    }
    return String(line)
  }

  /// Whether the text is printable ASCII with single blanks between its words.
  private var isPlainLine: Bool {
    var last = UInt8(ascii: " ")
    for byte in utf8 {
      guard (0x20...0x7E).contains(byte), byte != 0x20 || last != 0x20 else { return false }
      last = byte
    }
    return last != 0x20 || isEmpty
  }
}
