import ChannelKit
import CodeDeployNotifications
import Foundation

/// A webhook's address. Its path and query may have values of the notification filled in.
struct WebhookAddress: Sendable {
  let host: String
  let secrets: [Secret]
  private let template: RequestTemplate?
  /// The address, if nothing is filled in.
  private let text: String

  init(_ text: String) throws(SettingProblem) {
    guard text.contains("{{") else {
      let address = try WebAddress(text, setting: "url")
      (host, secrets, template) = (address.host, address.secrets, nil)
      self.text = address.url
      return
    }
    let address = try WebAddress(AddressRules.origin(of: text), setting: "url")
    (host, secrets) = (address.host, address.secrets)
    let filled = "\u{FFFC}"
    let parts = text.replacing(/\{\{.*?\}\}\}?/, with: filled).split(separator: "#", maxSplits: 1)
    guard parts.count < 2 || !parts[1].contains(filled) else {
      throw SettingProblem(
        "url",
        "can have {{…}} only in its path and query: what follows # isn't sent to a server")
    }
    self.text = text
    template = try RequestTemplate(text, setting: "url")
    // With its placeholders replaced the template must be a valid address too.
    _ = try WebAddress(text.replacing(/\{\{.*?\}\}\}?/, with: "x"), setting: "url")
  }

  /// The address for one message, with its values percent-encoded. Throws `DeliveryFailure` where a
  /// value would lead out of the path that the template has: a segment of dots can't be encoded, and
  /// anybody may have written the value.
  func url(_ values: @autoclosure () throws -> RequestValues) throws -> String {
    guard let template else { return text }
    let filled = template.render(try values()) { $0.percentEncoded }
    guard Self.dotSegments(in: filled) == Self.dotSegments(in: text) else {
      throw DeliveryFailure(
        .refused,
        "url: a value to fill in is “.” or “..”, which would lead to another path; nothing was sent"
      )
    }
    return try WebAddress(filled, setting: "url").url
  }

  /// How many of the path's segments name a folder relative to their own.
  private static func dotSegments(in url: String) -> Int {
    url.prefix { $0 != "?" && $0 != "#" }.split(separator: "/")
      .count { $0 == "." || $0 == ".." }
  }
}
