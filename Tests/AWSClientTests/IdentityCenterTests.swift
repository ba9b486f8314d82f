import CodeDeployNotifications
import Foundation
import Testing

@testable import AWSClient

/// Roles of IAM Identity Center, and the AWS CLI's cache of tokens.
@Suite struct IdentityCenterTests {
  private static let config = """
    [default]
    sso_session = my-sso
    sso_account_id = 123456789012
    sso_role_name = Read Only
    [sso-session my-sso]
    sso_start_url = https://example.awsapps.com/start
    sso_region = eu-central-1
    """
  /// The SHA-1 of `my-sso`.
  private static let path =
    "/home/ada/.aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json"

  private static func cache(_ expires: String, renewal: Bool = false) -> String {
    let more =
      #", "clientId": "c", "clientSecret": "cs-secret", "refreshToken": "rt-secret", "#
      + #""registrationExpiresAt": "2026-03-01T00:00:00Z", "region": "old""#
    return #"{"accessToken": "at-secret", "expiresAt": "\#(expires)"\#(renewal ? more : "")}"#
  }

  private static let role = TestServer.Answer.ok(
    #"{"roleCredentials": {"accessKeyId": "ASIAS", "secretAccessKey": "s", "sessionToken": "t", "#
      + #""expiration": 1767272400000}}"#)

  private static func load(
    _ server: TestServer, cache: String?, config: String = Self.config,
    written: Recorder<String>? = nil
  ) async throws -> AWSCredentials {
    var files = ["/home/ada/.aws/config": config]
    files[path] = cache
    var environment = AWSEnvironment.test([:], files: files)
    if let written {
      environment.replaceFile = { path, bytes in
        written.record("\(path) \(String(decoding: bytes, as: UTF8.self))")
      }
    }
    return try await CredentialChain.standard.credentials(
      in: ContainerCredentialsTests.context(server, environment))
  }

  @Test("The portal of the session's region is asked, with the token and without a signature")
  func asks() async throws {
    let server = TestServer(Self.role)
    let found = try await Self.load(server, cache: Self.cache("2026-01-01T20:00:00Z"))
    #expect(found.accessKeyID == "ASIAS")
    #expect(found.expiration == noon + 3600)
    let request = try #require(server.received.first)
    #expect(server.received.count == 1)
    #expect(request.method == .get)
    #expect(
      request.url == "https://portal.sso.eu-central-1.amazonaws.com/federation/credentials"
        + "?role_name=Read%20Only&account_id=123456789012")
    #expect(request.headers == [HTTPField("x-amz-sso_bearer_token", "at-secret")])
    #expect(request.signature == nil)
  }

  @Test("A token about to expire is renewed, and the cache has the new one")
  func renews() async throws {
    let server = TestServer(
      .ok(#"{"accessToken": "new", "expiresIn": 28800, "refreshToken": "next"}"#), Self.role)
    let written = Recorder<String>()
    _ = try await Self.load(
      server, cache: Self.cache("2026-01-01T12:10:00Z", renewal: true), written: written)
    let request = try #require(server.received.first)
    #expect(request.method == .post && request.signature == nil)
    #expect(request.url == "https://oidc.eu-central-1.amazonaws.com/token")
    #expect(
      try JSONDecoder().decode([String: String].self, from: Data(request.body)) == [
        "grantType": "refresh_token", "clientId": "c", "clientSecret": "cs-secret",
        "refreshToken": "rt-secret",
      ])
    #expect(server.received.last?.headers.first?.value == "new")
    #expect(
      written.all == [
        Self.path + #" {"accessToken":"new","clientId":"c","clientSecret":"cs-secret","#
          + #""expiresAt":"2026-01-01T20:00:00Z","refreshToken":"next","region":"eu-central-1","#
          + #""registrationExpiresAt":"2026-03-01T00:00:00Z","#
          + #""startUrl":"https://example.awsapps.com/start"}"#
      ])
  }

  @Test("A cache that can't be written to is said, before the token is lost unnoticed")
  func unwritable() async throws {
    let server = TestServer(.ok(#"{"accessToken": "new", "expiresIn": 28800}"#), Self.role)
    let failure = try await awsFailure {
      try await Self.load(server, cache: Self.cache("2026-01-01T12:10:00Z", renewal: true))
    }
    #expect(failure?.kind == .noCredentials)
    #expect(
      failure?.description
        == "The renewed token can't be written to \(Self.path), the AWS CLI's cache.")
  }

  @Test(
    "Whoever isn't logged in is told how",
    arguments: [
      (nil, [Self.role], "there is no \(path)"),
      ("{}", [role], "there is no token in \(path)"),
      (cache("2026-01-01T11:00:00Z"), [role], "its token expired at 2026-01-01T11:00:00Z"),
      (cache("never"), [role], "has no expiration time"),
      (
        cache("2026-01-01T20:00:00Z").replacing("at-secret", with: #"at-secret\n"#), [role],
        "the token in \(path) ends in a line break, which no token has"
      ),
      (
        cache("2026-01-01T11:00:00Z", renewal: true),
        [.status(400, #"{"error":"invalid_grant","error_description":"rt-secret is bad"}"#)],
        "renewing it failed: AWS refuses oidc CreateToken in eu-central-1: ******** is bad "
          + "(invalid_grant)."
      ),
      (
        cache("2026-01-01T20:00:00Z"),
        [
          .status(
            401, #"{"message":"not found"}"#,
            headers: [HTTPField("x-amzn-ErrorType", "UnauthorizedException")])
        ], "its token isn't accepted"
      ),
    ] as [(String?, [TestServer.Answer], String)])
  func loggedOut(cache: String?, answers: [TestServer.Answer], words: String) async throws {
    let server = TestServer { _, index in answers[min(index, answers.count - 1)] }
    let failure = try await awsFailure { try await Self.load(server, cache: cache) }
    #expect(failure?.kind == .noCredentials)
    #expect(
      failure?.description.hasPrefix(
        "The AWS profile default isn't logged in to IAM Identity Center: ") == true)
    #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
    #expect(failure?.remedy == "Run \"aws sso login --sso-session my-sso\".")
  }

  @Test(
    "What can't be a key in the portal's answer is the server's fault, and nobody's here",
    arguments: [
      ("", "The accessKeyId of sso GetRoleCredentials is empty."),
      (
        "ASIA S",
        "The accessKeyId of sso GetRoleCredentials contains a space or tab, which no AWS key has."
      ),
    ])
  func oddKey(key: String, sentence: String) async throws {
    let answer = #"{"roleCredentials": {"accessKeyId": "\#(key)", "secretAccessKey": "s", "#
    let failure = try await awsFailure {
      try await Self.load(
        TestServer(.ok(answer + #""sessionToken": "t", "expiration": 1767272400000}}"#)),
        cache: Self.cache("2026-01-01T20:00:00Z"))
    }
    #expect(failure?.kind == .nonsense)
    #expect(failure?.description == sentence)
    #expect(failure?.remedy?.hasPrefix("Set") != true)
  }

  @Test("A region that can't be one is named, before a request")
  func oddRegion() async throws {
    let server = TestServer(Self.role)
    let failure = try await awsFailure {
      try await Self.load(
        server, cache: Self.cache("2026-01-01T20:00:00Z"),
        config: Self.config.replacing("eu-central-1", with: "eu central 1"))
    }
    #expect(
      failure?.description
        == "The AWS profile default has the sso_region \"eu central 1\", which is "
        + "no AWS region; one looks like eu-west-1.")
    #expect(server.received.isEmpty)
  }

  @Test("A service that can't be reached is that, and no reason to log in")
  func unreachable() async throws {
    let failure = try await awsFailure {
      try await Self.load(
        TestServer(.failure(.unreachable)),
        cache: Self.cache("2026-01-01T11:00:00Z", renewal: true))
    }
    #expect(failure?.kind == .unreachable)
  }

  @Test("A token that another program renewed at the same time serves here, too")
  func renewedByAnother() async throws {
    let server = TestServer { request, _ in
      request.method == .post ? .status(400, #"{"error": "invalid_grant"}"#) : Self.role
    }
    let sleeps = Recorder<Duration>()
    var environment = AWSEnvironment.test(
      [:], files: ["/home/ada/.aws/config": Self.config], sleeps: sleeps)
    let readFile = environment.readFile
    environment.readFile = { path in
      guard path == Self.path else { return try readFile(path) }
      let mine = Self.cache("2026-01-01T11:00:00Z", renewal: true)
      let theirs = Self.cache("2026-01-01T20:00:00Z").replacing("at-secret", with: "theirs")
      return Array((sleeps.all.isEmpty ? mine : theirs).utf8)
    }
    _ = try await CredentialChain.standard.credentials(
      in: ContainerCredentialsTests.context(server, environment))
    #expect(server.received.last?.headers.first?.value == "theirs")
  }

  @Test("The older form is logged in to by its profile")
  func legacy() async throws {
    let config = Self.config.replacing("sso_session = my-sso\n", with: "")
      .replacing("[sso-session my-sso]\n", with: "")
    let failure = try await awsFailure {
      try await Self.load(TestServer(Self.role), cache: nil, config: config)
    }
    #expect(failure?.remedy == "Run \"aws sso login --profile default\".")
  }

  @Test("A role that one isn't assigned to is refused, with the settings to check")
  func forbidden() async throws {
    let answer = TestServer.Answer.status(
      403, #"{"message":"No access"}"#,
      headers: [HTTPField("x-amzn-ErrorType", "ForbiddenException")])
    let failure = try await awsFailure {
      try await Self.load(TestServer(answer), cache: Self.cache("2026-01-01T20:00:00Z"))
    }
    #expect(
      failure?.description
        == "AWS refuses sso GetRoleCredentials in eu-central-1: No access (ForbiddenException).")
    #expect(failure?.remedy?.hasPrefix("Check sso_account_id and sso_role_name") == true)
  }

  @Test("An answer without keys is none, and isn't repeated")
  func nonsense() async throws {
    let failure = try await awsFailure {
      try await Self.load(
        TestServer(.ok(#"{"roleCredentials": {"secretAccessKey": "very-secret"}}"#)),
        cache: Self.cache("2026-01-01T20:00:00Z"))
    }
    #expect(failure?.kind == .nonsense)
    #expect(failure?.description.contains("very-secret") == false)
  }
}
