/// A value of a JSON or YAML document, before its meaning is known. Objects keep the document's
/// order.
public indirect enum DocumentValue: Sendable, Hashable {
  case null
  case boolean(Bool)
  /// A number as it is written.
  case number(String)
  case text(String)
  case list([DocumentValue])
  case object([Member])

  /// A key of an object and its value.
  public struct Member: Sendable, Hashable {
    /// The key.
    public var key: String
    /// The value.
    public var value: DocumentValue

    /// A member of an object.
    public init(_ key: String, _ value: DocumentValue) {
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

/// A problem of a registration document or a channel SPEC, and its place.
public struct DocumentProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// The place, such as `notifications[0].slack_notification.name`; empty for the whole document.
  public var path: String
  /// What is wrong, and what would be right.
  public var reason: String
  /// The application of the registration that contains it; `nil` where it isn't known.
  public var application: String?

  /// A problem at a place of a document.
  public init(_ path: String, _ reason: String) {
    self.path = path
    self.reason = reason
  }

  /// The place and the reason. An address or a token that was put into the place by mistake is
  /// masked.
  public var description: String {
    path.isEmpty ? reason : "\(AddressSecrets.shown(name: path)): \(reason)"
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
  func appending(key: String) -> String {
    isEmpty ? key.printable : "\(self).\(key.printable)"
  }
}
