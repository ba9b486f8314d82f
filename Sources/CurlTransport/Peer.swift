import CCurl

/// The server, for messages: the host, and the port unless it is the scheme's default.
struct Peer: Sendable, CustomStringConvertible {
  let host: String
  let port: String?

  var description: String { port.map { "\(host):\($0)" } ?? host }
}

/// A URL parsed by libcurl's own parser, so that the checks see what is used.
struct ParsedURL {
  let scheme: String
  let peer: Peer
  let path: String
  let hasUser: Bool
  let hasQuery: Bool

  /// `nil` for a URL that isn't absolute or can't be sent.
  init?(_ text: String) {
    // libcurl would ignore a third slash and use the path's first part as the host.
    guard !text.utf8.contains(0), !text.contains(":///"), let parts = curl_url() else { return nil }
    defer { curl_url_cleanup(parts) }
    guard curl_url_set(parts, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK,
      let scheme = Self.part(CURLUPART_SCHEME, of: parts)
    else { return nil }
    self.scheme = scheme
    let host = Self.part(CURLUPART_HOST, of: parts) ?? ""
    // Omits a port that is the scheme's default.
    let port = Self.part(CURLUPART_PORT, of: parts, flags: CURLU_NO_DEFAULT_PORT)
    peer = Peer(host: host, port: port)
    path = Self.part(CURLUPART_PATH, of: parts) ?? ""
    hasUser = Self.part(CURLUPART_USER, of: parts) != nil
    hasQuery = Self.part(CURLUPART_QUERY, of: parts) != nil
  }

  private static func part(
    _ part: CURLUPart, of parts: OpaquePointer, flags: Int32 = 0
  ) -> String? {
    var value: UnsafeMutablePointer<CChar>?
    guard curl_url_get(parts, part, &value, UInt32(flags)) == CURLUE_OK, let value else {
      return nil
    }
    defer { curl_free(value) }
    return String(cString: value)
  }
}
