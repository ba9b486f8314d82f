import CCurl
import CodeDeployNotifications
import Foundation

extension HTTPFailure {
  /// The failure of a transfer that didn't get past the proxy, of which the server knows nothing;
  /// `nil` for another one.
  init?(ofProxy code: CURLcode, peer: Peer, handle: EasyHandle) {
    guard let proxy = handle.proxy else { return nil }
    let status = handle.tunnelStatus
    if code != CURLE_OK, status >= 300 {
      self.init(answer: status, of: proxy, for: peer)
      return
    }
    switch code {
    case CURLE_URL_MALFORMAT where proxy.peer == nil,
      CURLE_COULDNT_RESOLVE_PROXY where proxy.peer == nil,
      CURLE_COULDNT_CONNECT where handle.detail.contains("nsupported proxy"):
      self.init(
        .unreachable, "can't connect to \(peer): \(proxy.variable) is not the address of a proxy")
    case CURLE_COULDNT_RESOLVE_PROXY:
      self.init(
        .unreachable, "can't connect to \(peer): the name of the proxy \(proxy) is not known")
    case CURLE_PROXY:
      self.init(.unreachable, "can't connect to \(peer): the proxy \(proxy) refused")
    case CURLE_COULDNT_CONNECT where handle.wasTrying(proxy):
      self.init(
        .unreachable,
        "can't connect to the proxy \(proxy) for \(peer): \(handle.connectionProblem)")
    default: return nil
    }
  }

  /// The failure for what a proxy answered in place of the server. The request may be sent once the
  /// proxy allows it.
  init(answer status: Int, of proxy: Proxy, for peer: Peer) {
    let hint = status == 407 ? ": check the user and password in \(proxy.variable)" : ""
    self.init(
      .unreachable, "the proxy \(proxy) answered \(status) to the request for \(peer)\(hint)")
  }
}

extension EasyHandle {
  /// Whether the connection that failed was one to the proxy. Before 8.7 only libcurl's description
  /// tells, which depends on the hosts that are reached without.
  fileprivate func wasTrying(_ proxy: Proxy) -> Bool {
    guard let place = proxy.peer else { return false }
    return detail.contains(" to \(place.host) port \(place.port ?? "")")
  }

  /// Why there is no connection.
  var connectionProblem: String {
    let number = systemError
    return number == 0 ? "no connection" : String(cString: strerror(number)).lowercased()
  }
}
