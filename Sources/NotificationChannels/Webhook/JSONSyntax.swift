/// Finds where a text stops being valid JSON (RFC 8259), for templates that people write.
struct JSONSyntax {
  /// What is wrong, and where. Lines and columns count from 1, columns in characters.
  struct Problem: Error, Sendable, Hashable {
    var line: Int
    var column: Int
    var reason: String
  }

  /// Deeper nesting is a mistake.
  private static let depthLimit = 200

  private let text: [Unicode.Scalar]
  private var place = 0

  private init(_ text: String) { self.text = Array(text.unicodeScalars) }

  /// The first problem; `nil` for valid JSON.
  static func problem(in text: String) -> Problem? {
    var syntax = JSONSyntax(text)
    do throws(Problem) {
      try syntax.value(depth: 0)
      syntax.skipBlanks()
      guard syntax.next == nil else { throw syntax.problem("expected the end") }
      return nil
    } catch {
      return error
    }
  }

  private var next: Unicode.Scalar? { place < text.count ? text[place] : nil }

  private func problem(_ reason: String) -> Problem {
    let before = text[..<min(place, text.count)]
    let line = before.count { $0 == "\n" } + 1
    let start = before.lastIndex(of: "\n").map { $0 + 1 } ?? 0
    return Problem(line: line, column: before.count - start + 1, reason: reason)
  }

  private mutating func skipBlanks() {
    while let scalar = next, " \t\n\r".unicodeScalars.contains(scalar) { place += 1 }
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    place += 1
    return true
  }

  private mutating func value(depth: Int) throws(Problem) {
    guard depth < Self.depthLimit else { throw problem("nested too deeply") }
    skipBlanks()
    switch next {
    case "{": try members(depth: depth)
    case "[": try elements(depth: depth)
    case "\"": try string()
    case "t": try word("true")
    case "f": try word("false")
    case "n": try word("null")
    case let scalar? where scalar == "-" || ("0"..."9").contains(scalar): try number()
    case nil: throw problem("a value is missing at the end")
    default: throw problem("expected a value; strings need quotes")
    }
  }

  private mutating func members(depth: Int) throws(Problem) {
    place += 1
    skipBlanks()
    if take("}") { return }
    repeat {
      skipBlanks()
      guard next == "\"" else { throw problem("expected a name in quotes") }
      try string()
      skipBlanks()
      guard take(":") else { throw problem("expected a colon") }
      try value(depth: depth + 1)
      skipBlanks()
    } while take(",")
    guard take("}") else { throw problem("expected a comma or }") }
  }

  private mutating func elements(depth: Int) throws(Problem) {
    place += 1
    skipBlanks()
    if take("]") { return }
    repeat {
      try value(depth: depth + 1)
      skipBlanks()
    } while take(",")
    guard take("]") else { throw problem("expected a comma or ]") }
  }

  private mutating func string() throws(Problem) {
    place += 1
    while let scalar = next {
      if scalar.value < 32 { throw problem("a line ends within quotes") }
      place += 1
      if scalar == "\"" { return }
      if scalar == "\\" { try escape() }
    }
    throw problem("quotes aren't closed")
  }

  private mutating func escape() throws(Problem) {
    if take("u") {
      for _ in 0..<4 {
        guard let digit = next, digit.properties.isASCIIHexDigit else {
          throw problem("expected four hexadecimal digits after \\u")
        }
        place += 1
      }
      return
    }
    guard let scalar = next, "\"\\/bfnrt".unicodeScalars.contains(scalar) else {
      throw problem("a backslash may precede only \" \\ / b f n r t u")
    }
    place += 1
  }

  private mutating func word(_ word: String) throws(Problem) {
    for scalar in word.unicodeScalars where !take(scalar) {
      throw problem("expected \(word); strings need quotes")
    }
  }

  private mutating func number() throws(Problem) {
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
  }

  private mutating func digits() throws(Problem) {
    guard let first = next, ("0"..."9").contains(first) else { throw problem("expected a digit") }
    while let digit = next, ("0"..."9").contains(digit) { place += 1 }
  }
}
