/// Makes text harmless in a dialect of Markdown, with a backslash before what would be markup.
///
/// It works on scalars: `*` with an accent on it is one character to Swift and an asterisk to a
/// parser.
package struct Markdown: Sendable {
  /// What is markup wherever it stands.
  package var marks: Set<Unicode.Scalar>
  /// What is markup at the beginning of a line, beside a number with a full stop.
  package var lineMarks: Set<Unicode.Scalar>
  /// Whether an underscore within a word is only an underscore.
  package var hasPlainUnderscores: Bool
  /// Whether `&lt;` stands for `<`.
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

  /// CommonMark with the tables, strike-through and links of bare addresses that most chats add.
  package static let commonMark = Markdown(
    marks: ["\\", "`", "*", "_", "[", "]", "<", ">", "~", "|"],
    lineMarks: ["#", "+", "-", "=", ">"], hasPlainUnderscores: true, hasEntities: true)

  /// The text without markup, and without what would turn the direction of the writing.
  package func escape(_ text: String) -> String {
    let scalars = Array(text.cleaned.unicodeScalars)
    var escaped = String.UnicodeScalarView()
    // Blanks and digits leave what comes after them at the beginning of its line.
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
    // Some parsers take `\[a\](b)` for a link all the same.
    case "(": return previous == "]"
    case "&": return hasEntities && (next == "#" || next.isWordPart)
    case ".", ")": return line == .number
    default: return line == .blank && lineMarks.contains(scalar)
    }
  }

  /// What a line holds so far.
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
