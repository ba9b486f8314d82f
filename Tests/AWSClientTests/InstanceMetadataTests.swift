import CodeDeployNotifications
import Foundation
import Testing

@testable import AWSClient

/// Requests to an instance's metadata service, and how its answers are read.
@Suite struct InstanceMetadataTests {
  private static let enabled = ["AWS_EC2_METADATA_DISABLED": "false"]

  private static let keys = """
    {"Code": "Success", "AccessKeyId": "ASIAI", "SecretAccessKey": "s", "Token": "t",
     "Expiration": "2026-01-01T18:00:00Z"}
    """

  /// The answers of a service that works.
  private static func answer(_ request: HTTPRequest) -> TestServer.Answer {
    if request.method == .put { return .ok("a-token") }
    return .ok(request.url.hasSuffix("security-credentials/") ? "my role\n" : keys)
  }

  private static func find(
    _ server: TestServer, _ variables: [String: String] = [:], config: String = "",
    chance: Double = 0.5
  ) async throws -> CredentialProvider.Finding {
    let environment = AWSEnvironment.test(
      enabled.merging(variables) { $1 }, files: ["/home/ada/.aws/config": config], chance: chance)
    return try await CredentialProvider.instanceMetadata.find(
      ContainerCredentialsTests.context(server, environment))
  }

  private static func reason(
    _ server: TestServer, _ variables: [String: String] = [:]
  ) async throws -> String? {
    guard case .absent(let reason) = try await find(server, variables) else { return nil }
    return reason
  }

  @Test("A token is asked for first, then the role, then its keys, past every proxy")
  func asks() async throws {
    let server = TestServer { request, _ in Self.answer(request) }
    guard case .found(let found) = try await Self.find(server) else {
      Issue.record("none found")
      return
    }
    #expect(found.accessKeyID == "ASIAI")
    #expect(found.sessionToken == Secret("t"))
    #expect(found.expiration == noon + 6 * 3600)
    let base = "http://169.254.169.254/latest/"
    #expect(
      server.received.map { "\($0.method.rawValue) \($0.url)" } == [
        "PUT \(base)api/token", "GET \(base)meta-data/iam/security-credentials/",
        "GET \(base)meta-data/iam/security-credentials/my%20role",
      ])
    #expect(
      server.received.map { $0.headers.map { "\($0.name): \($0.value)" } } == [
        ["x-aws-ec2-metadata-token-ttl-seconds: 21600"], ["x-aws-ec2-metadata-token: a-token"],
        ["x-aws-ec2-metadata-token: a-token"],
      ])
    for request in server.received {
      #expect(request.bypassesProxy && request.timeout == .seconds(1) && request.body.isEmpty)
    }
  }

  @Test(
    "The service's address and time-out can be set as for the AWS CLI",
    arguments: [
      (["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"], "", "http://[fd00:ec2::254]/", 1),
      (["AWS_IMDS_USE_IPV6": "true"], "", "http://[fd00:ec2::254]/", 1),
      (["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "ipv4"], "", "http://169.254.169.254/", 1),
      (["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://x:1"], "", "http://x:1/", 1),
      ([:], "ec2_metadata_service_endpoint = http://y/z/", "http://y/z/", 1),
      ([:], "ec2_metadata_service_endpoint_mode = IPv6", "http://[fd00:ec2::254]/", 1),
      (["AWS_METADATA_SERVICE_TIMEOUT": "7"], "", "http://169.254.169.254/", 7),
      ([:], "metadata_service_timeout = 3", "http://169.254.169.254/", 3),
    ] as [([String: String], String, String, Int)])
  func settings(
    variables: [String: String], config: String, base: String, timeout: Int
  ) async throws {
    let server = TestServer { request, _ in Self.answer(request) }
    _ = try await Self.find(server, variables, config: "[default]\n\(config)\n")
    let request = try #require(server.received.first)
    #expect(request.url == base + "latest/api/token")
    #expect(request.timeout == .seconds(timeout))
  }

  @Test("The service is asked as often as is set")
  func attempts() async throws {
    let server = TestServer(.status(500))
    let reason = try await Self.reason(server, ["AWS_METADATA_SERVICE_NUM_ATTEMPTS": "3"])
    #expect(reason == "instance metadata: 169.254.169.254 answered status 500")
    #expect(server.received.map(\.method) == [.put, .put, .put, .get, .get, .get])
  }

  @Test(
    "A service that gives no keys is told with the reason",
    arguments: [
      ([.status(400)], "169.254.169.254 refused the request for a token"),
      ([.ok("t"), .status(404)], "169.254.169.254 has no role for this instance"),
      ([.failure(.unreachable)], "codedeploy.example didn't answer"),
      (
        [.ok("t"), .ok("role"), .ok(#"{"Code": "Failed", "Message": "EC2 may not."}"#)],
        "the service at 169.254.169.254 says Failed: EC2 may not"
      ),
    ] as [([TestServer.Answer], String)])
  func none(answers: [TestServer.Answer], words: String) async throws {
    let server = TestServer { _, index in answers[min(index, answers.count - 1)] }
    let reason = try await Self.reason(server)
    #expect(reason == "instance metadata: \(words)")
  }

  @Test("A token that never comes is waited for once")
  func silent() async throws {
    let server = TestServer(.failure(.timedOut))
    _ = try await Self.reason(server, ["AWS_METADATA_SERVICE_NUM_ATTEMPTS": "2"])
    #expect(server.received.map(\.method) == [.put, .get, .get])
  }

  @Test("Keys that the service couldn't renew serve on, and are asked for again a little later")
  func extends() async throws {
    let old = Self.keys.replacing("T18:00", with: "T11:00")
    let server = TestServer { request, _ in
      request.url.hasSuffix("role") ? .ok(old) : Self.answer(request)
    }
    guard case .found(let found) = try await Self.find(server, chance: 0.25) else {
      Issue.record("none found")
      return
    }
    #expect(found.expiration == noon + 15 * 60 + 120 + 120)
  }

  @Test(
    "A wrong setting ends the search and is named",
    arguments: [
      ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "ftp://x"],
      ["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "ipv5"], ["AWS_METADATA_SERVICE_TIMEOUT": "soon"],
      ["AWS_METADATA_SERVICE_NUM_ATTEMPTS": "0"],
    ])
  func wrong(variables: [String: String]) async throws {
    let server = TestServer(.ok("x"))
    let failure = try await awsFailure { try await Self.find(server, variables) }
    #expect(failure?.description.contains(variables.keys.first ?? "?") == true)
    #expect(server.received.isEmpty)
  }

  @Test(
    "A wrong setting of the profile is named as that",
    arguments: [
      (
        "ec2_metadata_service_endpoint = ftp://x",
        "ec2_metadata_service_endpoint of profile default is not an http or https URL."
      ),
      (
        "ec2_metadata_service_endpoint = http://localhost:99999/",
        "ec2_metadata_service_endpoint of profile default names the port 99999; ports go from 1 to "
          + "65535."
      ),
      (
        "ec2_metadata_service_endpoint_mode = ipv5",
        "ec2_metadata_service_endpoint_mode of profile default is \"ipv5\", but must be IPv4 or IPv6."
      ),
      (
        "ec2_metadata_v1_disabled = true",
        "The instance metadata at 169.254.169.254 returned no token, and ec2_metadata_v1_disabled of "
          + "profile default is true."
      ),
    ])
  func wrongProfile(config: String, sentence: String) async throws {
    let failure = try await awsFailure {
      try await Self.find(TestServer(.status(404)), config: "[default]\n\(config)\n")
    }
    #expect(failure?.description == sentence)
  }
}
