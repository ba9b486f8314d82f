import CodeDeployNotifications
import TestSupport
import Testing

@testable import CurlTransport

/// How each failure is described, without anything secret.
@Suite struct FailureTests {
  static let secrets = "/hush/path?token=hush"

  @Test(
    "A server that is silent is given up in time",
    arguments: ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"])
  func silence(answer: String) async throws {
    try await LoopbackServer.run { _ in
      .thenHang(Array(answer.utf8))
    } during: { server in
      try await withClient { client in
        let request = HTTPRequest(
          .get, server.url + Self.secrets, timeout: .milliseconds(500))
        let failure = await client.failure(of: request)
        #expect(failure?.kind == .timedOut)
        #expect(failure?.description == "127.0.0.1:\(server.port) did not answer within 500 ms")
      }
    }
  }

  @Test("However many are made at once, none waits for another's connection")
  func noQueue() async throws {
    let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    try await LoopbackServer.run { _ in
      arrival.yield()
      return .thenHang([])
    } during: { server in
      try await withClient { client in
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<40 {
            group.addTask {
              _ = try? await client.send(HTTPRequest(.get, server.url, timeout: .seconds(600)))
            }
          }
          var count = 0
          for await _ in arrivals {
            count += 1
            if count == 40 { break }
          }
          group.cancelAll()
        }
      }
      #expect(server.requests.count == 40)
    }
  }

  @Test("The time to wait for a free connection counts, where there is a limit")
  func queued() async throws {
    var configuration = CurlEngine.Configuration.test
    configuration.maximumConnectionsPerHost = 1
    let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    try await LoopbackServer.run { _ in
      arrival.yield()
      return .thenHang([])
    } during: { server in
      try await withClient(configuration) { client in
        let holder = Task {
          try await client.send(HTTPRequest(.get, server.url, timeout: .seconds(600)))
        }
        for await _ in arrivals { break }
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<3 {
            group.addTask {
              let request = HTTPRequest(.get, server.url, timeout: .milliseconds(300))
              let failure = await client.failure(of: request)
              #expect(failure?.kind == .timedOut)
              #expect(failure?.description.hasPrefix("can't connect to 127.0.0.1:") == true)
            }
          }
        }
        holder.cancel()
      }
      #expect(server.requests.count == 1)
    }
  }

  @Test("A port that nothing listens on is told as refusing the connection")
  func refused() async throws {
    let port = try Socket.unusedPort()
    try await withClient { client in
      let failure = await client.failure(
        of: HTTPRequest(.post, "http://user:hush@127.0.0.1:\(port)" + Self.secrets))
      #expect(failure?.kind == .unreachable)
      #expect(failure?.description == "can't connect to 127.0.0.1:\(port): connection refused")
    }
  }

  @Test("A host's name that doesn't exist is told as not known")
  func unknownName() async throws {
    try await withClient { client in
      let failure = await client.failure(
        of: HTTPRequest(.get, "http://host.invalid" + Self.secrets))
      #expect(failure?.kind == .unreachable)
      #expect(failure?.description == "can't find host.invalid: its name is not known")
    }
  }

  @Test(
    "What can't be sent as it stands isn't sent",
    arguments: [
      "file:///hush", "ftp://127.0.0.1/hush", "gopher://h/hush", "127.0.0.1/hush", "", "http://",
      "http://a b/hush", "http://h/hu sh", "http://h/\r\nhush", "http://h/\u{0}hush",
      "http:///hush", "http://h:99999/hush", "javascript:hush", "smtp://h/hush",
    ])
  func urls(url: String) async throws {
    try await withClient { client in
      let failure = await client.failure(of: HTTPRequest(.get, url))
      #expect(failure?.kind == .invalidRequest)
      #expect(failure?.description.contains("hu") == false)
    }
  }

  @Test(
    "A header can't smuggle in another",
    arguments: [
      HTTPField("X-A", "hush\r\nX-B: 1"), HTTPField("X-A", "hush\nX-B: 1"),
      HTTPField("X-A", "hush\r"), HTTPField("X-A", "hush\u{0}"), HTTPField("X-A:hush", "1"),
      HTTPField("X-A\r\nX-B", "hush"), HTTPField("", "hush"), HTTPField("X A", "hush"),
      HTTPField("Content-Length", "7"), HTTPField("transfer-encoding", "chunked"),
    ])
  func headers(field: HTTPField) async throws {
    try await LoopbackServer.run { server in
      try await withClient { client in
        let request = HTTPRequest(.post, server.url + Self.secrets, headers: [field])
        let failure = await client.failure(of: request)
        #expect(failure?.kind == .invalidRequest)
        #expect(failure?.description.contains("hush") == false)
      }
      #expect(server.connections == 0)
    }
  }

  @Test("A failure on the wire names no secret")
  func secrecy() async throws {
    try await LoopbackServer.run { _ in
      .thenClose(Array("hush".utf8))
    } during: { server in
      try await withClient { client in
        let request = HTTPRequest(
          .post, "http://user:hush@127.0.0.1:\(server.port)" + Self.secrets,
          headers: [HTTPField("Authorization", "hush")], body: Array("hush".utf8))
        let failure = await client.failure(of: request)
        #expect(failure.map { "\($0)" }?.contains("hush") == false)
        #expect(failure?.description.contains("127.0.0.1:\(server.port)") == true)
      }
    }
  }
}
