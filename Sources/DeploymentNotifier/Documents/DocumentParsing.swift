import CodeDeployNotifications
import Foundation
import Yams

/// Reads JSON and YAML into the values from which registrations are read.
package enum DocumentParsing {
  /// Throws `DocumentProblem` with the line.
  package static func parse(_ text: String) throws -> DocumentValue {
    // Some editors begin a file with a byte order mark.
    let text =
      text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    try DocumentBounds.check(text)
    guard looksLikeJSON(text) else { return try yaml(text) }
    do { return try JSONDocument.read(text) } catch let problem as JSONDocument.Problem {
      // It may still be YAML that begins with a bracket.
      if let value = try? yaml(text) { return value }
      let line = text.utf8.prefix(problem.offset).count { $0 == 0x0A } + 1
      throw DocumentProblem("", "not JSON or YAML: line \(line): \(problem.reason)")
    }
  }

  static func looksLikeJSON(_ text: String) -> Bool {
    text.first { !$0.isWhitespace }.map { $0 == "{" || $0 == "[" } ?? false
  }

  private static func yaml(_ text: String) throws -> DocumentValue {
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw DocumentProblem("", "the document is empty")
      }
      return try document(node)
    } catch let error as YamlError {
      throw DocumentProblem("", describe(error))
    }
  }

  private static func describe(_ error: YamlError) -> String {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      "not JSON or YAML: line \(mark.line), column \(mark.column): \(problem)"
    case .duplicatedKeysInMapping(let duplicates, _):
      "the key \(duplicates.first ?? "?") is given twice in one object"
    default: "not JSON or YAML"
    }
  }

  /// `DocumentBounds` has counted the values, those of aliases too.
  private static func document(_ node: Node) throws -> DocumentValue {
    switch node {
    case .scalar(let scalar): return value(scalar, node)
    case .sequence(let sequence): return .list(try sequence.map { try document($0) })
    case .mapping(let mapping):
      return .object(
        try mapping.map { key, value in
          guard let name = key.string else {
            throw DocumentProblem("", "the document has a key that is not a string")
          }
          return DocumentValue.Member(name, try document(value))
        })
    // The composer has put the values in place of aliases.
    case .alias: throw DocumentProblem("", "an alias was not expanded")
    }
  }

  private static func value(_ scalar: Node.Scalar, _ node: Node) -> DocumentValue {
    guard scalar.style == .plain || scalar.style == .any else { return .text(scalar.string) }
    if node.null != nil { return .null }
    if let flag = node.bool, ["true", "false"].contains(scalar.string.lowercased()) {
      return .boolean(flag)
    }
    return isNumber(scalar.string) ? .number(scalar.string) : .text(scalar.string)
  }

  /// Whether a text matches `-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?`. A regular expression would
  /// take a hundred times as long for each value.
  private static func isNumber(_ text: String) -> Bool {
    var rest = Substring(text).utf8
    func skip(_ characters: StaticString...) -> Bool {
      guard let first = rest.first,
        characters.contains(where: { $0.utf8Start.pointee == first })
      else { return false }
      rest.removeFirst()
      return true
    }
    func digits() -> Bool {
      let count = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }.count
      rest.removeFirst(count)
      return count > 0
    }
    _ = skip("-")
    guard digits() else { return false }
    if skip("."), !digits() { return false }
    if skip("e", "E") {
      _ = skip("+", "-")
      guard digits() else { return false }
    }
    return rest.isEmpty
  }
}

extension DocumentValue {
  /// A value's JSON, with its keys in alphabetical order.
  package init(encoding value: some Encodable) throws {
    let json = try JSONCoding.encoder().encode(value)
    self = try JSONDocument.read(String(decoding: json, as: UTF8.self))
  }
}
