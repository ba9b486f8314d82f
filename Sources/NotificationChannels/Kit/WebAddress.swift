import CodeDeployNotifications
import Foundation

/// An address of a provider, read from a setting.
struct WebAddress {
  /// Absolute and percent-encoded, as a request takes it.
  let url: String
  /// What to call the other side: the host, never a path, which may hold a secret.
  let host: String
  /// What must not be shown: a user name and password within the address.
  let secrets: [Secret]

  /// Reads an `http` or `https` URL; blanks and letters beyond ASCII get percent-encoded.
  init(_ text: String, setting: String) throws(SettingProblem) {
    let problem = SettingProblem(setting, "must be an http or https URL with a host")
    guard let parts = URLComponents(string: text), let url = parts.string,
      let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https",
      let host = parts.host, !host.isEmpty
    else { throw problem }
    self.url = url
    self.host = host
    secrets = [parts.user, parts.password].compactMap { $0 }.map { Secret($0) }
  }

  /// A provider's public address, or the same path on another server: `base` replaces scheme,
  /// host and port, and the path comes after its own.
  static func of(
    _ path: String, on publicOrigin: String, movedTo base: String?
  ) throws(SettingProblem) -> WebAddress {
    guard let base else { return try WebAddress(publicOrigin + path, setting: "base_url") }
    let address = try WebAddress(base, setting: "base_url")
    guard !address.url.contains("?"), !address.url.contains("#") else {
      throw SettingProblem("base_url", "must not have a query or a fragment: a path is appended")
    }
    var trimmed = address.url
    while trimmed.hasSuffix("/") { trimmed.removeLast() }
    return try WebAddress(trimmed + path, setting: "base_url")
  }
}

extension SettingValues {
  /// A setting's text where it is known before references are resolved: `nil` for a reference.
  func literal(_ name: String) -> String? { text(name).flatMap(Self.literal) }

  /// What a value stands for, or `nil` if that is only known when it is used.
  static func literal(_ value: String) -> String? {
    if case .literal(let text) = SettingReference.read(value) { text } else { nil }
  }
}
