import CodeDeployNotifications
import Foundation
import Synchronization
import Testing

@testable import AWSClient

/// Requests to a container platform, and how its answers are read.
@Suite struct ContainerCredentialsTests {
  static let keys = """
    {"RoleArn": "arn", "AccessKeyId": "ASIAC", "SecretAccessKey": "s", "Token": "t",
     "Expiration": "2026-01-01T13:00:00Z"}
    """

  static func context(
    _ server: TestServer, _ environment: AWSEnvironment, profile: String = ""
  ) throws -> CredentialContext {
    CredentialContext(
      profile: try ConfigurationLoader(environment).profile(profile), region: "eu-west-1",
      http: server.client)
  }

  private static func load(
    _ server: TestServer, _ variables: [String: String], files: [String: String] = [:],
    sleeps: Recorder<Duration> = Recorder()
  ) async throws -> AWSCredentials {
    try await CredentialChain(providers: [.container]).credentials(
      in: context(server, .test(variables, files: files, sleeps: sleeps)))
  }

  @Test(
    "Keys are asked for at ECS's own address or the platform's, a relative one first",
    arguments: [
      (
        ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/1?a=b"],
        "http://169.254.170.2/v2/credentials/1?a=b"
      ),
      (
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials"],
        "http://169.254.170.23/v1/credentials"
      ),
      (
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://[fd00:ec2::23]/v1/credentials"],
        "http://[fd00:ec2::23]/v1/credentials"
      ),
      (
        [
          "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/r",
          "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost:1/f",
        ], "http://169.254.170.2/r"
      ),
    ])
  func address(variables: [String: String], url: String) async throws {
    let server = TestServer(.ok(Self.keys))
    let found = try await Self.load(server, variables)
    #expect(found.accessKeyID == "ASIAC")
    #expect(found.sessionToken == Secret("t"))
    #expect(found.expiration == noon + 3600)
    let request = try #require(server.received.first)
    #expect(request.url == url)
    #expect(request.method == .get)
    #expect(request.signature == nil)
    #expect(request.bypassesProxy)
    #expect(request.timeout == .seconds(2))
  }

  /// The table follows botocore's `_validate_allowed_url`.
  @Test(
    "Keys are taken by http only from this machine",
    arguments: [
      ("http://127.0.0.1/", true, true), ("http://127.9.9.9:80/x", true, true),
      ("http://[::1]:8080/x", true, true), ("http://LOCALHOST/x", true, true),
      ("http://169.254.170.2/x", true, true), ("https://example.com/x", true, false),
      ("https://localhost/x", true, true), ("http://example.com/x", false, false),
      ("http://192.0.2.1/x", false, false), ("http://169.254.169.254/x", false, false),
      ("http://127.0.0.1.example.com/x", false, false),
      ("http://127.0.0.1@example.com/", false, false),
      ("http://128.0.0.1/x", false, false), ("http://[::2]/x", false, false),
      ("ftp://localhost/x", false, false), ("localhost/x", false, false),
      ("http:///x", false, false),
    ])
  func hosts(url: String, isAllowed: Bool, isOfThisMachine: Bool) throws {
    let address = try? ContainerAddress(url, from: "NAME")
    #expect((address != nil) == isAllowed)
    #expect((address?.isOfThisMachine ?? false) == isOfThisMachine)
  }

  @Test("The token's file is read at each load")
  func tokenFile() async throws {
    let server = TestServer(.ok(Self.keys))
    let token = Mutex("first")
    var environment = AWSEnvironment.test([
      "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/c",
      "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/token",
    ])
    environment.readFile = { path in
      path == "/token" ? Array(token.withLock { $0 }.utf8) : nil
    }
    let context = try Self.context(server, environment)
    _ = try await CredentialProvider.container.find(context)
    token.withLock { $0 = "second" }
    _ = try await CredentialProvider.container.find(context)
    let sent = server.received.map { request in
      request.headers.first { $0.name == "Authorization" }?.value
    }
    #expect(sent == ["first", "second"])
  }

  @Test("The service is asked three times, and what it says is told without the token")
  func troubled() async throws {
    let server = TestServer(.status(403, #"{"message": "no \#u{7}to peer-token"}"#))
    let sleeps = Recorder<Duration>()
    let failure = try await awsFailure {
      try await Self.load(
        server,
        [
          "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost:80/c",
          "AWS_CONTAINER_AUTHORIZATION_TOKEN": "peer-token",
        ], sleeps: sleeps)
    }
    #expect(failure?.kind == .noCredentials)
    #expect(
      failure?.description
        == "The container's credential service at localhost returned no credentials: status 403: "
        + #"{"message": "no to ********"}."#)
    #expect(server.received.count == 3)
    #expect(sleeps.all == [.seconds(1), .seconds(1)])
  }

  @Test(
    "An answer without usable keys is told with what is wrong",
    arguments: [
      (
        "<html>",
        "What the container's credential service at localhost returned is not a JSON object."
      ),
      (
        #"{"AccessKeyId": "A", "SecretAccessKey": "very-secret", "Token": "t"}"#,
        "The container's credential service at localhost returned no Expiration."
      ),
      (
        #"{"AccessKeyId": "A", "SecretAccessKey": "very-secret"}"#,
        "The container's credential service at localhost returned no Token."
      ),
      (
        #"{"code": 1, "Code": "Nope", "Message": "not today"}"#,
        "The container's credential service at localhost says Nope: not today."
      ),
      (
        #"{"AccessKeyId":"A","SecretAccessKey":"s","Token":"t","Expiration":"2026-01-01T11:59:00Z"}"#,
        "The AWS credentials from the container expired at 2026-01-01T11:59:00Z."
      ),
    ])
  func wrong(body: String, sentence: String) async throws {
    let failure = try await awsFailure {
      try await Self.load(
        TestServer(.ok(body)), ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/c"])
    }
    #expect(failure?.description == sentence)
  }
}
