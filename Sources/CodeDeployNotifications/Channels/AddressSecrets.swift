import Foundation

/// Finds the parts of an address that may be secret, and shows an address without them.
package enum AddressSecrets {
  /// From this many bytes on, a single segment of the path, or a single value of the query, counts
  /// as a secret.
  private static let leastSegment = 16
  private static let leastValue = 6

  /// The user, the password, the path, the query and their longer parts, both percent-encoded and
  /// decoded.
  package static func of(_ address: String) -> [Secret] {
    guard let parts = URLComponents(string: address) else {
      return address.isEmpty ? [] : [Secret(address)]
    }
    var texts = [parts.percentEncodedUser, parts.percentEncodedPassword].compactMap { $0 }
    let path = parts.percentEncodedPath.drop { $0 == "/" }
    if path.utf8.count >= SecretNeedle.leastAnywhere { texts.append(String(path)) }
    texts += path.split(separator: "/").map(String.init).filter { $0.utf8.count >= leastSegment }
    if let query = parts.percentEncodedQuery, !query.isEmpty {
      texts += [query]
      texts += query.split(separator: "&").compactMap { pair in
        let value = pair.split(separator: "=", maxSplits: 1).last.map(String.init) ?? ""
        return value.utf8.count >= leastValue ? value : nil
      }
    }
    let meant = texts.compactMap(\.removingPercentEncoding)
    return Set(texts + meant).filter { !$0.isEmpty }.map(Secret.init)
  }

  /// `https://host/********`, with the port and without user, path and query; only the mask where
  /// no host is found.
  package static func masked(_ address: String) -> String {
    guard let (scheme, host, _) = taken(apart: address) else { return Secret.mask }
    return "\(scheme)://\(host)/\(Secret.mask)"
  }

  /// A name that somebody wrote, such as a key of a document, with addresses and credentials masked
  /// that were put there by mistake.
  package static func shown(name: String) -> String {
    name.replacing(/[A-Za-z]+:\/\/[^\s"]*/) { match in
      let address = String(match.output)
      return mayHoldSecret(address) ? masked(address) : address
    }
    .withoutCredentials
  }

  /// Whether there is more than scheme, host and port.
  package static func mayHoldSecret(_ address: String) -> Bool {
    guard let (_, _, hasMore) = taken(apart: address) else { return true }
    return hasMore
  }

  private static func taken(
    apart address: String
  ) -> (scheme: Substring, host: Substring, hasMore: Bool)? {
    guard let mark = address.firstRange(of: "://") else { return nil }
    let rest = address[mark.upperBound...]
    let end = rest.firstIndex { "/?#\\".contains($0) } ?? rest.endIndex
    let authority = rest[..<end]
    let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] }
    let scheme = address[..<mark.lowerBound]
    let isScheme = !scheme.isEmpty && scheme.allSatisfy { $0.isASCII && $0.isLetter }
    let shown = host ?? authority
    guard isScheme, !shown.isEmpty, !shown.contains(where: \.isWhitespace) else { return nil }
    return (scheme, shown, host != nil || !["", "/"].contains(rest[end...]))
  }
}
