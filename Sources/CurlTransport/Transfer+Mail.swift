import CCurl
import CodeDeployNotifications

extension Transfer where Output == MailAnswer {
  /// A mail to a server, by libcurl's SMTP. Throws `HTTPFailure.Kind.invalidRequest` for a mail
  /// that wouldn't arrive as it is meant.
  init(
    _ request: MailRequest, caBundle: String?, configuration: CurlEngine.Configuration
  ) throws {
    let peer = Peer(host: request.host, port: String(request.port))
    try MailRules.check(request, peer)
    self.init(peer: peer, timeout: request.timeout) { handle in
      let dialogue = SMTPDialogue(request)
      try handle.setDialogue(dialogue)
      // Doesn't wait longer for the reply to QUIT.
      try handle.giveUp(when: { dialogue.isOver })
      // For libcurl, connecting includes the login, and many servers delay their greeting to new
      // clients for some seconds. So only the whole time limits it.
      try handle.setConnection(caBundle: caBundle, connectTimeout: request.timeout)
      try handle.setProxy(
        configuration.proxies, for: request.security == .tls ? "smtps" : "smtp")
      try handle.set(CURLOPT_TIMEOUT_MS, request.timeout.milliseconds)
      try handle.setServer(request, hello: request.hello ?? configuration.hostName())
      try handle.setMail(request)

      return { handle, code in
        if dialogue.isTooLarge {
          throw HTTPFailure(.tooLarge, "the answer from \(peer) is larger than allowed")
        }
        // The server's reply counts, and not how the connection ended after it.
        if let answer = dialogue.answer { return answer }
        switch code {
        case CURLE_OPERATION_TIMEDOUT
        where request.security != .tls && handle.wasTaken && !dialogue.wasGreeted:
          throw HTTPFailure.noGreeting(from: peer, within: request.timeout)
        case CURLE_OPERATION_TIMEDOUT:
          throw HTTPFailure.timedOut(
            peer, after: request.timeout, wasConnected: dialogue.wasGreeted)
        case CURLE_USE_SSL_FAILED where !dialogue.wasAskedForTLS:
          throw HTTPFailure(.tls, "\(peer) doesn't offer STARTTLS, so nothing was sent")
        case CURLE_LOGIN_DENIED:
          guard let code = dialogue.oddLoginReply else { return MailAnswer(.offersNoLogin) }
          throw HTTPFailure(
            .broken, "\(peer) answered the login with \(code), which neither accepts nor refuses it"
          )
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
  /// Sets the server, its encryption and the login.
  fileprivate func setServer(_ request: MailRequest, hello: String?) throws {
    let scheme = request.security == .tls ? "smtps" : "smtp"
    let host = request.host.contains(":") ? "[\(request.host)]" : request.host
    try set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
    // The path is the name in the greeting. Without one libcurl uses this host's name up to its
    // first dot.
    let path = (hello ?? "").replacing("[", with: "%5B").replacing("]", with: "%5D")
    try set(CURLOPT_URL, "\(scheme)://\(host):\(request.port)/\(path)")
    try set(CURLOPT_USE_SSL, request.security == .none ? 0 : Int(CURLUSESSL_ALL.rawValue))
    // The server could have closed a reused connection meanwhile, and libcurl doesn't repeat a mail
    // in that case.
    try set(CURLOPT_FRESH_CONNECT, 1)
    try set(CURLOPT_FORBID_REUSE, 1)
    guard let login = request.login else { return }
    try set(CURLOPT_USERNAME, login.username)
    try set(CURLOPT_PASSWORD, login.password.revealed)
    // libcurl uses the first mechanism that it and the server support, and never tries a second
    // one. So only those that work with a password everywhere are enabled. Without encryption, one
    // that doesn't reveal the password is preferred.
    let inTheClear = request.security == .none ? "AUTH=CRAM-MD5;" : ""
    try set(CURLOPT_LOGIN_OPTIONS, inTheClear + "AUTH=PLAIN;AUTH=LOGIN")
  }

  /// Sets the sender, the recipients and the message.
  fileprivate func setMail(_ request: MailRequest) throws {
    try set(CURLOPT_MAIL_FROM, request.sender)
    try setRecipients(request.recipients)
    // One message in two forms, the plainer one first (RFC 2046, 5.1.4).
    try setHeaders(request.headers.map(MailRules.folded) + ["Content-Type: multipart/alternative"])
    try setParts([
      ("text/plain; charset=utf-8", MailRules.lines(request.text)),
      ("text/html; charset=utf-8", MailRules.lines(request.html)),
    ])
  }

  /// Passes every line in both directions to the dialogue, which has to live as long as the
  /// transfer.
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
