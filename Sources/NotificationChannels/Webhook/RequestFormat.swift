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
        "must be JSON (application/json), a form (application/x-www-form-urlencoded) or text/*: it "
          + "decides how values are escaped")
    }
  }

  /// Escapes a value, so that it can't end anything in the template.
  @Sendable func escape(_ text: String) -> String {
    switch self {
    case .json: JSONText.escaped(text)
    case .form: text.percentEncoded
    case .text: text.cleaned
    }
  }
}
