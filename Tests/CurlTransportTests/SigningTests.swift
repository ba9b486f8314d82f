import CodeDeployNotifications
import TestSupport
import Testing

@testable import CurlTransport

/// Signature Version 4, recomputed from what the server received.
@Suite struct SigningTests {
  /// A secret with characters that break the notation user:password.
  static let secret = "wJalr:XUtn/FEMI+K7MDENG@bPx"

  static func request(
    _ url: String, token: String? = nil, body: [UInt8] = Array("{}".utf8)
  ) -> HTTPRequest {
    HTTPRequest(
      .post, url,
      headers: [
        HTTPField("Content-Type", "application/x-amz-json-1.1"),
        HTTPField("X-Amz-Target", "CodeDeploy_20141006.ListDeployments"),
      ],
      body: body,
      signature: AWSSignature(
        credentials: AWSCredentials(
          accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret(secret),
          sessionToken: token.map { Secret($0) }),
        region: "eu-west-1", service: "codedeploy"))
  }

  @Test("SHA-256 itself is right")
  func hash() {
    #expect(
      SHA256.hex(SHA256.hash(Array("abc".utf8)))
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SHA256.hex(
        SHA256.authenticate(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8)))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }

  @Test(
    "The signature is the one that AWS computes",
    arguments: [
      ("", nil, 2), ("/", "IQoJb3JpZ2luX2VjE//+==", 2), ("/v2/email/outbound-emails", nil, 0),
      ("/", "token", 100_000), ("/", nil, 1 << 20 + 1),
    ] as [(String, String?, Int)])
  func signature(path: String, token: String?, length: Int) async throws {
    let body = [UInt8](repeating: 0x61, count: length)
    try await LoopbackServer.run { server in
      try await withClient { client in
        let answer = try await client.send(
          Self.request(server.url + path, token: token, body: body))
        #expect(answer.status == 200)
      }
      let received = try #require(server.requests.first)
      #expect(received.body == body)
      #expect(received.header("X-Amz-Security-Token") == token)
      let authorization = try #require(received.header("Authorization"))
      let parts = try #require(
        authorization.wholeMatch(
          of: /AWS4-HMAC-SHA256 Credential=(.+), SignedHeaders=(.+), Signature=([0-9a-f]{64})/))
      let date = try #require(received.header("X-Amz-Date"))
      let scope = "\(date.prefix(8))/eu-west-1/codedeploy/aws4_request"
      #expect(parts.1 == "AKIDEXAMPLE/\(scope)")
      let names = parts.2.split(separator: ";").map(String.init)
      #expect(Set(["content-type", "host", "x-amz-date", "x-amz-target"]).isSubset(of: names))
      #expect(names.contains("x-amz-security-token") == (token != nil))

      let headers = names.map { "\($0):\(received.header($0) ?? "")\n" }.joined()
      let canonical = """
        POST\n\(path.isEmpty ? "/" : path)\n\n\(headers)\n\(parts.2)\n\
        \(SHA256.hex(SHA256.hash(body)))
        """
      let digest = SHA256.hex(SHA256.hash(Array(canonical.utf8)))
      let text = "AWS4-HMAC-SHA256\n\(date)\n\(scope)\n\(digest)"
      let key = scope.split(separator: "/").reduce(Array("AWS4\(Self.secret)".utf8)) { key, part in
        SHA256.authenticate(Array(part.utf8), key: key)
      }
      #expect(SHA256.hex(SHA256.authenticate(Array(text.utf8), key: key)) == parts.3)
    }
  }

  @Test(
    "What libcurl would mis-sign is refused",
    arguments: [
      { $0.url += "/?a=b" }, { $0.url += "/a%20b" }, { $0.method = .get }, { $0.method = .put },
      { $0.url = $0.url.replacing("//", with: "//user:hush@") }, { $0.headers.removeFirst() },
      { $0.headers.append(HTTPField("X-Empty", "")) },
      { $0.headers.append(HTTPField("x-amz-target", "twice")) },
      { $0.headers.append(HTTPField("X-Amz", "begins another")) },
      { $0.headers.append(HTTPField("X-Amz-Date", "now")) },
      { $0.headers.append(HTTPField("Authorization", "hush")) },
      { $0.signature?.region = "eu:west" }, { $0.signature?.service = "" },
      { $0.signature?.credentials.accessKeyID = "" },
      { $0.signature?.credentials.secretAccessKey = Secret("hush\n") },
      { $0.signature?.credentials.sessionToken = Secret("hush\r\nX: y") },
    ] as [@Sendable (inout HTTPRequest) -> Void])
  func refused(spoil: @Sendable (inout HTTPRequest) -> Void) async throws {
    try await LoopbackServer.run { server in
      var request = Self.request(server.url)
      spoil(&request)
      try await withClient { client in
        let failure = await client.failure(of: request)
        #expect(failure?.kind == .invalidRequest)
        #expect(failure?.description.contains("hush") == false)
      }
      #expect(server.connections == 0)
    }
  }
}
