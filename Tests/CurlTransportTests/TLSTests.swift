import CodeDeployNotifications
import Foundation
import TestSupport
import Testing

@testable import CurlTransport

/// Which servers a client trusts.
@Suite struct TLSTests {
  @Test("The CA bundle decides, for each client of one engine by itself")
  func trust() async throws {
    try await TLSServer.run { server in
      try await CurlEngine.withEngine(configuration: .test) { engine in
        let request = HTTPRequest(.get, "https://localhost:\(server.port)/hush")
        let peer = "localhost:\(server.port)"

        let trusting = engine.client(caBundle: server.caBundle)
        try await #expect(trusting.send(request).status == 200)

        for bundle in [nil, server.otherBundle] {
          let failure = await engine.client(caBundle: bundle).failure(of: request)
          #expect(failure?.kind == .tls)
          let words = failure?.description ?? ""
          #expect(words.hasPrefix("the certificate of \(peer) is not trusted: "), "\(words)")
          #expect(!words.contains("hush"))
        }
        try await #expect(trusting.send(request).status == 200)
      }
    }
  }

  @Test("A certificate for another name is not accepted")
  func otherName() async throws {
    try await TLSServer.run { server in
      try await withClient(caBundle: server.caBundle) { client in
        let failure = await client.failure(
          of: HTTPRequest(.get, "https://127.0.0.1:\(server.port)"))
        #expect(failure?.kind == .tls)
      }
    }
  }

  @Test(
    "A bundle that is missing or holds no certificate is named", arguments: ["none", "names", ""])
  func badBundle(name: String) async throws {
    try await TLSServer.run { server in
      let path = server.folder.appending(path: name).path
      try await withClient(caBundle: path) { client in
        let failure = await client.failure(
          of: HTTPRequest(.get, "https://localhost:\(server.port)"))
        #expect(failure?.kind == .tls)
        #expect(failure?.description.contains("the CA bundle \(path) ") == true)
      }
    }
  }

  @Test(
    "A failed handshake is told without the numbers of OpenSSL",
    arguments: [
      (
        "OpenSSL/3.0.19: error:0A000410:SSL routines::sslv3 alert handshake failure",
        "sslv3 alert handshake failure"
      ),
      (
        "TLS connect error: error:0A00010B:SSL routines::wrong version number",
        "wrong version number"
      ),
      ("OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to h:1", "the connection broke"),
      (
        "SSL certificate problem: self-signed certificate",
        "SSL certificate problem: self-signed certificate"
      ),
      ("Recv failure: Connection reset by peer", "Recv failure: Connection reset by peer"),
    ])
  func handshake(detail: String, reason: String) {
    #expect(HTTPFailure.reasonOfTLS(in: detail) == reason)
  }

  @Test("A server that doesn't speak TLS is given up in time")
  func noTLS() async throws {
    try await LoopbackServer.run { _ in
      .ok()
    } during: { server in
      try await withClient { client in
        // The server takes the handshake for an incomplete request, and sends nothing.
        let request = HTTPRequest(
          .get, "https://127.0.0.1:\(server.port)", timeout: .milliseconds(300))
        let failure = await client.failure(of: request)
        #expect(failure?.kind == .timedOut)
        #expect(
          failure?.description == "can't connect to 127.0.0.1:\(server.port) within 300 ms")
      }
    }
  }
}
