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
    let origin = Self.origin(of: text)
    guard !origin.contains("{"), !origin.contains("}") else {
      throw SettingProblem(
        "url", "takes {{…}} only in its path and query: whom to send to is yours to say")
    }
    self.text = text
    let address = try WebAddress(origin, setting: "url")
    (host, secrets) = (address.host, address.secrets)
    do {
      template = try RequestTemplate(text, setting: "url")
    } catch {
      throw SettingProblem("url", "\(error)")
    }
    // With its placeholders replaced the template must be a valid address too.
    _ = try WebAddress(text.replacing(/\{\{.*?\}\}\}?/, with: "x"), setting: "url")
  }

  /// Scheme, user, host and port.
  private static func origin(of text: String) -> String {
    guard let scheme = text.firstRange(of: "://") else { return text }
    let rest = text[scheme.upperBound...]
    return String(text[..<(rest.firstIndex { "/?#".contains($0) } ?? text.endIndex)])
  }

  /// The address for one message, with its values percent-encoded.
  func url(_ values: @autoclosure () throws -> RequestValues) throws -> String {
    guard let template else { return text }
    let filled = template.render(try values()) { $0.percentEncoded }
    return try WebAddress(filled, setting: "url").url
  }
}
