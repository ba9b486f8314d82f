import CodeDeployNotifications
import Foundation

/// An address of a provider, read from a setting.
public struct WebAddress: Sendable {
  /// Absolute and percent-encoded, as a request takes it.
  public let url: String
  /// What to call the other side: the host, never a path, which may hold a secret.
  public let host: String
  /// What must not be shown: user and password, and what of path and query may be a secret.
  public let secrets: [Secret]

  /// Reads an `http` or `https` URL; blanks and letters beyond ASCII get percent-encoded.
  ///
  /// - Parameter setting: The setting that problems name; left out within `Setting.reading`.
  public init(_ text: String, setting: String? = nil) throws(SettingProblem) {
    let problem = SettingProblem(setting, "must be an http or https URL with a host")
    guard let parts = URLComponents(string: text), let url = parts.string,
      let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https",
      let host = parts.host, !host.isEmpty
    else { throw problem }
    if let port = parts.port, !(1...65_535).contains(port) {
      throw SettingProblem(setting, "names the port \(port); ports go from 1 to 65535")
    }
    self.url = url
    self.host = host
    secrets = AddressSecrets.of(url)
  }

  /// The address with a path behind its own, which is no secret.
  public func appending(_ path: String) -> WebAddress {
    var trimmed = url
    while trimmed.hasSuffix("/") { trimmed.removeLast() }
    return WebAddress(url: trimmed + path, host: host, secrets: secrets)
  }

  private init(url: String, host: String, secrets: [Secret]) {
    self.url = url
    self.host = host
    self.secrets = secrets
  }

  /// A provider's public address, known when the program is written: scheme and host, and a port or a
  /// path if need be.
  public static func known(_ origin: String) -> WebAddress {
    let host = URLComponents(string: origin)?.host
    precondition(host != nil, "\(origin) is no address")
    return WebAddress(url: origin, host: host ?? "", secrets: [])
  }

  /// The address as another server in place of a provider's: one with a path behind its own.
  fileprivate func asBase() throws(SettingProblem) -> WebAddress {
    guard !url.contains("?"), !url.contains("#") else {
      throw SettingProblem("must not have a query or a fragment: a path is appended")
    }
    return self
  }
}

extension Setting where Value == WebAddress {
  /// An `http` or `https` URL, to be set.
  public static func url(_ name: String, required: Requirement, _ summary: String = "") -> Self {
    Setting<String>.required(ChannelSetting(name, .url, required: true, summary)) { $0 }
      .reading { text throws(SettingProblem) in try WebAddress(text) }
  }

  /// A server to which paths are appended, to be set.
  public static func baseURL(
    _ name: String = "base_url", required: Requirement, _ summary: String = ""
  ) -> Self {
    url(name, required: required, summary).reading { url throws(SettingProblem) in
      try url.asBase()
    }
  }

  /// Another server in place of a provider's public one, `origin`.
  public static func baseURL(
    _ name: String = "base_url", inPlaceOf origin: String, _ summary: String? = nil
  ) -> Self {
    let known = WebAddress.known(origin)
    return Setting<WebAddress?>.baseURL(
      name, summary ?? "Another server in place of \(origin)"
    ).reading { (url: WebAddress?) throws(SettingProblem) -> WebAddress in url ?? known }
  }
}

extension Setting where Value == WebAddress? {
  /// An `http` or `https` URL.
  public static func url(_ name: String, _ summary: String = "") -> Self {
    Setting<String?>.optional(ChannelSetting(name, .url, summary)) { $0 }
      .reading { (text: String) throws(SettingProblem) in try WebAddress(text) }
  }

  /// A server to which paths are appended.
  public static func baseURL(_ name: String = "base_url", _ summary: String = "") -> Self {
    url(name, summary).reading { (url: WebAddress) throws(SettingProblem) in try url.asBase() }
  }
}
