import Foundation

/// The parts of a document's registration that describe the application and the rules for its
/// deployments.
struct RegistrationDetails: Sendable {
  var labels: [String: String] = [:]
  var overdueAfter: Duration?
  var accounts: [String: String] = [:]

  static let keys = ["labels", "overdue_after", "accounts"]

  /// Reads them from a registration's members. Throws `DocumentProblem`, or `DocumentProblems`
  /// where there are several.
  init(_ values: [String: DocumentValue], at path: String) throws {
    var problems = DocumentProblems()
    try problems.attempt {
      guard let value = values["labels"] else { return }
      let place = path.appending(key: "labels")
      labels = try Self.texts(value, at: place)
      try RegistrationRules.checkLabelCount(labels.count, at: place)
    }
    try problems.attempt {
      guard let value = values["accounts"] else { return }
      accounts = try Self.accounts(value, at: path.appending(key: "accounts"))
    }
    try problems.attempt {
      guard let value = values["overdue_after"] else { return }
      overdueAfter = try Self.duration(value, at: path.appending(key: "overdue_after"))
    }
    try problems.throwIfAny()
  }

  /// Names of accounts by their ids, which have twelve digits.
  static func accounts(_ value: DocumentValue, at path: String) throws -> [String: String] {
    try texts(value, at: path) { id, place throws(DocumentProblem) in
      guard id.wholeMatch(of: /[0-9]{12}/) != nil else {
        throw DocumentProblem(place, "is not an account id, which has 12 digits")
      }
    }
  }

  /// An object of texts to show, each of which is one non-empty line.
  private static func texts(
    _ value: DocumentValue, at path: String,
    checkingNames check: (String, String) throws(DocumentProblem) -> Void = { _, _ in }
  ) throws -> [String: String] {
    var texts: [String: String] = [:]
    let members = try value.members(at: path)
    try RegistrationRules.checkCount(members.count, at: path)
    var problems = DocumentProblems()
    for member in members {
      try problems.attempt {
        let place = path.appending(key: member.key)
        try check(member.key, place)
        let text = try member.value.text(at: place)
        for (what, part) in [("the name", member.key), ("the value", text)] {
          guard (1...200).contains(part.count), part.oneLine == part else {
            throw DocumentProblem(
              place, "\(what) must be one line of 1 to 200 characters, without control characters")
          }
        }
        texts[member.key] = text
      }
    }
    try problems.throwIfAny()
    return texts
  }

  private static func duration(_ value: DocumentValue, at path: String) throws -> Duration {
    guard case .text(let text) = value, let duration = Duration(written: text), duration > .zero,
      text.contains(where: \.isLetter)
    else { throw DocumentProblem(path, "must be a duration with its unit, such as 45m or 2h") }
    return duration
  }
}

extension Duration {
  /// The form that `Duration(written:)` reads: `1h30m`.
  package var written: String {
    var seconds = Int(inSeconds.rounded())
    var text = ""
    for (unit, length) in [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]
    where seconds >= length {
      text += "\(seconds / length)\(unit)"
      seconds %= length
    }
    return text.isEmpty ? "0s" : text
  }
}
