/// The failure sentences in a source file: texts that are thrown or reported. Values that are
/// filled in at run time become `…`.
struct SourceSentences {
  /// The calls whose argument is a failure sentence.
  private static let makers: Set<String> = [
    "Failure", "ValidationError", "ArgumentProblem", "DocumentProblem", "SettingProblem",
    "AWSFailure", "StoreFailure", "DeliveryFailure", "HTTPFailure", "LineProblem",
    "ReferenceFailure", "ConflictingRecord", "TemplateProblem", "LogLine", "Console.error",
    "Console.warn", "Console.lastWords",
    "problem", "refusal", "failure", "oddAnswer", "loggedOut", "wrong", "refuse", "Malformed",
    "LibcurlRefusal", "Refusal", "Trouble", "another",
  ]

  /// The calls that look for a text in another one.
  private static let finders: Set = ["after", "between", "contains", "hasPrefix", "hasSuffix"]

  private let source: [Character]
  private(set) var found: [String] = []

  /// Reads a source file. If it is `wholly` about failures, every sentence counts.
  init(_ text: String, wholly: Bool = false) {
    source = Array(text)
    var index = 0
    if wholly { collect(from: &index, depth: 0) } else { scan(from: &index) }
    var seen: Set<String> = []
    found = found.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
      .filter { Self.isSentence($0, among: wholly) && seen.insert($0).inserted }
  }

  /// Whether a text is a sentence. Among other texts, names and fragments of other languages have
  /// to be excluded.
  private static func isSentence(_ text: String, among others: Bool) -> Bool {
    guard others else { return text.matches(of: /[A-Za-z]{2,}/).count >= 3 }
    return text.contains(/[a-z]{2,}[ ,;:]+(?:[^ ]+ )?[a-z]{2,}/) && !"'/".contains(text.prefix(1))
      && text.matches(of: /[A-Za-z]{2,}/).count >= 4
  }

  private mutating func scan(from index: inout Int) {
    var name = ""
    var before = ""
    while index < source.count {
      let character = source[index]
      if skipComment(&index) {
        (before, name) = ("", "")
      } else if character == "\"" {
        let text = literal(&index)
        if isHint(before) { found.append(text) }
        (before, name) = ("", "")
      } else if character.isLetter || character.isNumber || character == "_" || character == "." {
        name.append(character)
        index += 1
      } else {
        index += 1
        if character == "(", isMaker(name), before != "func", before != "case" {
          collect(from: &index, depth: 1)
        }
        if !name.isEmpty { before = name }
        if character == "\n" { before = "" }
        name = ""
      }
    }
  }

  /// Whether a text after `403:` or `case ENOENT:` explains what that means.
  private func isHint(_ name: String) -> Bool {
    name.wholeMatch(of: /[345][0-9][0-9]|E[A-Z]{3,}/) != nil
  }

  private func isMaker(_ name: String) -> Bool {
    Self.makers.contains(name)
      || name.split(separator: ".").last.map { Self.makers.contains(String($0)) } == true
  }

  /// Collects the texts up to the closing bracket; those joined by `+` are one.
  private mutating func collect(from index: inout Int, depth: Int) {
    var depth = depth
    let isWhole = depth == 0
    var joint: String?
    var name = ""
    while index < source.count, isWhole || depth > 0 {
      if skipComment(&index) {
        joint = nil
        continue
      }
      let character = source[index]
      if character == "\"" {
        let text = literal(&index)
        if joint == "+", let last = found.popLast() {
          found.append(last + text)
        } else {
          found.append(text)
        }
        joint = ""
        continue
      }
      if !character.isWhitespace { joint = joint == "" && character == "+" ? "+" : nil }
      index += 1
      if character == "(", Self.finders.contains(name) {
        skipBrackets(&index)
        name = ""
        continue
      }
      if "([{".contains(character) { depth += 1 }
      if ")]}".contains(character) { depth -= 1 }
      if character.isLetter { name.append(character) } else { name = "" }
    }
  }

  private func stands(_ text: String, at index: Int) -> Bool {
    source[index...].starts(with: text)
  }

  private func skipComment(_ index: inout Int) -> Bool {
    guard stands("//", at: index) else { return false }
    while index < source.count, source[index] != "\n" { index += 1 }
    return true
  }

  private func skipLiteral(_ index: inout Int) -> Bool {
    guard source[index] == "\"" else { return false }
    _ = literal(&index)
    return true
  }

  /// Reads the string literal that begins here, and moves behind it.
  private func literal(_ index: inout Int) -> String {
    let end = stands("\"\"\"", at: index) ? "\"\"\"" : "\""
    index += end.count
    var text = ""
    while index < source.count, !stands(end, at: index) {
      guard source[index] == "\\", index + 1 < source.count else {
        text.append(source[index])
        index += 1
        continue
      }
      let escaped = source[index + 1]
      index += 2
      switch escaped {
      case "(":
        skipBrackets(&index)
        text.append("…")
      case "n", "t": text.append(" ")
      case "\n": while index < source.count, source[index] == " " { index += 1 }
      default: text.append(escaped)
      }
    }
    index += end.count
    return text
  }

  /// Skips what is within brackets, behind the opening one.
  private func skipBrackets(_ index: inout Int) {
    var depth = 1
    while index < source.count, depth > 0 {
      if skipLiteral(&index) { continue }
      if source[index] == "(" { depth += 1 }
      if source[index] == ")" { depth -= 1 }
      index += 1
    }
  }
}
