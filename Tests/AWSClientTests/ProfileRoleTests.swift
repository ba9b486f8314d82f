import CodeDeployNotifications
import Testing

@testable import AWSClient

/// Profiles that assume a role.
@Suite struct ProfileRoleTests {
  private static let answer = """
    <AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA</AccessKeyId>
    <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
    <Expiration>2026-01-01T13:00:00Z</Expiration></Credentials></AssumeRoleResult>
    </AssumeRoleResponse>
    """

  private static func scope(_ profile: String) -> AWSScope {
    AWSScope(region: "eu-west-1", profile: profile)
  }

  private static func run(
    profile: String, _ config: String, variables: [String: String] = [:]
  ) async throws -> [HTTPRequest] {
    let server = TestServer { request, _ in
      .ok(request.signature?.service == "sts" ? answer : "{}")
    }
    let environment = AWSEnvironment.test(variables, files: ["/home/ada/.aws/config": config])
    _ = try await AWSAccounts.test(server, environment: environment)
      .caller(for: scope(profile)).call(.listing())
    return server.received
  }

  @Test("The role is assumed with the source's keys, over as many steps as there are")
  func steps() async throws {
    let config = """
      [default]
      aws_access_key_id = BASE
      aws_secret_access_key = s
      [profile first]
      role_arn = arn:first
      source_profile = default
      [profile second]
      role_arn = arn:second
      source_profile = first
      external_id = x
      role_session_name = nightly
      duration_seconds = 900
      """
    let requests = try await Self.run(profile: "second", config)
    #expect(
      requests.prefix(2).map { String(decoding: $0.body, as: UTF8.self) } == [
        "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Afirst&RoleSessionName=cdnotify",
        "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Asecond&RoleSessionName=nightly"
          + "&ExternalId=x&DurationSeconds=900",
      ])
    #expect(
      requests.map { $0.signature?.credentials.accessKeyID } == ["BASE", "ASIA", "ASIA"])
  }

  @Test("The role is assumed in the profile's region, whichever scope is read first")
  func region() async throws {
    let config = """
      [profile own]
      region = us-east-1
      role_arn = arn:first
      source_profile = keys
      [profile roaming]
      role_arn = arn:first
      source_profile = keys
      [profile keys]
      aws_access_key_id = BASE
      aws_secret_access_key = s
      """
    let requests = try await Self.run(profile: "own", config)
    #expect(requests.map { $0.signature?.region } == ["us-east-1", "eu-west-1"])
    let roaming = try await Self.run(profile: "roaming", config)
    #expect(roaming.map { $0.signature?.region } == ["eu-west-1", "eu-west-1"])
    let set = try await Self.run(
      profile: "roaming", config, variables: ["AWS_REGION": "eu-central-1"])
    #expect(set.map { $0.signature?.region } == ["eu-central-1", "eu-west-1"])
    // Keys of one partition are worth nothing in another.
    let other = try await Self.run(
      profile: "roaming", config, variables: ["AWS_REGION": "cn-north-1"])
    #expect(other.map { $0.signature?.region } == ["eu-west-1", "eu-west-1"])
  }

  @Test("A profile may be its own source, and the environment may be one")
  func sources() async throws {
    let own = """
      [profile p]
      role_arn = arn
      source_profile = p
      aws_access_key_id = OWN
      aws_secret_access_key = s
      """
    let ids = try await Self.run(profile: "p", own).map { $0.signature?.credentials.accessKeyID }
    #expect(ids == ["OWN", "ASIA"])
    let keys = ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s"]
    let environment = "[profile p]\nrole_arn = arn\ncredential_source = Environment\n"
    let requests = try await Self.run(profile: "p", environment, variables: keys)
    #expect(requests.map { $0.signature?.credentials.accessKeyID } == ["ENV", "ASIA"])
  }

  @Test(
    "A source's keys take precedence over its role, which is said of one that lacks half of them")
  func halfKeys() async throws {
    let provider = CredentialProvider.profileRole
    let environment = AWSEnvironment.test(
      [:], files: ["/home/ada/.aws/config": "[default]\nrole_arn = arn\naws_access_key_id = A\n"])
    var context = try ContainerCredentialsTests.context(TestServer(.ok("{}")), environment)
    context.visited = ["other"]
    guard case .absent(let reason) = try await provider.find(context) else {
      Issue.record("it has credentials")
      return
    }
    #expect(reason == "role: not used, because profile default sets keys")
  }

  @Test(
    "Settings that lead nowhere are said, and no other identity is used",
    arguments: [
      ("", "has a role_arn, but neither source_profile nor credential_source"),
      ("aws_access_key_id = A\naws_secret_access_key = s", "has a role_arn, but neither"),
      ("source_profile = p", "The source_profile p of the AWS profile p leads back to it."),
      ("source_profile = q", "leads back to it. Name a profile that has keys."),
      ("source_profile = none", "There is no AWS profile none"),
      (
        "source_profile = empty",
        "The source_profile empty of the AWS profile p has no credentials."
      ),
      ("source_profile = q\ncredential_source = Environment", "has both"),
      ("credential_source = Moon", "has an unknown credential_source: Moon"),
      ("source_profile = q\nmfa_serial = arn", "has an mfa_serial"),
      (
        "credential_source = Environment",
        "The credential_source Environment of the AWS profile p has no credentials. "
          + "Environment: AWS_ACCESS_KEY_ID is not set."
      ),
      (
        "credential_source = EcsContainer",
        "has no credentials. Container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
      ),
      (
        "credential_source = Ec2InstanceMetadata",
        "has no credentials. Instance metadata: AWS_EC2_METADATA_DISABLED is true."
      ),
    ])
  func wrong(settings: String, words: String) async throws {
    let config = """
      [profile empty]
      [profile q]
      role_arn = arn
      source_profile = p
      [profile p]
      role_arn = arn
      \(settings)
      """
    let failure = try await awsFailure { try await Self.run(profile: "p", config) }
    #expect(failure?.kind == .noCredentials)
    let said = failure.map { ([$0.description] + $0.places).joined(separator: " ") }
    #expect(said?.contains(words) == true)
  }
}
