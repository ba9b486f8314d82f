import CodeDeployNotifications
import Foundation
import HostFiles
import TestSupport
import Testing

@testable import AWSClient

/// A role for the holder of a token.
@Suite struct WebIdentityTests {
  private static let variables = [
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/ci",
    "AWS_ROLE_SESSION_NAME": "nightly",
  ]

  private static func xml(_ expiration: String) -> String {
    """
    <AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>
    <AccessKeyId>ASIAW</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
    <SessionToken>t</SessionToken><Expiration>\(expiration)</Expiration></Credentials>
    </AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
    """
  }

  private static func error(_ code: String, _ message: String) -> TestServer.Answer {
    .status(
      400,
      "<ErrorResponse><Error><Code>\(code)</Code><Message>\(message)</Message></Error>"
        + "</ErrorResponse>")
  }

  @Test("STS is asked without a signature, with the token as it stands in its file at each time")
  func asks() async throws {
    let clock = TestClock()
    let server = TestServer { request, _ in
      let isSTS = request.url == "https://sts.eu-west-1.amazonaws.com/"
      return .ok(isSTS ? Self.xml((clock.now + 3600).iso8601) : "{}")
    }
    var environment = AWSEnvironment.test(Self.variables, clock: clock)
    environment.readFile = { path in
      guard path == "/var/run/token" else { return nil }
      return Array("token/\(Int(clock.now.timeIntervalSince(noon)))\n".utf8)
    }
    let caller = AWSAccounts.test(server, environment: environment).caller(for: .ireland)
    _ = try await caller.call(.listing())
    clock.pass(3600)
    _ = try await caller.call(.listing())
    let asked = server.received.filter { $0.signature == nil }
    #expect(
      asked.map { String(decoding: $0.body, as: UTF8.self) }
        == ["0", "3600"].map {
          "Action=AssumeRoleWithWebIdentity&Version=2011-06-15"
            + "&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fci&RoleSessionName=nightly"
            + "&WebIdentityToken=token%2F\($0)"
        })
    #expect(server.received.last?.signature?.credentials.accessKeyID == "ASIAW")
  }

  @Test(
    "What is wrong is said with what to do, and never the token",
    arguments: [
      (
        error("ExpiredTokenException", "Token expired: my.own.token"), .credentialsRefused,
        "Token expired: ******** (ExpiredTokenException)",
        "The token in /var/run/token must be current"
      ),
      (
        error("InvalidIdentityToken", "No OpenIDConnect provider"), .credentialsRefused,
        "No OpenIDConnect provider", "from a provider that the role arn:aws:iam::1:role/ci trusts"
      ),
      (
        error("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"),
        .accessDenied, "Not authorized", "its trust policy admits the token in /var/run/token"
      ),
    ] as [(TestServer.Answer, AWSFailure.Kind, String, String)])
  func refused(
    answer: TestServer.Answer, kind: AWSFailure.Kind, words: String, remedy: String
  ) async throws {
    let environment = AWSEnvironment.test(
      Self.variables, files: ["/var/run/token": "my.own.token"])
    let failure = try await awsFailure {
      try await AWSAccounts.test(TestServer(answer), environment: environment)
        .caller(for: .ireland).call(.listing())
    }
    #expect(failure?.kind == kind)
    #expect(failure?.description.contains(words) == true)
    #expect(failure?.description.contains("my.own.token") == false)
    #expect(failure?.remedy?.contains(remedy) == true)
  }

  @Test("An identity provider that STS can't reach is asked about again")
  func provider() async throws {
    let server = TestServer(
      Self.error("IDPCommunicationError", "m"), .ok(Self.xml("2026-01-01T13:00:00Z")), .ok("{}"))
    let environment = AWSEnvironment.test(Self.variables, files: ["/var/run/token": "x"])
    _ = try await AWSAccounts.test(server, environment: environment).caller(for: .ireland)
      .call(.listing())
    #expect(server.received.count == 3)
  }

  @Test(
    "A token's file that is missing or empty is named, and nobody is asked",
    arguments: [([:], "doesn't exist"), (["/var/run/token": " \n"], "is empty")])
  func files(files: [String: String], words: String) async throws {
    let server = TestServer(.ok("{}"))
    let environment = AWSEnvironment.test(Self.variables, files: files)
    let failure = try await awsFailure {
      try await AWSAccounts.test(server, environment: environment).caller(for: .ireland)
        .call(.listing())
    }
    #expect(failure?.kind == .noCredentials)
    #expect(failure?.description == "The web identity token file /var/run/token \(words).")
    #expect(server.received.isEmpty)
  }

  @Test("A folder in place of a token's file is told as one")
  func folder() async throws {
    var environment = AWSEnvironment.test(Self.variables)
    environment.readFile = { path in
      guard path == "/var/run/token" else { return nil }
      throw BoundedFile.Problem.isFolder
    }
    let failure = try await awsFailure {
      try await AWSAccounts.test(TestServer(.ok("{}")), environment: environment)
        .caller(for: .ireland).call(.listing())
    }
    #expect(
      failure?.description
        == "The web identity token file /var/run/token can't be read: it is a folder.")
  }

  @Test("Keys of STS that can't be keys are told at once") func oddKeys() async throws {
    let answer = Self.xml("2026-01-01T13:00:00Z").replacing("ASIAW", with: "ASIA W")
    let environment = AWSEnvironment.test(Self.variables, files: ["/var/run/token": "x"])
    let failure = try await awsFailure {
      try await AWSAccounts.test(TestServer(.ok(answer)), environment: environment)
        .caller(for: .ireland).call(.listing())
    }
    #expect(
      failure?.description
        == "The AccessKeyId of sts AssumeRoleWithWebIdentity contains a space or tab, which no AWS "
        + "key has.")
  }
}
