import CCurl
import CodeDeployNotifications
import Foundation

extension HTTPFailure {
  /// The meaning of libcurl's code, in a sentence that contains nothing of the request except the
  /// peer.
  init(
    _ code: CURLcode, peer: Peer, handle: EasyHandle, caBundle: String?, connectTimeout: Duration,
    protocolName: String = "HTTP"
  ) {
    if let failure = HTTPFailure(ofProxy: code, peer: peer, handle: handle) {
      self = failure
      return
    }
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST:
      self.init(.unreachable, "can't find \(peer): its name is not known")
    case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED:
      self.init(.unreachable, "can't connect to \(peer): \(handle.connectionProblem)")
    case CURLE_OPERATION_TIMEDOUT:
      // The engine enforces the total time, so libcurl's time-out is the one for connecting.
      self.init(.timedOut, "can't connect to \(peer) within \(connectTimeout.inWords)")
    case CURLE_PEER_FAILED_VERIFICATION:
      self.init(.tls, "the certificate of \(peer) is not trusted\(handle.shownDetail)")
    case CURLE_SSL_CACERT_BADFILE:
      let file = caBundle.map { "the CA bundle \($0)" } ?? "the system's CA bundle"
      self.init(.tls, "can't connect to \(peer): \(file) is missing or holds no certificate")
    case _ where code.isAboutTLS:
      self.init(.tls, "the TLS handshake with \(peer) failed\(handle.shownDetail)")
    case CURLE_URL_MALFORMAT:
      self.init(.invalidRequest, "the request to \(peer) can't be sent: \(code.words)")
    case CURLE_GOT_NOTHING:
      self.init(.broken, "\(peer) closed the connection without an answer")
    case CURLE_PARTIAL_FILE:
      self.init(.broken, "\(peer) closed the connection before the end of its answer")
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY:
      self.init(.broken, "\(peer) answered with something that is not \(protocolName)")
    case CURLE_OUT_OF_MEMORY:
      // libcurl's word for a line of the header beyond 100 KiB, while Linux has memory as long as
      // the process lives.
      self.init(.tooLarge, "the answer from \(peer) has a header field larger than allowed")
    case CURLE_SEND_ERROR, CURLE_RECV_ERROR:
      self.init(.broken, "the connection to \(peer) broke")
    default:
      self.init(.broken, "the exchange with \(peer) failed: \(code.words)")
    }
  }

  /// The failure of a transfer that the engine stopped because its time was up.
  static func timedOut(_ peer: Peer, after timeout: Duration, handle: EasyHandle) -> HTTPFailure {
    timedOut(peer, after: timeout, wasConnected: handle.wasConnected)
  }

  static func timedOut(_ peer: Peer, after timeout: Duration, wasConnected: Bool) -> HTTPFailure {
    let time = timeout.inWords
    return wasConnected
      ? HTTPFailure(.timedOut, "\(peer) did not answer within \(time)")
      : HTTPFailure(.timedOut, "can't connect to \(peer) within \(time)")
  }

  /// The failure of a mail, not within TLS, to a server that took the connection and said nothing.
  static func noGreeting(from peer: Peer, within timeout: Duration) -> HTTPFailure {
    // A server that waits for TLS to begin is as silent.
    HTTPFailure(
      .timedOut,
      "\(peer) did not greet within \(timeout.inWords); a port that begins with TLS, such as 465, "
        + "needs security=tls")
  }
}

extension LibcurlRefusal {
  /// The failure for the caller.
  func failure(_ peer: Peer) -> HTTPFailure {
    // The value may be secret, and libcurl doesn't repeat it.
    HTTPFailure(
      code == CURLE_OUT_OF_MEMORY ? .broken : .invalidRequest,
      "the request to \(peer) can't be sent: \(code.words)")
  }
}

extension HTTPFailure {
  /// The reason in libcurl's description of a TLS failure, without OpenSSL's numbers and names. It
  /// may contain text of the server's certificate, so control characters are removed and its length
  /// is limited.
  static func reasonOfTLS(in detail: String) -> String {
    // OpenSSL has no more than a number for a connection that broke.
    guard !detail.contains("SSL_ERROR_SYSCALL") else { return "the connection broke" }
    // `OpenSSL/3.0.19: error:0A000410:SSL routines::` and a reason in words.
    return detail.replacing(/^.*error:[0-9A-F]{8}:[^:]*:[^:]*:/, with: "").oneLine
      .cut(to: 200, .utf16)
  }
}

extension EasyHandle {
  /// The reason of a TLS failure, after a colon.
  fileprivate var shownDetail: String {
    let reason = HTTPFailure.reasonOfTLS(in: detail)
    return reason.isEmpty ? "" : ": \(reason)"
  }
}

extension CURLcode {
  /// libcurl's description of the code, which contains nothing of the request.
  fileprivate var words: String { String(cString: curl_easy_strerror(self)).lowercased() }

  fileprivate var isAboutTLS: Bool {
    [
      CURLE_SSL_CONNECT_ERROR, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
      CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_USE_SSL_FAILED, CURLE_SSL_ENGINE_INITFAILED,
      CURLE_SSL_SHUTDOWN_FAILED, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR,
      CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT,
    ].contains(self)
  }
}

extension Duration {
  /// Whole milliseconds for libcurl, for which zero means no limit and some functions have 32 bits.
  var milliseconds: Int {
    let limit = Duration.milliseconds(Int32.max / 2)
    let (seconds, attoseconds) = min(max(self, .milliseconds(1)), limit).components
    return Int(seconds * 1000 + attoseconds / 1_000_000_000_000_000)
  }

  /// `10 s`, `1.5 s`, `300 ms`.
  fileprivate var inWords: String {
    let total = milliseconds
    if total < 1000 { return "\(total) ms" }
    return total % 1000 == 0 ? "\(total / 1000) s" : "\(Double(total) / 1000) s"
  }
}
