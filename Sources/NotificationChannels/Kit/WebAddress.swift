import CodeDeployNotifications
import Foundation

/// An address of a provider, read from a setting.
struct WebAddress {
  /// Absolute and percent-encoded, as a request takes it.
  let url: String
  /// What to call the other side: the host, never a path, which may hold a secret.
  let host: String
  /// What must not be shown: user and password, and what of path and query may be a secret.
  let secrets: [Secret]

  /// Reads an `http` or `https` URL; blanks and letters beyond ASCII get percent-encoded.
  init(_ text: String, setting: String) throws(SettingProblem) {
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
  func appending(_ path: String) -> WebAddress {
    var trimmed = url
    while trimmed.hasSuffix("/") { trimmed.removeLast() }
    return WebAddress(url: trimmed + path, host: host, secrets: secrets)
  }

  private init(url: String, host: String, secrets: [Secret]) {
    self.url = url
    self.host = host
    self.secrets = secrets
  }

  /// A provider's public address, or the same path on another server: `base` replaces scheme,
  /// host and port, and the path comes after its own.
  static func of(
    _ path: String, on publicOrigin: String, movedTo base: String?
  ) throws(SettingProblem) -> WebAddress {
    guard let base else {
      return try WebAddress(publicOrigin, setting: "base_url").appending(path)
    }
    let address = try WebAddress(base, setting: "base_url")
    guard !address.url.contains("?"), !address.url.contains("#") else {
      throw SettingProblem("base_url", "must not have a query or a fragment: a path is appended")
    }
    return address.appending(path)
  }
}
