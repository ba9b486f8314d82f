import CodeDeployNotifications
import Foundation
import Yams

/// Reads JSON and YAML into the form that a registration is read from.
enum DocumentParsing {
  /// Throws `DocumentProblem` with line and column.
  static func parse(_ text: String) throws -> DocumentValue {
    let isJSON = text.first { !$0.isWhitespace }.map { $0 == "{" || $0 == "[" } ?? false
    // YAML takes almost all of JSON, but not its escapes of characters beyond 16 bits.
    if isJSON, let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) {
      return try keepingOrder(value.document, text)
    }
    return try yaml(text)
  }

  /// Foundation's JSON objects have no order and let a key stand twice; YAML's reading has both
  /// right, where it can read the text.
  private static func keepingOrder(_ value: DocumentValue, _ text: String) throws -> DocumentValue {
    do {
      return try yaml(text)
    } catch let problem as DocumentProblem where problem.reason.contains("twice") {
      throw problem
    } catch {
      return value
    }
  }

  private static func yaml(_ text: String) throws -> DocumentValue {
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw DocumentProblem("", "the document is empty")
      }
      var size = 0
      return try document(node, &size)
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

  /// Far more than registrations take. Aliases of YAML can unfold to any size.
  private static let maximumSize = 200_000

  private static func document(_ node: Node, _ size: inout Int) throws -> DocumentValue {
    size += 1
    guard size <= maximumSize else {
      throw DocumentProblem("", "the document is too large: more than \(maximumSize) values")
    }
    switch node {
    case .scalar(let scalar): return value(scalar, node)
    case .sequence(let sequence): return .list(try sequence.map { try document($0, &size) })
    case .mapping(let mapping):
      return .object(
        try mapping.map { key, value in
          guard let name = key.string else {
            throw DocumentProblem("", "a key that is not a text stands in the document")
          }
          return DocumentValue.Member(name, try document(value, &size))
        })
    case .alias:
      throw DocumentProblem("", "YAML aliases are not supported here; write the value out")
    }
  }

  private static func value(_ scalar: Node.Scalar, _ node: Node) -> DocumentValue {
    guard scalar.style == .plain || scalar.style == .any else { return .text(scalar.string) }
    if node.null != nil { return .null }
    if let flag = node.bool, ["true", "false"].contains(scalar.string.lowercased()) {
      return .boolean(flag)
    }
    let isNumber = scalar.string.wholeMatch(of: /-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil
    return isNumber ? .number(scalar.string) : .text(scalar.string)
  }
}

extension DocumentValue {
  /// A value as its JSON says it, keys in alphabetical order.
  init(encoding value: some Encodable) throws {
    let json = try JSONCoding.encoder().encode(value)
    self = try JSONDecoder().decode(JSONValue.self, from: json).document
  }
}

/// A JSON value as Foundation decodes it.
private enum JSONValue: Decodable {
  case null
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .boolean(flag)
    } else if let integer = try? container.decode(Int.self) {
      self = .integer(integer)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([JSONValue].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  var document: DocumentValue {
    switch self {
    case .null: .null
    case .boolean(let flag): .boolean(flag)
    case .integer(let integer): .number(String(integer))
    case .number(let number): .number(String(number))
    case .text(let text): .text(text)
    case .list(let list): .list(list.map(\.document))
    case .object(let object):
      .object(
        object.sorted { $0.key < $1.key }.map { DocumentValue.Member($0.key, $0.value.document) })
    }
  }
}
