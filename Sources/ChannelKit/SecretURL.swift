import CodeDeployNotifications
import Foundation

/// The address of a provider's incoming webhook. Whoever has it can post, so no part that could be
/// the secret is ever shown.
public struct SecretURL: Sendable {
  /// The provider's name in sentences: the host, but no path, which may contain a secret.
  public let host: String
  /// Every part that may be the secret.
  public let secrets: [Secret]
  private let parts: URLComponents

  /// Reads an `http` or `https` URL. Throws `SettingProblem`.
  ///
  /// - Parameter setting: The setting that problems name; left out within `Setting.reading`.
  public init(_ text: String, setting: String? = nil) throws(SettingProblem) {
    let address = try AddressRules.read(text, setting: setting)
    host = address.host
    secrets = AddressSecrets.of(address.url)
    var parts = address.parts
    parts.fragment = nil
    self.parts = parts
  }

  /// The path, percent-encoded.
  public var path: String { parts.percentEncodedPath }

  /// A value of the query; `nil` where it has none of that name.
  public func query(_ name: String) -> String? {
    parts.queryItems?.first { $0.name == name }?.value
  }

  /// The address with another path; `secret` is the part of that path to hide.
  public func at(path: String, secret: String) -> SecretURL {
    SecretURL(self, path: path, secret: secret)
  }

  private init(_ other: SecretURL, path: String, secret: String) {
    var parts = other.parts
    parts.percentEncodedPath = path
    self.parts = parts
    host = other.host
    secrets = other.secrets + [Secret(secret)]
  }

  /// The address for a request, with these values in its query, replacing others of the same names.
  /// The rest of the query stays unchanged byte for byte: it may be signed.
  public func url(setting items: [(name: String, value: String)] = []) -> String {
    var parts = parts
    parts.setQuery(items)
    return parts.string ?? ""
  }
}

extension Setting where Value == SecretURL {
  /// A required address that is secret because whoever has it can post.
  public static func secretURL(
    _ name: String, required: Requirement, _ summary: String = ""
  ) -> Self {
    Setting<String>.required(ChannelSetting(name, .url, secret: true, required: true, summary)) {
      $0
    }.reading { text throws(SettingProblem) in try SecretURL(text) }
  }
}

extension Setting where Value == SecretURL? {
  /// An optional address that is secret because whoever has it can post.
  public static func secretURL(_ name: String, _ summary: String = "") -> Self {
    Setting<String?>.optional(ChannelSetting(name, .url, secret: true, summary)) { $0 }
      .reading { (text: String) throws(SettingProblem) in try SecretURL(text) }
  }
}
