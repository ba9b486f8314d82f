import CodeDeployNotifications
import TestSupport
import Testing

@testable import CurlTransport

/// Trouble with a proxy is told as that, and shows nothing of its password.
@Suite struct ProxyTests {
  /// The failure of a request through a proxy that gives this answer.
  private static func failure(
    of url: String, _ variable: String, _ answer: String
  ) async throws -> (failure: HTTPFailure?, proxy: String) {
    try await LoopbackServer.run { _ in
      .thenClose(Array(answer.utf8))
    } during: { server in
      let proxy = "127.0.0.1:\(server.port)"
      return (try await failure(of: url, [variable: "http://user:hush@\(proxy)"]), proxy)
    }
  }

  private static func failure(
    of url: String, _ variables: [String: String]
  ) async throws -> HTTPFailure? {
    var configuration = CurlEngine.Configuration.test
    configuration.proxies = ProxySettings(variables)
    return try await withClient(configuration) { await $0.failure(of: HTTPRequest(.get, url)) }
  }

  @Test("A proxy that wants a login is told with what to check, whatever it is asked for")
  func login() async throws {
    let answer = "HTTP/1.1 407 Proxy\r\nContent-Length: 5\r\n\r\nhello"
    for scheme in ["http", "https"] {
      let (failure, proxy) = try await Self.failure(
        of: "\(scheme)://h.example.com/x", "\(scheme)_proxy", answer)
      #expect(failure?.kind == .unreachable)
      #expect(
        failure?.description
          == "the proxy \(proxy) answered 407 to the request for h.example.com: check the user and "
          + "password in \(scheme)_proxy")
    }
  }

  @Test("A proxy that refuses a tunnel is told with its status") func refusedTunnel() async throws {
    let (failure, proxy) = try await Self.failure(
      of: "https://h.example.com/x", "ALL_PROXY", "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
    #expect(failure?.kind == .unreachable)
    #expect(
      failure?.description == "the proxy \(proxy) answered 403 to the request for h.example.com")
  }

  @Test("A proxy that isn't there is told, and not the host behind it") func down() async throws {
    let port = try Socket.unusedPort()
    for scheme in ["http", "https"] {
      let failure = try await Self.failure(
        of: "\(scheme)://127.0.0.2:\(port)/x", ["all_proxy": "user:hush@127.0.0.1:\(port)"])
      #expect(
        failure?.description
          == "can't connect to the proxy 127.0.0.1:\(port) for 127.0.0.2:\(port): connection "
          + "refused")
    }
    let excepted = try await Self.failure(
      of: "http://127.0.0.2:\(port)/x",
      ["all_proxy": "http://127.0.0.1:\(port)", "no_proxy": "127.0.0.2"])
    #expect(excepted?.description == "can't connect to 127.0.0.2:\(port): connection refused")
  }

  @Test(
    "A proxy's address that is none, or leads nowhere, is told with its variable or name",
    arguments: [
      ("http://proxy.invalid:3128", "the name of the proxy proxy.invalid:3128 is not known"),
      ("htp://user:hush@x", "https_proxy is not the address of a proxy"),
      ("http://user:hush@x:hush", "https_proxy is not the address of a proxy"),
    ])
  func address(address: String, words: String) async throws {
    let failure = try await Self.failure(of: "https://h.example.com/x", ["https_proxy": address])
    #expect(failure?.kind == .unreachable)
    #expect(failure?.description == "can't connect to h.example.com: \(words)")
  }
}
