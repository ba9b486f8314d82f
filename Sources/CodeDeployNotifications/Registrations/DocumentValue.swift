/// A value of a JSON or YAML document, before its meaning is known. Objects keep the document's
/// order.
package indirect enum DocumentValue: Sendable, Hashable {
  case null
  case boolean(Bool)
  /// A number as it is written.
  case number(String)
  case text(String)
  case list([DocumentValue])
  case object([Member])

  /// A key of an object and its value.
  package struct Member: Sendable, Hashable {
    /// The key.
    package var key: String
    /// The value.
    package var value: DocumentValue

    /// A member of an object.
    package init(_ key: String, _ value: DocumentValue) {
      self.key = key
      self.value = value
    }
  }

  /// The kind of value, for a message.
  var kind: String {
    switch self {
    case .null: "null"
    case .boolean: "a boolean"
    case .number: "a number"
    case .text: "a string"
    case .list: "a list"
    case .object: "an object"
    }
  }
}

extension DocumentValue {
  func text(at path: String) throws(DocumentProblem) -> String {
    guard case .text(let text) = self else {
      throw DocumentProblem(path, "must be a string, but is \(kind)")
    }
    guard !text.isEmpty else { throw DocumentProblem(path, "must not be empty") }
    return text
  }

  /// A text, or a number as it is written.
  func scalar(at path: String) throws(DocumentProblem) -> String {
    switch self {
    case .text(let text): return text
    case .number(let number): return number
    case .boolean(let flag): return flag ? "true" : "false"
    default: throw DocumentProblem(path, "must be a string or a number, but is \(kind)")
    }
  }

  /// A list, or a single value as a list of one.
  func texts(at path: String) throws(DocumentProblem) -> [String] {
    guard case .list(let values) = self else { return [try text(at: path)] }
    guard !values.isEmpty else { throw DocumentProblem(path, "must name at least one") }
    var texts: [String] = []
    for (index, value) in values.enumerated() {
      texts.append(try value.text(at: "\(path)[\(index)]"))
    }
    return texts
  }

  func members(at path: String) throws(DocumentProblem) -> [Member] {
    guard case .object(let members) = self else {
      throw DocumentProblem(path, "must be an object, but is \(kind)")
    }
    var seen: Set<String> = []
    for member in members where !seen.insert(member.key).inserted {
      throw DocumentProblem(path.appending(key: member.key), "is given twice")
    }
    return members
  }
}

extension String {
  /// The path of a key within this path.
  package func appending(key: String) -> String {
    let shown = key.isEmpty ? "\"\"" : key.printable
    return isEmpty ? shown : "\(self).\(shown)"
  }
}
