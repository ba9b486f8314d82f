import CCurl
import CodeDeployNotifications
import Foundation

/// The proxies that variables of an environment name, read as libcurl reads its process's: a variable
/// for each scheme, and one for the rest. Each exchange passes its proxy to libcurl, so that libcurl
/// reads no environment.
///
/// https://everything.curl.dev/usingcurl/proxies/env.html
package struct ProxySettings: Sendable {
  private let variables: [String: String]

  /// - Parameter variables: An environment; only its variables for proxies are read.
  package init(_ variables: [String: String] = [:]) {
    self.variables = variables.filter { Self.names.contains($0.key) && !$0.value.isEmpty }
  }

  /// `HTTP_PROXY` is no name: a web server's child finds a header of whoever asks there.
  private static let proxyNames = [
    "http_proxy", "https_proxy", "HTTPS_PROXY", "smtp_proxy", "SMTP_PROXY", "smtps_proxy",
    "SMTPS_PROXY", "all_proxy", "ALL_PROXY",
  ]

  /// Every variable that is looked at.
  package static let names = Set(proxyNames + ["no_proxy", "NO_PROXY"])

  /// The proxy for addresses of a scheme; `nil` for none.
  func proxy(for scheme: String) -> Proxy? {
    let own = "\(scheme.lowercased())_proxy"
    return [own, own.uppercased(), "all_proxy", "ALL_PROXY"].lazy.compactMap { name in
      variables[name].map { Proxy(address: $0, variable: name) }
    }.first
  }

  /// The hosts that are reached without; empty for none.
  var exceptions: String { variables["no_proxy"] ?? variables["NO_PROXY"] ?? "" }

  /// The users and passwords in them: a proxy that refuses a request may send it back with them.
  package var secrets: [Secret] {
    Self.proxyNames.flatMap { name -> [Secret] in
      guard let value = variables[name], value.contains("@") else { return [] }
      return AddressSecrets.of(value.contains("://") ? value : "http://\(value)")
    }
  }
}

/// A proxy, and the variable that names it.
struct Proxy: Sendable, CustomStringConvertible {
  /// What the variable holds: a URL or a host, maybe with a password.
  let address: String
  let variable: String

  /// `nil` where the address isn't one.
  var peer: Peer? {
    ParsedURL(address.contains("://") ? address : "http://\(address)").map(\.peer)
  }

  /// Without what may be secret.
  var description: String { peer.map { "\($0)" } ?? "in \(variable)" }
}

extension EasyHandle {
  /// How to get to addresses of a scheme.
  func setProxy(_ proxies: ProxySettings, for scheme: String) throws {
    proxy = proxies.proxy(for: scheme)
    // An empty text is libcurl's way to say that there is none.
    try set(CURLOPT_PROXY, proxy?.address ?? "")
    try set(CURLOPT_NOPROXY, proxies.exceptions)
  }
}
