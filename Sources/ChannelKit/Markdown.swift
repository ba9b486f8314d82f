/// Escapes text for a dialect of Markdown, with a backslash before everything that would be markup.
///
/// It works on scalars: to Swift, `*` with a combining accent is a different character from `*`,
/// but to a parser it is an asterisk.
package struct Markdown: Sendable {
  /// Characters that are markup anywhere.
  package var marks: Set<Unicode.Scalar>
  /// Characters that are markup at the beginning of a line, in addition to a number with a full
  /// stop.
  package var lineMarks: Set<Unicode.Scalar>
  /// Whether an underscore within a word is literal.
  package var hasPlainUnderscores: Bool
  /// Whether the dialect has entities such as `&lt;`.
  package var hasEntities: Bool

  package init(
    marks: Set<Unicode.Scalar>, lineMarks: Set<Unicode.Scalar>, hasPlainUnderscores: Bool,
    hasEntities: Bool
  ) {
    self.marks = marks
    self.lineMarks = lineMarks
    self.hasPlainUnderscores = hasPlainUnderscores
    self.hasEntities = hasEntities
  }

  /// CommonMark with the extensions of most chats: tables, strike-through and links of bare
  /// addresses.
  package static let commonMark = Markdown(
    marks: ["\\", "`", "*", "_", "[", "]", "<", ">", "~", "|"],
    lineMarks: ["#", "+", "-", "=", ">"], hasPlainUnderscores: true, hasEntities: true)

  /// The text without markup and without controls of the writing direction.
  package func escape(_ text: String) -> String {
    let scalars = Array(text.cleaned.unicodeScalars)
    var escaped = String.UnicodeScalarView()
    // After blanks and digits the next character still counts as the beginning of the line.
    var line = Line.blank
    for (index, scalar) in scalars.enumerated() {
      let previous = index > 0 ? scalars[index - 1] : nil
      let next = index + 1 < scalars.count ? scalars[index + 1] : nil
      if isMarkup(scalar, previous, next, line) { escaped.append("\\") }
      escaped.append(scalar)
      line = line.next(scalar)
    }
    return String(escaped)
  }

  private func isMarkup(
    _ scalar: Unicode.Scalar, _ previous: Unicode.Scalar?, _ next: Unicode.Scalar?, _ line: Line
  ) -> Bool {
    if scalar == "_", hasPlainUnderscores {
      return !(previous.isWordPart && next.isWordPart)
    }
    if marks.contains(scalar) { return true }
    switch scalar {
    // Some parsers read `\[a\](b)` as a link all the same.
    case "(": return previous == "]"
    case "&": return hasEntities && (next == "#" || next.isWordPart)
    case ".", ")": return line == .number
    default: return line == .blank && lineMarks.contains(scalar)
    }
  }

  /// What precedes on the line.
  private enum Line {
    case blank, number, text

    func next(_ scalar: Unicode.Scalar) -> Line {
      switch scalar {
      case "\n": .blank
      case " ", "\t", "\u{A0}": self == .blank ? .blank : .text
      case "0"..."9": self == .text ? .text : .number
      default: .text
      }
    }
  }
}

extension Unicode.Scalar? {
  fileprivate var isWordPart: Bool {
    guard let scalar = self else { return false }
    return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }
}
