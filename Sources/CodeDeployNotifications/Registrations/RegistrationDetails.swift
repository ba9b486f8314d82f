import Foundation

/// The parts of a document's registration that describe the application and the rules for its
/// deployments.
struct RegistrationDetails: Sendable {
  var labels: [String: String] = [:]
  var overdueAfter: Duration?
  var accounts: [String: String] = [:]

  static let keys = ["labels", "overdue_after", "accounts"]

  /// Reads them from a registration's members. Throws `DocumentProblem`.
  init(_ values: [String: DocumentValue], at path: String) throws {
    if let value = values["labels"] {
      labels = try Self.texts(value, at: path.appending(key: "labels"))
    }
    if let value = values["accounts"] {
      accounts = try Self.accounts(value, at: path.appending(key: "accounts"))
    }
    if let value = values["overdue_after"] {
      overdueAfter = try Self.duration(value, at: path.appending(key: "overdue_after"))
    }
  }

  /// Names of accounts by their ids, which have twelve digits.
  static func accounts(_ value: DocumentValue, at path: String) throws -> [String: String] {
    let accounts = try texts(value, at: path)
    for id in accounts.keys.sorted() where id.wholeMatch(of: /[0-9]{12}/) == nil {
      throw DocumentProblem(path.appending(key: id), "is not an account's id, which has 12 digits")
    }
    return accounts
  }

  /// An object of texts to show, each of which is one non-empty line.
  private static func texts(_ value: DocumentValue, at path: String) throws -> [String: String] {
    var texts: [String: String] = [:]
    let members = try value.members(at: path)
    try RegistrationRules.checkCount(members.count, at: path)
    for member in members {
      let place = path.appending(key: member.key)
      let text = try member.value.text(at: place)
      for (what, part) in [("the name", member.key), ("the value", text)] {
        guard (1...200).contains(part.count), part.oneLine == part else {
          throw DocumentProblem(
            place, "\(what) must be one line of 1 to 200 characters, without control characters")
        }
      }
      texts[member.key] = text
    }
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
