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

  /// The proxy for addresses of a scheme; empty for none, which is libcurl's way to say so.
  func proxy(for scheme: String) -> String {
    let own = "\(scheme.lowercased())_proxy"
    return first(of: [own, own.uppercased(), "all_proxy", "ALL_PROXY"])
  }

  /// The hosts that are reached without; empty for none.
  var exceptions: String { first(of: ["no_proxy", "NO_PROXY"]) }

  private func first(of names: [String]) -> String {
    names.lazy.compactMap { variables[$0] }.first ?? ""
  }

  /// The users and passwords in them: a proxy that refuses a request may send it back with them.
  package var secrets: [Secret] {
    Self.proxyNames.flatMap { name -> [Secret] in
      guard let value = variables[name], value.contains("@") else { return [] }
      return AddressSecrets.of(value.contains("://") ? value : "http://\(value)")
    }
  }
}

extension EasyHandle {
  /// How to get to addresses of a scheme.
  func setProxy(_ proxies: ProxySettings, for scheme: String) throws {
    try set(CURLOPT_PROXY, proxies.proxy(for: scheme))
    try set(CURLOPT_NOPROXY, proxies.exceptions)
  }
}
