import CodeDeployNotifications
import Foundation

/// The header fields that a user adds to a webhook's requests. Their values may have values of the
/// notification filled in.
struct WebhookFields: Sendable {
  /// A field's value as it is set.
  private struct Field: Sendable {
    var name: String
    var value: String
    /// `nil` where nothing is filled in.
    var template: RequestTemplate?
  }

  /// The fields of one message, and the secrets that only these have.
  struct Filled: Sendable {
    var fields: [HTTPField] = []
    var secrets: [Secret] = []
  }

  private let all: [Field]
  /// The secrets of the fields that are the same in all messages.
  let secrets: [Secret]

  /// Fields that the channel or the transport sets; a repeated field would be ambiguous.
  private static let ownFields: Set<String> = [
    "content-type", "content-length", "host", "transfer-encoding", "connection",
  ]
  /// What is filled in is cut to this: a description can be longer than a server takes a header.
  static let valueLimit = 1_000
  /// In bytes. Many servers take no more for all fields together.
  static let fieldLimit = 8 << 10

  init(_ family: [(name: String, value: String)]) throws(SettingProblem) {
    var all: [Field] = []
    for (name, value) in family {
      try Self.check(name, value: value)
      let template = try Self.template(value, name)
      all.append(Field(name: name, value: value, template: template))
    }
    self.all = all
    secrets = all.filter { $0.template == nil }.flatMap { Self.secrets(in: $0.value) }
  }

  /// The fields of a message. One that comes to nothing is left out. Throws `DeliveryFailure` for
  /// one that no server would take.
  func filled(_ values: @autoclosure () throws -> RequestValues) throws -> Filled {
    var filled = Filled()
    var shaped: RequestValues?
    for field in all {
      guard let template = field.template else {
        filled.fields.append(HTTPField(field.name, field.value))
        continue
      }
      let values = try shaped ?? values().changed { $0.oneLine.cut(to: Self.valueLimit, .utf16) }
      shaped = values
      let value = template.render(values) { $0 }.trimmingCharacters(in: .whitespaces)
      guard value.utf8.count <= Self.fieldLimit else {
        throw DeliveryFailure(
          .refused,
          "header.\(field.name) is longer than \(Self.fieldLimit >> 10) KB when filled in; nothing "
            + "was sent")
      }
      guard !value.isEmpty else { continue }
      filled.fields.append(HTTPField(field.name, value))
      // Values of the notification are no secrets, and a provider's answer may be about them.
      let own = Self.texts(around: field.value)
      if !own.isEmpty { filled.secrets += Self.secrets(in: value) + own.map { Secret($0) } }
    }
    return filled
  }

  /// `Bearer abc` may come back as `abc`.
  private static func secrets(in value: String) -> [Secret] {
    [Secret(value), Secret(String(value.split(separator: " ").last ?? ""))]
  }

  /// The words beside the tags of a template that may be a secret: neither a scheme such as
  /// `Bearer`, nor something as short as a separator.
  private static func texts(around template: String) -> [String] {
    let text = template.replacing(/\{\{.*?\}\}\}?/, with: "\n")
    return text.replacing(#/^[A-Za-z]+ /#, with: "").split(whereSeparator: \.isWhitespace)
      .filter { $0.count { $0.isLetter || $0.isNumber } > 3 }.map(String.init)
  }

  private static func template(
    _ value: String, _ name: String
  ) throws(SettingProblem) -> RequestTemplate? {
    guard value.contains("{{") else { return nil }
    return try RequestTemplate(value, setting: "header.\(name)")
  }

  /// Checks a header field; `value` is `nil` while it is an unresolved reference.
  static func check(_ name: String, value: String?) throws(SettingProblem) {
    let setting = "header.\(name)"
    // `token` of RFC 9110, 5.6.2.
    guard name.wholeMatch(of: /[A-Za-z0-9!#$%&'*+.^_`|~-]+/) != nil else {
      throw SettingProblem(setting, "isn't a header field name")
    }
    let lowercased = name.lowercased()
    guard !ownFields.contains(lowercased), !lowercased.hasPrefix("webhook-") else {
      throw SettingProblem(
        setting,
        lowercased == "content-type"
          ? "is set by the channel itself; content_type says which" : "is set by the channel itself"
      )
    }
    if let value { _ = try template(value, name) }
  }
}
