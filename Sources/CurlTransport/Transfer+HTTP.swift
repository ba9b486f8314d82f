import CCurl
import CodeDeployNotifications

extension Transfer where Output == HTTPResponse {
  /// An HTTP exchange. Throws `HTTPFailure.Kind.invalidRequest` for a request that libcurl wouldn't
  /// send as it is meant.
  init(
    _ request: HTTPRequest, caBundle: String?, configuration: CurlEngine.Configuration
  ) throws {
    let url = try RequestRules.check(request)
    self.init(peer: url.peer, timeout: request.timeout) { handle in
      let receiver = ResponseReceiver(maximumBodyBytes: request.maximumResponseBytes)
      try handle.setReceiver(receiver)
      try handle.setConnection(
        caBundle: caBundle, connectTimeout: min(configuration.connectTimeout, request.timeout))
      try handle.setMessage(request, userAgent: configuration.userAgent)
      if let signature = request.signature { try handle.setSignature(signature) }
      let scheme = request.url.prefix { $0 != ":" }
      try handle.setProxy(
        request.bypassesProxy ? ProxySettings() : configuration.proxies, for: String(scheme))

      return { handle, code in
        if receiver.isTooLarge {
          throw HTTPFailure(.tooLarge, "the answer from \(url.peer) is larger than allowed")
        }
        guard code == CURLE_OK || receiver.isCut else {
          throw HTTPFailure(
            code, peer: url.peer, handle: handle, caBundle: caBundle,
            connectTimeout: min(configuration.connectTimeout, request.timeout))
        }
        guard let response = receiver.response else {
          throw HTTPFailure(
            .broken, "\(url.peer) closed the connection in the middle of its answer's headers")
        }
        // A tunnel's proxy answers earlier, and no server asks for a proxy's password.
        if response.status == 407, scheme.lowercased() == "http", let proxy = handle.proxy {
          throw HTTPFailure(answer: 407, of: proxy, for: url.peer)
        }
        return response
      }
    }
  }
}

extension EasyHandle {
  /// How to connect to the server, and whom to trust there.
  func setConnection(caBundle: String?, connectTimeout: Duration) throws {
    try set(CURLOPT_NOSIGNAL, 1)
    // Otherwise a name server that hangs would block the whole engine: libcurl waits for its
    // resolver thread before it frees a cancelled transfer.
    try set(CURLOPT_QUICK_EXIT, 1)
    try setCloseOnExec()
    try set(CURLOPT_CONNECTTIMEOUT_MS, connectTimeout.milliseconds)
    try set(CURLOPT_TCP_KEEPALIVE, 1)
    if let caBundle {
      // Only these CAs: without this libcurl would also search the system's folder.
      try set(CURLOPT_CAINFO, caBundle)
      try reset(CURLOPT_CAPATH)
    } else {
      // A distribution's file and folder contain the same CAs, so one of them is enough.
      switch SystemCAs.here {
      case .folder(let folder):
        try reset(CURLOPT_CAINFO)
        try set(CURLOPT_CAPATH, folder)
      case .file: try reset(CURLOPT_CAPATH)
      case .unknown: break
      }
    }
  }

  /// Sets the method, the header fields and the body.
  fileprivate func setMessage(_ request: HTTPRequest, userAgent: String) throws {
    try set(CURLOPT_PROTOCOLS_STR, "http,https")
    try set(CURLOPT_FOLLOWLOCATION, 0)
    try set(CURLOPT_HTTP09_ALLOWED, 0)
    try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
    try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    try set(CURLOPT_URL, request.url)
    if request.needsNewConnection { try set(CURLOPT_FRESH_CONNECT, 1) }
    try set(CURLOPT_USERAGENT, userAgent)
    switch request.method {
    case .get:
      try set(CURLOPT_HTTPGET, 1)
    case .post, .put:
      try set(CURLOPT_POST, 1)
      try setBody(request.body)
      // libcurl can send a PUT from memory as a POST with another method; its upload mode would
      // read the body by a callback.
      if request.method == .put { try set(CURLOPT_CUSTOMREQUEST, "PUT") }
    }

    var lines = request.headers.map { field in
      // libcurl removes the header for "Name:", and writes one without a value for "Name;".
      field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"
    }
    if let token = request.signature?.credentials.sessionToken {
      lines.append("X-Amz-Security-Token: \(token.revealed)")
    }
    // libcurl adds header fields to a body: a form's content type, and for a large body `Expect`,
    // which waits a second for servers that don't support it. They can be removed, but not from a
    // request that libcurl signs: it would sign the removal as a header field.
    if request.method != .get && request.signature == nil {
      let names = Set(request.headers.map { $0.name.lowercased() })
      for name in ["Content-Type", "Expect"] where !names.contains(name.lowercased()) {
        lines.append("\(name):")
      }
    }
    try setHeaders(lines)
  }

  fileprivate func setSignature(_ signature: AWSSignature) throws {
    try set(CURLOPT_AWS_SIGV4, "aws:amz:\(signature.region):\(signature.service)")
    try set(CURLOPT_USERNAME, signature.credentials.accessKeyID)
    try set(CURLOPT_PASSWORD, signature.credentials.secretAccessKey.revealed)
  }
}
