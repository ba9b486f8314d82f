/// External text made safe for a sentence: no control or formatting characters, no line breaks, at
/// most `limit` characters.
func printable(_ text: String, limit: Int = 500) -> String {
  var printable = ""
  var length = 0
  for character in text {
    guard length < limit else { return printable + "…" }
    let isSpace = character.isWhitespace
    let isHidden = character.unicodeScalars.contains { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: true
      default: false
      }
    }
    if isSpace {
      guard printable.last != " " else { continue }
      printable.append(" ")
    } else if isHidden {
      continue
    } else {
      printable.append(character)
    }
    length += 1
  }
  return printable
}

extension StringProtocol {
  /// The text without white space at both ends.
  func trimmingSpace() -> SubSequence {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return self[endIndex...] }
    return self[first...last]
  }
}

extension Character {
  /// A letter or digit of ASCII.
  var isASCIIAlphanumeric: Bool { isASCII && (isLetter || isNumber) }
}
