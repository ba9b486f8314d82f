import CodeDeployNotifications

/// How values are escaped in a request body, by its content type.
enum RequestFormat: Sendable, Hashable {
  case json, form, text

  /// Throws `SettingProblem` for a content type that values can't be escaped for.
  init(contentType: String) throws(SettingProblem) {
    let type = contentType.split(separator: ";", omittingEmptySubsequences: false).first ?? ""
    let name = type.trimmingCharacters(in: .whitespaces).lowercased()
    let isField = contentType.unicodeScalars.allSatisfy { (32...126).contains($0.value) }
    switch name {
    case "application/json" where isField: self = .json
    case "application/x-www-form-urlencoded" where isField: self = .form
    case _ where isField && name.wholeMatch(of: /application\/[a-z0-9.-]+\+json/) != nil:
      self = .json
    case _ where isField && name.wholeMatch(of: /text\/[a-z0-9.+-]+/) != nil: self = .text
    default:
      throw SettingProblem(
        "content_type",
        "must be JSON (application/json), a form (application/x-www-form-urlencoded) or text/*: "
          + "values are escaped by it")
    }
  }

  /// Escapes a value, so that it can't end anything in the template.
  @Sendable func escape(_ text: String) -> String {
    switch self {
    case .json: text.escapedJSON
    case .form: text.percentEncoded
    case .text: text.cleaned
    }
  }
}

extension String {
  /// The text as it is between the quotes of a JSON string.
  var escapedJSON: String {
    var escaped = UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": escaped.append(contentsOf: "\\\"".unicodeScalars)
      case "\\": escaped.append(contentsOf: "\\\\".unicodeScalars)
      case "\n": escaped.append(contentsOf: "\\n".unicodeScalars)
      case "\r": escaped.append(contentsOf: "\\r".unicodeScalars)
      case "\t": escaped.append(contentsOf: "\\t".unicodeScalars)
      case _ where scalar.value < 32:
        let hex = String(scalar.value, radix: 16)
        escaped.append(contentsOf: "\\u00\(hex.count == 1 ? "0" : "")\(hex)".unicodeScalars)
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}
