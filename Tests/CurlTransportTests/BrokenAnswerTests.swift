import CodeDeployNotifications
import TestSupport
import Testing

@testable import CurlTransport

/// Only a complete answer counts.
@Suite struct BrokenAnswerTests {
  @Test(
    "An answer that is cut anywhere is no answer",
    arguments: [
      ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello", 0),
      ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0),
      ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 0),
      // Once the last chunk's length has come, libcurl doesn't need the very last byte.
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 1),
    ])
  func cut(answer: String, idle: Int) async throws {
    let whole = Array(answer.utf8)
    // Without cuts after which everything has already come; the last round is the whole answer.
    for end in Array(0..<(whole.count - idle)) + [whole.count] {
      let piece = Array(whole[..<end])
      try await LoopbackServer.run { _ in
        .thenClose(piece)
      } during: { server in
        try await withClient { client in
          let request = HTTPRequest(.post, server.url, body: [1])
          if end == whole.count {
            try await #expect(client.send(request).status == 200)
          } else {
            let failure = await client.failure(of: request)
            #expect(failure?.kind == .broken, "cut after \(end) bytes")
          }
        }
      }
    }
  }

  @Test(
    "What isn't HTTP is no answer",
    arguments: [
      "hello\r\n", "\r\n\r\n", "HTTP/1.1\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n",
      "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
    ])
  func nonsense(answer: String) async throws {
    try await LoopbackServer.run { _ in
      .thenClose(Array(answer.utf8))
    } during: { server in
      try await withClient { client in
        let failure = await client.failure(of: HTTPRequest(.get, server.url))
        #expect(failure?.kind == .broken)
      }
    }
  }

  @Test("A body may be as long as allowed and no longer", arguments: [0, 1, 1000, 100_000])
  func bound(limit: Int) async throws {
    try await LoopbackServer.run { request in
      .ok(String(repeating: "x", count: request.line.contains("fits") ? limit : limit + 1))
    } during: { server in
      try await withClient { client in
        var request = HTTPRequest(.get, server.url + "/fits", maximumResponseBytes: limit)
        try await #expect(client.send(request).body.count == limit)
        request.url = server.url + "/over"
        #expect(await client.failure(of: request)?.kind == .tooLarge)
      }
    }
  }

  @Test("A header field that is too long is told as that") func longHeader() async throws {
    let field = "X-A: " + String(repeating: "a", count: 110_000)
    try await LoopbackServer.run { _ in
      .thenClose(Array("HTTP/1.1 200 OK\r\n\(field)\r\n\r\n".utf8))
    } during: { server in
      try await withClient { client in
        let failure = await client.failure(of: HTTPRequest(.get, server.url))
        #expect(failure?.kind == .tooLarge)
        #expect(
          failure?.description
            == "the answer from 127.0.0.1:\(server.port) has a header field larger than allowed")
      }
    }
  }

  @Test("Of an error as much is read as it takes, however long it is", arguments: [400, 503, 302])
  func longErrors(status: Int) async throws {
    let head = "HTTP/1.1 \(status) Odd\r\nContent-Length: 1000000000\r\n\r\n"
    try await LoopbackServer.run { _ in
      .thenHang(Array((head + String(repeating: "x", count: 200_000)).utf8))
    } during: { server in
      try await withClient { client in
        let response = try await client.send(HTTPRequest(.get, server.url))
        #expect(response.status == status)
        #expect(response.body.count == HTTPResponse.errorLimit)
      }
    }
  }

  @Test("Headers without end are cut off")
  func endlessHeaders() async throws {
    let line = "X-More: " + String(repeating: "x", count: 1000) + "\r\n"
    let head = "HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 300)
    try await LoopbackServer.run { _ in
      .thenHang(Array(head.utf8))
    } during: { server in
      try await withClient { client in
        #expect(await client.failure(of: HTTPRequest(.get, server.url))?.kind == .tooLarge)
      }
    }
  }
}
