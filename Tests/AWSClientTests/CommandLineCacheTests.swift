import CodeDeployNotifications
import Foundation
import Testing

@testable import AWSClient

/// Roles with MFA, whose sessions the AWS CLI caches.
@Suite struct CommandLineCacheTests {
  private static let device = "arn:aws:iam::123456789012:mfa/ada"

  private static func cache(
    session: String? = nil, externalID: String? = nil, duration: Int? = nil
  ) -> CommandLineCache {
    var role = AssumeRole(
      roleARN: "arn:aws:iam::123456789012:role/deploy", externalID: externalID)
    role.duration = duration
    return CommandLineCache(role: role, sessionName: session, serialNumber: device)
  }

  @Test("Cached sessions have the file names that botocore 1.43 gives them")
  func keys() {
    #expect(Self.cache().key == "0aa1895b0f94fc0ca2f7ba50fb4e1fa84b9c9590")
    #expect(
      Self.cache(session: "nightly", externalID: #"a"b\é"#, duration: 900).key
        == "44c68bec652faf3e78c4a8f9fdc9b0013cb104bc")
  }

  private static func load(_ session: String?) async throws -> AWSCredentials {
    let config = """
      [default]
      role_arn = arn:aws:iam::123456789012:role/deploy
      source_profile = base
      mfa_serial = \(device)
      [profile base]
      aws_access_key_id = BASE
      aws_secret_access_key = s
      """
    var files = ["/home/ada/.aws/config": config]
    files["/home/ada/.aws/cli/cache/\(cache().key).json"] = session
    let server = TestServer(.error("AccessDenied"))
    defer { #expect(server.received.isEmpty) }
    return try await CredentialChain.standard.credentials(
      in: ContainerCredentialsTests.context(server, .test([:], files: files)))
  }

  /// A session as the AWS CLI writes it.
  private static func session(until expiration: String) -> String {
    """
    {"Credentials": {"AccessKeyId": "ASIAM", "SecretAccessKey": "s", "SessionToken": "t",
      "Expiration": "\(expiration)", "AccountId": "123456789012"},
     "AssumedRoleUser": {"AssumedRoleId": "AROA:x", "Arn": "arn"}, "ResponseMetadata": {}}
    """
  }

  @Test("A cached MFA session is used until it expires") func unexpired() async throws {
    let found = try await Self.load(Self.session(until: "2026-01-01T12:00:01UTC"))
    #expect(found.accessKeyID == "ASIAM")
    #expect(found.expiration == noon + 1)
  }

  @Test(
    "Without a valid cached session a person has to type a code",
    arguments: [nil, session(until: "2026-01-01T12:00:00UTC"), "{}", "x"])
  func none(session: String?) async throws {
    let failure = try await awsFailure { try await Self.load(session) }
    #expect(failure?.kind == .noCredentials)
    #expect(
      failure?.description
        == "The AWS profile default has an mfa_serial, and nobody is there to type a code.")
    #expect(failure?.remedy?.hasPrefix("Run an aws command with --profile default") == true)
  }
}
