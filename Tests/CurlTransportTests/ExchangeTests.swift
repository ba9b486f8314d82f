import CodeDeployNotifications
import TestSupport
import Testing

@testable import CurlTransport

/// Bytes on the wire, in both directions.
@Suite struct ExchangeTests {
  @Test(
    "A request arrives as it was stated",
    arguments: [
      (HTTPRequest.Method.get, [UInt8]()), (.post, []), (.put, []),
      (.post, Array("{\"a\":1}".utf8)), (.put, Array("x".utf8)), (.post, [0, 13, 10, 0, 255]),
      (.post, bytes(3 << 20)),
    ])
  func fidelity(method: HTTPRequest.Method, body: [UInt8]) async throws {
    try await LoopbackServer.run { server in
      try await withClient { client in
        var request = HTTPRequest(method, server.url + "/a/b%20c?d=e%26f", body: body)
        request.headers = [
          HTTPField("X-One", "1: a; b, \"c\""), HTTPField("X-Empty", ""), HTTPField("X-Two", "ü"),
          HTTPField("Content-Type", "application/json"),
        ]
        let response = try await client.send(request)
        #expect(response.status == 200)
      }
      let received = try #require(server.requests.first)
      #expect(received.line == "\(method.rawValue) /a/b%20c?d=e%26f HTTP/1.1")
      #expect(received.header("X-One") == "1: a; b, \"c\"")
      #expect(received.header("X-Empty") == "")
      #expect(received.header("X-Two") == "ü")
      #expect(received.headers.filter { $0.name == "Content-Type" }.count == 1)
      #expect(received.header("User-Agent") == "cdnotify/test")
      #expect(received.header("Expect") == nil)
      #expect(received.header("Content-Length") == (method == .get ? nil : "\(body.count)"))
      #expect(received.body == body)
    }
  }

  @Test("A body without a stated type is not passed off as a form")
  func noType() async throws {
    try await LoopbackServer.run { server in
      try await withClient { client in
        _ = try await client.send(HTTPRequest(.post, server.url, body: [1]))
      }
      #expect(server.requests.first?.header("Content-Type") == nil)
    }
  }

  @Test(
    "An answer arrives as it was sent",
    arguments: [200, 201, 204, 301, 302, 400, 404, 429, 503])
  func response(status: Int) async throws {
    let body = status == 204 ? "" : "\u{1}\u{0}ü"
    let reply = """
      HTTP/1.1 \(status) Some Words\r\nRetry-After:  7 \r\nLocation: /elsewhere\r\n\
      X-Folded: a\r\n  b\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)
      """
    try await LoopbackServer.run { _ in
      .keepOpen(Array(reply.utf8))
    } during: { server in
      try await withClient { client in
        let response = try await client.send(HTTPRequest(.get, server.url))
        #expect(response.status == status)
        #expect(response.header("retry-after") == "7")
        #expect(response.header("Location") == "/elsewhere")
        #expect(response.header("X-Folded") == "a b")
        #expect(response.body == Array(body.utf8))
      }
      #expect(server.requests.count == 1, "a redirect must not be followed")
    }
  }

  @Test("Interim answers and trailers leave no trace")
  func interim() async throws {
    let reply = """
      HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n\
      HTTP/1.1 200 OK\r\nX-Final: 1\r\nTransfer-Encoding: chunked\r\n\r\n\
      3\r\nabc\r\n0\r\nX-Trailer: 1\r\nHTTP/1.1 500: Not me\r\n\r\n
      """
    try await LoopbackServer.run { _ in
      .keepOpen(Array(reply.utf8))
    } during: { server in
      try await withClient { client in
        let response = try await client.send(HTTPRequest(.get, server.url))
        #expect(response.status == 200)
        #expect(response.headers.map(\.name) == ["X-Final", "Transfer-Encoding"])
        #expect(response.text == "abc")
      }
    }
  }

  @Test("Requests one after another share a connection, also those of different clients")
  func reuse() async throws {
    try await LoopbackServer.run { server in
      try await CurlEngine.withEngine(configuration: .test) { engine in
        for index in 0..<20 {
          let client = engine.client()
          let request = HTTPRequest(index.isMultiple(of: 2) ? .get : .post, server.url)
          try await #expect(client.send(request).status == 200)
        }
      }
      #expect(server.connections == 1)
      #expect(server.requests.count == 20)
    }
  }

  @Test("A kept connection that the server has closed is replaced without a word")
  func stale() async throws {
    try await LoopbackServer.run { _ in
      .thenClose(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8))
    } during: { server in
      try await withClient { client in
        for _ in 0..<20 {
          try await #expect(client.send(HTTPRequest(.post, server.url, body: [1])).status == 200)
        }
      }
      #expect(server.requests.count == 20)
    }
  }

  @Test("A request with a connection of its own is sent once, even if no answer comes")
  func newConnection() async throws {
    try await LoopbackServer.run { request in
      request.line.hasPrefix("GET") ? .ok("") : .thenClose([])
    } during: { server in
      try await withClient { client in
        for isNew in [false, true] {
          try await #expect(client.send(HTTPRequest(.get, server.url)).status == 200)
          let before = server.requests.count
          var request = HTTPRequest(.post, server.url, body: [1])
          request.needsNewConnection = isNew
          #expect(await client.failure(of: request)?.kind == .broken)
          #expect(server.requests.count == before + (isNew ? 1 : 2))
        }
      }
    }
  }

  @Test("Two hundred requests at once get their own answers, over no more connections than allowed")
  func parallel() async throws {
    var configuration = CurlEngine.Configuration.test
    configuration.maximumConnectionsPerHost = 8
    try await LoopbackServer.run { request in
      .ok(String(decoding: request.body, as: UTF8.self))
    } during: { server in
      try await withClient(configuration) { client in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for index in 0..<200 {
            let body = Array("number \(index)".utf8)
            group.addTask {
              let request = HTTPRequest(.post, server.url, body: body, timeout: .seconds(60))
              try await #expect(client.send(request).body == body)
            }
          }
          try await group.waitForAll()
        }
      }
      #expect(server.connections <= 8)
    }
  }

  @Test("The library says its version")
  func version() {
    #expect(CurlEngine.libraryVersion.hasPrefix("libcurl/"))
  }

  static func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
  }
}
