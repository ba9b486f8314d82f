import Foundation

/// The rules for addresses that requests are made to.
package enum AddressRules {
  /// What is wrong with an address, as what follows its name; `nil` for nothing. The address isn't
  /// repeated: it may contain a password.
  package static func problem(_ text: String) -> String? {
    do throws(SettingProblem) {
      _ = try read(text)
      return nil
    } catch {
      return error.reason
    }
  }

  /// An address that requests can be made to.
  package struct Address {
    /// Absolute and percent-encoded.
    package var url: String
    package var host: String
    package var parts: URLComponents
  }

  /// Reads an address. Throws what is wrong with it, without repeating it.
  ///
  /// - Parameter setting: The setting that the problem names.
  package static func read(
    _ text: String, setting: String? = nil
  ) throws(SettingProblem) -> Address {
    guard !origin(of: text).contains("{{") else {
      throw SettingProblem(
        setting, "has {{…}} in its host: a deployment must not choose the host")
    }
    guard let parts = URLComponents(string: text), let url = parts.string,
      let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
      let host = parts.host, !host.isEmpty
    else {
      throw SettingProblem(
        setting,
        ["http://", "https://"].contains(where: text.lowercased().hasPrefix)
          ? "is not a valid URL; one looks like https://host/path"
          : "is not an http or https URL; one looks like https://host/path")
    }
    guard isHost(host) else { throw SettingProblem(setting, "has no valid host name") }
    if let port = parts.port, !(1...65_535).contains(port) {
      throw SettingProblem(setting, "names the port \(port); ports go from 1 to 65535")
    }
    return Address(url: url, host: host, parts: parts)
  }

  /// Scheme, user, host and port.
  package static func origin(of text: String) -> String {
    guard let scheme = text.firstRange(of: "://") else { return text }
    let rest = text[scheme.upperBound...]
    return String(text[..<(rest.firstIndex { "/?#".contains($0) } ?? text.endIndex)])
  }

  /// Whether a host, with percent-encoding undone, is a name or a number that libcurl takes.
  private static func isHost(_ host: String) -> Bool {
    if host.contains(":") {
      let bare =
        host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host[...]
      return isIPv6(String(bare.prefix { $0 != "%" }))
    }
    return !host.unicodeScalars.contains { scalar in
      scalar.value <= 0x20 || scalar.value == 0x7F
        || "\"%/\\?#@<>[]^`{|}".unicodeScalars.contains(scalar)
    }
  }

  /// Whether a text is an IPv6 address, without brackets and zone.
  static func isIPv6(_ text: String) -> Bool {
    var address = in6_addr()
    return inet_pton(AF_INET6, text, &address) == 1
  }
}
