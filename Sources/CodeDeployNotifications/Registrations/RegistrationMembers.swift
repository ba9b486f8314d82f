/// The members of a document's registration, read key by key. Problems are collected, so that one
/// doesn't hide the next.
struct RegistrationMembers {
  private let values: [String: DocumentValue]
  private let path: String
  private var problems: DocumentProblems
  /// Whether a key is unknown. Another one that seems to be missing may be that one, misspelt.
  private let hasUnknownKey: Bool

  /// Throws `DocumentProblem` where the document isn't an object.
  init(
    _ document: DocumentValue, at path: String, keys: [String], synonyms: [String: String]
  ) throws {
    var problems = DocumentProblems()
    var values: [String: DocumentValue] = [:]
    for member in try document.members(at: path) {
      try problems.attempt {
        guard keys.contains(member.key) else {
          throw DocumentProblem(
            path.appending(key: member.key),
            "unknown key; " + NearestName.hint(member.key, among: keys, synonyms: synonyms))
        }
        values[member.key] = member.value
      }
    }
    self.values = values
    self.path = path
    self.problems = problems
    hasUnknownKey = !problems.problems.isEmpty
  }

  /// What `read` makes of a key's value; `nil` where the document doesn't have the key, and where
  /// `read` threw a problem.
  mutating func read<Value>(
    _ key: String, _ read: (DocumentValue, String) throws -> Value
  ) throws -> Value? {
    guard let value = values[key] else { return nil }
    return try problems.attempt { try read(value, path.appending(key: key)) }
  }

  /// The same for a key that every registration has. `read` gets `nil` where it is missing, and
  /// isn't called where it may be there under another name.
  mutating func readRequired<Value>(
    _ key: String, _ read: (DocumentValue?, String) throws -> Value
  ) throws -> Value? {
    guard values[key] != nil || !hasUnknownKey else { return nil }
    return try problems.attempt { try read(values[key], path.appending(key: key)) }
  }

  mutating func text(
    _ key: String, _ check: (String, String) throws -> Void
  ) throws -> String? {
    try read(key) { value, path in
      let text = try value.text(at: path)
      try check(text, path)
      return text
    }
  }

  mutating func texts(
    _ key: String, _ check: ([String], String) throws -> Void
  ) throws -> [String]? {
    try read(key) { value, path in
      let texts = try value.texts(at: path)
      try check(texts, path)
      return texts
    }
  }

  mutating func details() throws -> RegistrationDetails? {
    try problems.attempt { try RegistrationDetails(values, at: path) }
  }

  /// Throws the problems, if there are any, with the application that they are about.
  mutating func check(application: String?) throws {
    if let application { problems.concern(application: application) }
    try problems.throwIfAny()
  }
}
