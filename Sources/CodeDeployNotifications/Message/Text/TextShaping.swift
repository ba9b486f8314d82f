import Foundation

/// What a provider counts when it limits a text's length.
package enum TextUnit {
  case utf8
  case utf16

  package func count(_ text: some StringProtocol) -> Int {
    switch self {
    case .utf8: text.utf8.count
    case .utf16: text.utf16.count
    }
  }
}

extension String {
  /// The text, or as much of its beginning as fits, cut between characters and ended by `…`.
  package func cut(to limit: Int, _ unit: TextUnit) -> String {
    guard unit.count(self) > limit else { return self }
    var room = limit - unit.count("…")
    guard room >= 0 else { return "" }
    var end = startIndex
    while end < endIndex {
      let next = index(after: end)
      room -= unit.count(self[end..<next])
      if room < 0 { break }
      end = next
    }
    return self[..<end] + "…"
  }

  /// The text, or as much of its end as fits: of a log, the last lines say most.
  package func cutFront(to limit: Int, _ unit: TextUnit) -> String {
    guard unit.count(self) > limit else { return self }
    var room = limit - unit.count("…")
    guard room >= 0 else { return "" }
    var start = endIndex
    while start > startIndex {
      let previous = index(before: start)
      room -= unit.count(self[previous..<start])
      if room < 0 { break }
      start = previous
    }
    return "…" + self[start...]
  }

  /// The text without control characters, line ends and tabs excepted: what no provider displays
  /// and some refuse.
  package var withoutControls: String {
    var kept = UnicodeScalarView()
    for scalar in unicodeScalars {
      let isControl = scalar.properties.generalCategory == .control
      if !isControl || scalar == "\n" || scalar == "\t" { kept.append(scalar) }
    }
    return String(kept)
  }

  /// The text as one line: runs of white space and control characters become one space, and
  /// invisible characters that steer a terminal's direction go.
  package var oneLine: String {
    var line = UnicodeScalarView()
    var isGap = false
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case .format:
        continue
      case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator:
        isGap = !line.isEmpty
      default:
        if isGap { line.append(" ") }
        isGap = false
        line.append(scalar)
      }
    }
    return String(line)
  }

  /// Text of a deployment as it may be shown anywhere: without the escape sequences that colour a
  /// terminal (ECMA-48, 5.4) and without control characters.
  package var cleaned: String {
    replacing(/\u{1B}\[[0-?]*[ -\/]*[@-~]/, with: "").withoutControls
  }

  /// The text with one text in the place of another, scalar by scalar. Swift takes `<` with an accent
  /// on it for another character than `<`; the readers of markup, and of secrets, don't.
  package func substituting(_ text: String, with other: String) -> String {
    replacingOccurrences(of: text, with: other, options: .literal)
  }

  /// The text with nothing in it that means something in HTML, in an element or in an attribute.
  package var escapedHTML: String {
    var escaped = UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar {
      case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
      case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
      case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
      case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}
