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
      throw noDocument(text, at: problem.offset, problem.reason)
    }
  }

  /// A text that is neither JSON nor YAML, because of what is at this offset in bytes.
  private static func noDocument(
    _ text: String, at offset: Int, _ reason: String
  ) -> DocumentProblem {
    let before = text.utf8.prefix(offset)
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map(before.index(after:))
    let column = String(decoding: before[(start ?? before.startIndex)...], as: UTF8.self)
      .unicodeScalars.count
    return DocumentProblem(
      line: before.count { $0 == UInt8(ascii: "\n") } + 1, column: column + 1,
      "not JSON or YAML: \(reason)")
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
      throw problem(error, text)
    }
  }

  private static func problem(_ error: YamlError, _ text: String) -> DocumentProblem {
    switch error {
    case .scanner(_, let reason, let mark, _), .parser(_, let reason, let mark, _),
      .composer(_, let reason, let mark, _):
      DocumentProblem(line: mark.line, column: mark.column, "not JSON or YAML: \(reason)")
    case .reader(let reason, let offset?, _, _): noDocument(text, at: offset, reason)
    case .duplicatedKeysInMapping(let keys, let context):
      DocumentProblem(
        "".appending(key: keys.first ?? ""), line: context.mark.line, "is given twice")
    default: DocumentProblem("", "not JSON or YAML")
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
