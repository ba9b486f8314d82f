/// Hosts that are this machine, so that nobody on a network can read what is sent to them.
package enum LoopbackHost {
  /// Whether a host is this machine by name or IP address, in lower case and without brackets.
  package static func names(_ host: some StringProtocol) -> Bool {
    host == "localhost" || host.hasSuffix(".localhost") || isNumber(host)
  }

  /// Whether a host is this machine by IP address.
  package static func isNumber(_ host: some StringProtocol) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    let isVersion4 = parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    return isVersion4 && parts[0] == "127" || host == "::1" || host == "0:0:0:0:0:0:0:1"
  }
}
