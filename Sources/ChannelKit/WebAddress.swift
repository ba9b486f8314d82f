import CodeDeployNotifications
import Foundation

/// An address of a provider, read from a setting.
public struct WebAddress: Sendable {
  /// The URL for a request: absolute and percent-encoded.
  public let url: String
  /// The provider's name in sentences: the host, but no path, which may contain a secret.
  public let host: String
  /// The parts that may be secret: user, password, and parts of path and query.
  public let secrets: [Secret]

  /// Reads an `http` or `https` URL. Blanks and characters beyond ASCII are percent-encoded. Throws
  /// `SettingProblem`.
  ///
  /// - Parameter setting: The setting that problems name; left out within `Setting.reading`.
  public init(_ text: String, setting: String? = nil) throws(SettingProblem) {
    let address = try AddressRules.read(text, setting: setting)
    url = address.url
    host = address.host
    secrets = AddressSecrets.of(address.url)
  }

  /// The address with a path, which isn't secret, appended to its own.
  public func appending(_ path: String) -> WebAddress {
    var trimmed = url
    while trimmed.hasSuffix("/") { trimmed.removeLast() }
    return WebAddress(url: trimmed + path, host: host, secrets: secrets)
  }

  /// The address with one more segment of the path, which is percent-encoded: a `/` in it begins
  /// no other segment. Throws `SettingProblem` for an empty text and for `.` and `..`, which name
  /// another path however they are encoded.
  public func appending(segment: String) throws(SettingProblem) -> WebAddress {
    guard !["", ".", ".."].contains(segment) else {
      throw SettingProblem("must not be empty, . or ..")
    }
    return appending("/" + segment.percentEncoded)
  }

  /// The URL for a request with these values in its query, percent-encoded, replacing others of the
  /// same names. The rest of the query stays unchanged byte for byte.
  public func url(setting items: [(name: String, value: String)]) -> String {
    guard !items.isEmpty, var parts = URLComponents(string: url) else { return url }
    parts.setQuery(items)
    return parts.string ?? url
  }

  /// The URL without user and password, to be kept where a secret mustn't be.
  package var urlWithoutUser: String {
    guard var parts = URLComponents(string: url), parts.user != nil || parts.password != nil else {
      return url
    }
    (parts.user, parts.password) = (nil, nil)
    return parts.string ?? url
  }

  private init(url: String, host: String, secrets: [Secret]) {
    self.url = url
    self.host = host
    self.secrets = secrets
  }

  /// A provider's public address in the source code: scheme and host, and optionally a port and a
  /// path.
  public static func known(_ origin: String) -> WebAddress {
    let host = URLComponents(string: origin)?.host
    precondition(host != nil, "\(origin) is no address")
    return WebAddress(url: origin, host: host ?? "", secrets: [])
  }

  /// The address as a server to which paths are appended, in place of a provider's own.
  fileprivate func asBase() throws(SettingProblem) -> WebAddress {
    guard !url.contains("?"), !url.contains("#") else {
      throw SettingProblem("must not have a query or a fragment, because a path is appended")
    }
    return self
  }
}

extension URLComponents {
  /// Sets values of the query, replacing others of the same names.
  mutating func setQuery(_ items: [(name: String, value: String)]) {
    let added = items.map { (name: $0.name.percentEncoded, value: $0.value.percentEncoded) }
    var pairs = (percentEncodedQuery ?? "").split(separator: "&").map(String.init)
    pairs.removeAll { pair in
      added.contains { pair == $0.name || pair.hasPrefix("\($0.name)=") }
    }
    pairs += added.map { "\($0.name)=\($0.value)" }
    percentEncodedQuery = pairs.isEmpty ? nil : pairs.joined(separator: "&")
  }
}

extension Setting where Value == WebAddress {
  /// A required `http` or `https` URL.
  public static func url(_ name: String, required: Requirement, _ summary: String = "") -> Self {
    Setting<String>.required(ChannelSetting(name, .url, required: true, summary)) { $0 }
      .reading { text throws(SettingProblem) in try WebAddress(text) }
  }

  /// A required server to which paths are appended.
  public static func baseURL(
    _ name: String = "base_url", required: Requirement, _ summary: String = ""
  ) -> Self {
    url(name, required: required, summary).reading { url throws(SettingProblem) in
      try url.asBase()
    }
  }

  /// A server in place of a provider's public one, `origin`.
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
  /// An optional `http` or `https` URL.
  public static func url(_ name: String, _ summary: String = "") -> Self {
    Setting<String?>.optional(ChannelSetting(name, .url, summary)) { $0 }
      .reading { (text: String) throws(SettingProblem) in try WebAddress(text) }
  }

  /// An optional server to which paths are appended.
  public static func baseURL(_ name: String = "base_url", _ summary: String = "") -> Self {
    url(name, summary).reading { (url: WebAddress) throws(SettingProblem) in try url.asBase() }
  }
}
