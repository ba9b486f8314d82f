import CodeDeployNotifications
import Crypto
import Foundation
import Testing

@testable import AWSClient

/// Sessions of `aws login`.
@Suite struct LoginTests {
  private static let key = P256.Signing.PrivateKey()

  private static func cache(until expiration: String) throws -> [UInt8] {
    try JSONEncoder().encode(
      Cache(
        accessToken: .init(
          accessKeyId: "ASIAL", secretAccessKey: "s", sessionToken: "t",
          accountId: "123456789012", expiresAt: expiration),
        clientId: "client", refreshToken: "rt-secret", dpopKey: key.pemRepresentation,
        idToken: "kept")
    ).map { $0 }
  }

  private struct Cache: Codable {
    struct Keys: Codable {
      var accessKeyId: String
      var secretAccessKey: String
      var sessionToken: String
      var accountId: String
      var expiresAt: String
    }
    var accessToken: Keys
    var clientId: String
    var refreshToken: String
    var dpopKey: String
    var idToken: String
  }

  private static func load(
    _ server: TestServer, _ cache: [UInt8]?, written: Recorder<Cache>? = nil
  ) async throws -> AWSCredentials {
    let config = "[default]\nlogin_session = ada\nregion = eu-central-1\n"
    var environment = AWSEnvironment.test([:])
    environment.readFile = { path in
      path.hasSuffix("/config")
        ? Array(config.utf8) : path.hasPrefix("/home/ada/.aws/login/cache/") ? cache : nil
    }
    if let written {
      environment.replaceFile = { _, bytes in
        written.record(try JSONDecoder().decode(Cache.self, from: Data(bytes)))
      }
    }
    return try await CredentialChain.standard.credentials(
      in: ContainerCredentialsTests.context(server, environment))
  }

  private static let renewal = TestServer.Answer.ok(
    #"{"accessToken": {"accessKeyId": "ASIAN", "secretAccessKey": "n", "sessionToken": "nt"}, "#
      + #""tokenType": "aws_sigv4", "expiresIn": 900, "refreshToken": "next"}"#)

  @Test("Keys that are valid for more than five minutes are used without a request")
  func validKeys() async throws {
    let server = TestServer(Self.renewal)
    let found = try await Self.load(server, Self.cache(until: "2026-01-01T12:05:01Z"))
    #expect(found.accessKeyID == "ASIAL")
    #expect(found.expiration == noon + 301)
    #expect(server.received.isEmpty)
  }

  @Test("Keys about to end are renewed with a proof, and the cache has the new ones")
  func renews() async throws {
    let server = TestServer(Self.renewal)
    let written = Recorder<Cache>()
    let found = try await Self.load(
      server, Self.cache(until: "2026-01-01T12:05:00Z"), written: written)
    #expect(found.accessKeyID == "ASIAN" && found.sessionToken == Secret("nt"))
    #expect(found.expiration == noon + 900)
    let request = try #require(server.received.first)
    let url = "https://eu-central-1.signin.aws.amazon.com/v1/token"
    #expect(request.url == url && request.method == .post && request.signature == nil)
    let proof = try #require(request.headers.first { $0.name == "DPoP" }?.value)
    let payload = String(decoding: try #require(Self.decoded(proof, 1)), as: UTF8.self)
    #expect(payload.hasPrefix(#"{"htm":"POST","htu":"\#(url)","iat":1767268800,"jti":""#))
    let signed = proof.split(separator: ".").prefix(2).joined(separator: ".")
    let signature = try P256.Signing.ECDSASignature(
      rawRepresentation: try #require(Self.decoded(proof, 2)))
    #expect(Self.key.publicKey.isValidSignature(signature, for: Data(signed.utf8)))
    let saved = try #require(written.all.first)
    #expect(saved.accessToken.accessKeyId == "ASIAN" && saved.refreshToken == "next")
    #expect(saved.accessToken.expiresAt == "2026-01-01T12:15:00Z")
    #expect(saved.accessToken.accountId == "123456789012" && saved.idToken == "kept")
    #expect(saved.dpopKey == Self.key.pemRepresentation)
  }

  private static func decoded(_ token: String, _ part: Int) -> Data? {
    let text = token.split(separator: ".")[part].replacing("-", with: "+").replacing("_", with: "/")
    return Data(base64Encoded: text + String(repeating: "=", count: (4 - text.count % 4) % 4))
  }

  @Test("Keys that still serve do so while they can't be renewed")
  func servesOn() async throws {
    let found = try await Self.load(
      TestServer(.status(500)), Self.cache(until: "2026-01-01T12:00:01Z"))
    #expect(found.accessKeyID == "ASIAL")
  }

  @Test(
    "Whoever isn't logged in is told how",
    arguments: [
      (nil, renewal, "there is no /home/ada/.aws/login/cache/"),
      ("{}", renewal, "there is no token in /home/ada/.aws/login/cache/"),
      (
        "2026-01-01T12:00:00Z",
        .status(401, #"{"error": "TOKEN_EXPIRED", "message": "rt-secret is old"}"#),
        "its session can't be renewed: AWS refuses signin CreateOAuth2Token in eu-central-1: "
          + "******** is old (TOKEN_EXPIRED)."
      ),
    ] as [(String?, TestServer.Answer, String)])
  func loggedOut(cache: String?, answer: TestServer.Answer, words: String) async throws {
    let bytes = try cache.map { $0 == "{}" ? Array("{}".utf8) : try Self.cache(until: $0) }
    let failure = try await awsFailure { try await Self.load(TestServer(answer), bytes) }
    #expect(failure?.kind == .noCredentials)
    #expect(
      failure?.description.hasPrefix("The AWS profile default isn't logged in: \(words)") == true,
      "\(failure?.description ?? "")")
    #expect(failure?.remedy == "Run \"aws login --profile default\".")
  }

  @Test("Keys that can't be keys are told, with where they are")
  func oddKeys() async throws {
    let odd = TestServer.Answer.ok(
      #"{"accessToken": {"accessKeyId": "A B", "secretAccessKey": "n", "sessionToken": "nt"}, "#
        + #""expiresIn": 900, "refreshToken": "next"}"#)
    let renewed = try await awsFailure {
      try await Self.load(TestServer(odd), Self.cache(until: "2026-01-01T12:00:00Z"))
    }
    #expect(
      renewed?.description
        == "The accessKeyId of signin CreateOAuth2Token contains a space or tab, which no AWS key "
        + "has.")
    let cache = String(decoding: try Self.cache(until: "2026-01-01T13:00:00Z"), as: UTF8.self)
    let cached = try await awsFailure {
      try await Self.load(TestServer(odd), Array(cache.replacing("\"t\"", with: "\"t\\n\"").utf8))
    }
    #expect(
      cached?.description.hasPrefix("The sessionToken of /home/ada/.aws/login/cache/") == true)
    #expect(
      cached?.description.hasSuffix(".json ends in a line break, which no AWS key has.") == true)
  }

  @Test("A service that can't be reached is that, and no reason to log in")
  func unreachable() async throws {
    let failure = try await awsFailure {
      try await Self.load(
        TestServer(.failure(.unreachable)), Self.cache(until: "2026-01-01T12:00:00Z"))
    }
    #expect(failure?.kind == .unreachable)
  }
}
