import CCurl

/// The server at the other end, as messages name it: the host, and the port where it isn't the
/// scheme's own.
struct Peer: Sendable, CustomStringConvertible {
  let host: String
  let port: String?

  var description: String { port.map { "\(host):\($0)" } ?? host }
}

/// A URL taken apart by libcurl's own parser, so that what is checked is what is used.
struct ParsedURL {
  let scheme: String
  let peer: Peer
  let path: String
  let hasUser: Bool
  let hasQuery: Bool

  /// Nil for a URL that isn't absolute or can't be sent.
  init?(_ text: String) {
    // libcurl would overlook a third slash and take the path's first part for the host.
    guard !text.utf8.contains(0), !text.contains(":///"), let parts = curl_url() else { return nil }
    defer { curl_url_cleanup(parts) }
    guard curl_url_set(parts, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK,
      let scheme = Self.part(CURLUPART_SCHEME, of: parts)
    else { return nil }
    self.scheme = scheme
    let host = Self.part(CURLUPART_HOST, of: parts) ?? ""
    // Without a port where the URL gives the one that its scheme has anyway.
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
