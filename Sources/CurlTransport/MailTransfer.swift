import CCurl
import CodeDeployNotifications

extension Transfer where Output == MailAnswer {
  /// A mail on its way to a server, by libcurl's SMTP. Throws `HTTPFailure.Kind.invalidRequest` for
  /// one that would not arrive as it is meant.
  init(
    _ request: MailRequest, caBundle: String?, configuration: CurlEngine.Configuration
  ) throws {
    let peer = Peer(host: request.host, port: String(request.port))
    try MailRules.check(request, peer)
    self.init(peer: peer, timeout: request.timeout) { handle in
      let dialogue = SMTPDialogue(request)
      try handle.setDialogue(dialogue)
      // The farewell isn't waited for longer than that.
      try handle.giveUp(when: { dialogue.isOver })
      // To libcurl, connecting lasts until the login is done, and many servers let a new client
      // wait some seconds before they greet it: nothing but the whole time bounds that.
      try handle.setConnection(caBundle: caBundle, connectTimeout: request.timeout)
      try handle.setProxy(
        configuration.proxies, for: request.security == .tls ? "smtps" : "smtp")
      try handle.set(CURLOPT_TIMEOUT_MS, request.timeout.milliseconds)
      try handle.setServer(request, hello: request.hello ?? configuration.hostName())
      try handle.setMail(request)

      return { handle, code in
        if dialogue.isTooLarge {
          throw HTTPFailure(.tooLarge, "the answer of \(peer) is larger than allowed")
        }
        // What the server said counts, and not how the connection ended after that.
        if let answer = dialogue.answer { return answer }
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
          throw HTTPFailure.timedOut(
            peer, after: request.timeout, wasConnected: dialogue.wasGreeted)
        case CURLE_USE_SSL_FAILED where !dialogue.wasAskedForTLS:
          throw HTTPFailure(.tls, "\(peer) doesn't offer STARTTLS, so it gets nothing")
        case CURLE_LOGIN_DENIED: return MailAnswer(.offersNoLogin)
        case CURLE_OK:
          throw HTTPFailure(.broken, "\(peer) said nothing that makes sense")
        default:
          throw HTTPFailure(
            code, peer: peer, handle: handle, caBundle: caBundle,
            connectTimeout: request.timeout, protocolName: "SMTP")
        }
      }
    }
  }
}

extension EasyHandle {
  /// Which server, and how to speak to it.
  fileprivate func setServer(_ request: MailRequest, hello: String?) throws {
    let scheme = request.security == .tls ? "smtps" : "smtp"
    let host = request.host.contains(":") ? "[\(request.host)]" : request.host
    try set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
    // The path is the name to greet with. Without one libcurl takes the host's up to its first dot.
    let path = (hello ?? "").replacing("[", with: "%5B").replacing("]", with: "%5D")
    try set(CURLOPT_URL, "\(scheme)://\(host):\(request.port)/\(path)")
    try set(CURLOPT_USE_SSL, request.security == .none ? 0 : Int(CURLUSESSL_ALL.rawValue))
    // A connection that was kept could have been closed by the server meanwhile, and libcurl
    // doesn't repeat a mail that met that.
    try set(CURLOPT_FRESH_CONNECT, 1)
    try set(CURLOPT_FORBID_REUSE, 1)
    guard let login = request.login else { return }
    try set(CURLOPT_USERNAME, login.username)
    try set(CURLOPT_PASSWORD, login.password.revealed)
    // libcurl takes the first that it and the server know, and never a second one. So it is told
    // of those alone that work with a password everywhere; where nothing protects the connection,
    // one of them that doesn't show the password comes first.
    let inTheClear = request.security == .none ? "AUTH=CRAM-MD5;" : ""
    try set(CURLOPT_LOGIN_OPTIONS, inTheClear + "AUTH=PLAIN;AUTH=LOGIN")
  }

  /// What it gets.
  fileprivate func setMail(_ request: MailRequest) throws {
    try set(CURLOPT_MAIL_FROM, request.sender)
    try setRecipients(request.recipients)
    // One message in two forms, the plainer first (RFC 2046, 5.1.4).
    try setHeaders(request.headers.map(MailRules.folded) + ["Content-Type: multipart/alternative"])
    try setParts([
      ("text/plain; charset=utf-8", MailRules.lines(request.text)),
      ("text/html; charset=utf-8", MailRules.lines(request.html)),
    ])
  }

  /// Lets the dialogue hear every line in both directions; it has to live as long as the transfer.
  fileprivate func setDialogue(_ dialogue: SMTPDialogue) throws {
    let context = Unmanaged.passUnretained(dialogue).toOpaque()
    try check(
      ccurl_set_debug_callback(
        raw,
        { _, type, bytes, count, context in
          if type == CURLINFO_HEADER_OUT, let bytes, let context {
            let line = UnsafeRawBufferPointer(start: bytes, count: min(count, 16))
            Unmanaged<SMTPDialogue>.fromOpaque(context).takeUnretainedValue()
              .takeCommand(String(decoding: line, as: UTF8.self))
          }
          return 0
        }, context))
    try check(
      ccurl_set_header_callback(
        raw,
        { bytes, size, number, context in
          guard let bytes, let context else { return size * number }
          let line = UnsafeRawBufferPointer(start: bytes, count: size * number)
          let goesOn = Unmanaged<SMTPDialogue>.fromOpaque(context).takeUnretainedValue()
            .takeReply(line)
          return goesOn ? size * number : 0
        }, context))
  }
}
