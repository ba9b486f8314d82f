import CodeDeployNotifications
import Foundation
import Testing

@testable import AWSClient

/// Where credentials come from. The table was made by running boto3 1.43 in each of these
/// environments; rows in which this program differs say so.
@Suite struct CredentialChainTests {
  private static func find(_ example: Case) async throws -> AWSCredentials {
    var files: [String: String] = [:]
    files["/home/ada/.aws/config"] = example.config
    files["/home/ada/.aws/credentials"] = example.credentials
    let environment = AWSEnvironment.test(example.variables, files: files)
    let profile = try ConfigurationLoader(environment).profile(example.explicit)
    return try await CredentialChain.standard.credentials(
      in: CredentialContext(profile: profile, region: "eu-west-1", http: TestServer(.ok("")).client)
    )
  }

  @Test("Credentials are found where boto3 finds them", arguments: table)
  func precedence(_ example: Case) async throws {
    guard let expected = example.found else {
      let failure = try await awsFailure { try await Self.find(example) }
      #expect(failure?.kind == .noCredentials)
      return
    }
    let found = try await Self.find(example)
    #expect(
      [found.accessKeyID, found.secretAccessKey.revealed, found.sessionToken?.revealed]
        == expected)
  }

  @Test(
    "Where no credentials are found, what was looked for is told",
    arguments: [
      (
        Case(testDescription: "no files"),
        "No AWS credentials were found. Environment: AWS_ACCESS_KEY_ID is not set. "
          + "Role: profile default has no role_arn. Web identity: no AWS_WEB_IDENTITY_TOKEN_FILE "
          + "and no web_identity_token_file of profile default. "
          + "IAM Identity Center: profile default has no sso_account_id. "
          + "Profile default: there is no file /home/ada/.aws/credentials. "
          + "Login: profile default has no login_session. "
          + "Process: profile default has no credential_process. "
          + "Profile default: there is no file /home/ada/.aws/config. "
          + "Container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor "
          + "AWS_CONTAINER_CREDENTIALS_FULL_URI is set. "
          + "Instance metadata: AWS_EC2_METADATA_DISABLED is true."
      ),
      (
        Case(
          testDescription: "others' profiles", variables: keys, explicit: "p",
          config: "[profile p]\nregion = r", credentials: credentials),
        "No AWS credentials were found. Environment: not used, because profile p is selected. "
          + "Role: profile p has no role_arn. Web identity: no web_identity_token_file of profile "
          + "p. IAM Identity Center: profile p has no sso_account_id. Profile p: no such profile "
          + "in /home/ada/.aws/credentials. Login: profile p has no login_session. Process: "
          + "profile p has no credential_process. Profile p: no aws_access_key_id in "
          + "/home/ada/.aws/config. Container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor "
          + "AWS_CONTAINER_CREDENTIALS_FULL_URI is set. Instance metadata: "
          + "AWS_EC2_METADATA_DISABLED is true."
      ),
      (
        Case(testDescription: "missing", variables: ["AWS_PROFILE": "zz"], config: config),
        "There is no AWS profile zz (from AWS_PROFILE) in /home/ada/.aws/config or "
          + "/home/ada/.aws/credentials."
      ),
      (
        Case(testDescription: "half", credentials: "[default]\naws_access_key_id = CD"),
        "The AWS profile default in /home/ada/.aws/credentials has keys but no "
          + "aws_secret_access_key. Add it there."
      ),
    ])
  func sentences(_ example: Case, sentence: String) async throws {
    let failure = try await awsFailure { try await Self.find(example) }
    let said = failure.map { [$0.description] + $0.places }
    #expect(said?.joined(separator: " ") == sentence)
  }

  @Test("What to do comes first, and where was looked is apart from it")
  func advice() async throws {
    let none = try await awsFailure { try await Self.find(Case(testDescription: "nothing")) }
    #expect(none?.description == "No AWS credentials were found.")
    #expect(none?.remedy?.hasPrefix("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY") == true)
    #expect(none?.places.count == 10)
    let unknown = try await awsFailure {
      try await Self.find(
        Case(
          testDescription: "typo", explicit: "prodution", config: "[profile production]\nregion = r"
        ))
    }
    #expect(
      unknown?.remedy == "Create it with \"aws configure --profile prodution\", or name another "
        + "one. Did you mean production?")
  }

  @Test(
    "A blank or line break in a key is told with its place, and no key is shown",
    arguments: [
      (["AWS_ACCESS_KEY_ID": "AKID\n"], nil, "AWS_ACCESS_KEY_ID ends in a line break"),
      (["AWS_ACCESS_KEY_ID": "AKID\r"], nil, "AWS_ACCESS_KEY_ID ends in a line break"),
      (["AWS_ACCESS_KEY_ID": " AKID"], nil, "AWS_ACCESS_KEY_ID begins with a space or tab"),
      (["AWS_SECRET_ACCESS_KEY": "s s"], nil, "AWS_SECRET_ACCESS_KEY contains a space or tab"),
      (["AWS_SESSION_TOKEN": "t\u{1}t"], nil, "AWS_SESSION_TOKEN contains a control character"),
      (
        ["AWS_SECURITY_TOKEN": "té"], nil, "AWS_SECURITY_TOKEN ends in a character that isn't ASCII"
      ),
      (
        [:], "[default]\naws_access_key_id = C D\naws_secret_access_key = cd",
        "The aws_access_key_id of the AWS profile default in /home/ada/.aws/credentials contains a space or tab"
      ),
      (
        [:], "[default]\naws_access_key_id = CD\naws_secret_access_key = c\n  d",
        "The aws_secret_access_key of the AWS profile default in /home/ada/.aws/credentials "
          + "contains a line break"
      ),
    ] as [([String: String], String?, String)])
  func oddKeys(variables: [String: String], credentials: String?, sentence: String) async throws {
    let failure = try await awsFailure {
      try await Self.find(
        Case(
          testDescription: "odd", variables: credentials == nil ? Self.with(variables) : [:],
          credentials: credentials))
    }
    #expect(failure?.kind == .noCredentials)
    #expect(failure?.description == "\(sentence), which no AWS key has.")
  }

  @Test("No secret is in what is printed of credentials")
  func dump() async throws {
    let found = try await Self.find(
      Case(
        testDescription: "", variables: Self.keys.merging(["AWS_SESSION_TOKEN": "tok-123"]) { $1 }))
    var dumped = "\(found) \(String(reflecting: found))"
    Swift.dump(found, to: &dumped)
    #expect(!dumped.contains("\"es\"") && !dumped.contains("tok-123"))
  }
}
