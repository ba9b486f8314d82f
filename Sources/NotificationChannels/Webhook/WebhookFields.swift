import CodeDeployNotifications

/// The header fields that a user adds to a webhook's requests.
struct WebhookFields: Sendable {
  let fields: [HTTPField]
  let secrets: [Secret]

  /// Fields that the channel or the transport sets; a repeated field would be ambiguous.
  private static let ownFields: Set<String> = [
    "content-type", "content-length", "host", "transfer-encoding", "connection",
  ]

  /// - Parameter named: The secrets that a value may use, as in `Bearer {{secret.token}}`.
  init(
    _ family: [(name: String, value: String)], secrets named: [String: String]
  ) throws(SettingProblem) {
    var fields: [HTTPField] = []
    var secrets: [Secret] = []
    for (name, template) in family {
      let value = try Self.filled(template, name, named)
      try Self.check(name, value: value)
      fields.append(HTTPField(name, value))
      // `Bearer abc` may come back as `abc`.
      secrets += [Secret(value), Secret(String(value.split(separator: " ").last ?? ""))]
    }
    self.fields = fields
    self.secrets = secrets
  }

  private static func filled(
    _ value: String, _ name: String, _ secrets: [String: String]
  ) throws(SettingProblem) -> String {
    guard value.contains("{{") else { return value }
    do {
      let template = try RequestTemplate(value, setting: "header.\(name)")
      return template.render(RequestValues(secrets: secrets)) { $0 }
    } catch {
      throw SettingProblem("header.\(name)", "\(error)")
    }
  }

  /// Checks a header field; `value` is `nil` while it is an unresolved reference.
  static func check(_ name: String, value: String?) throws(SettingProblem) {
    let setting = "header.\(name)"
    // `token` of RFC 9110, 5.6.2.
    guard name.wholeMatch(of: /[A-Za-z0-9!#$%&'*+.^_`|~-]+/) != nil else {
      throw SettingProblem(setting, "isn't a header field's name")
    }
    let lowercased = name.lowercased()
    guard !ownFields.contains(lowercased), !lowercased.hasPrefix("webhook-") else {
      throw SettingProblem(
        setting,
        lowercased == "content-type"
          ? "is set by the channel itself; content_type says which" : "is set by the channel itself"
      )
    }
    let isBroken = value?.unicodeScalars.contains { $0.value < 32 && $0 != "\t" || $0.value == 127 }
    if isBroken == true {
      throw SettingProblem(setting, "must not contain line ends or other control characters")
    }
  }
}
