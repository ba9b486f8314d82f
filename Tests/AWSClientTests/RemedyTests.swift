import CodeDeployNotifications
import Foundation
import Testing

@testable import AWSClient

/// What failures say about remedies.
@Suite struct RemedyTests {
  private static let user = "User: arn:aws:iam::123456789012:user/team/ada is not authorized"
  private static let role =
    "User: arn:aws:sts::123456789012:assumed-role/reader/nightly is not authorized"
  private static let list = "to perform: codedeploy:ListDeployments on resource: arn:aws:x"

  /// The messages are from IAM's page on access denied messages.
  @Test(
    "A denial's remedy names the action, who lacks it and the policy",
    arguments: [
      (
        "\(user) \(list) because no identity-based policy allows the codedeploy:ListDeployments action",
        "codedeploy:ListDeployments",
        "Allow codedeploy:ListDeployments in an IAM policy of the user ada."
      ),
      (
        "\(role) \(list)", "codedeploy:ListDeployments",
        "Allow codedeploy:ListDeployments in an IAM policy of the role reader."
      ),
      (
        "\(role) \(list) because no session policy allows the codedeploy:ListDeployments action",
        "codedeploy:ListDeployments",
        "Allow codedeploy:ListDeployments in the session policy of the role reader."
      ),
      (
        "\(user) \(list) because no permissions boundary allows the x action",
        "codedeploy:ListDeployments",
        "Allow codedeploy:ListDeployments in the permissions boundary of the user ada."
      ),
      (
        "\(user) \(list) with an explicit deny in a service control policy",
        "codedeploy:ListDeployments",
        "A policy of the user ada denies codedeploy:ListDeployments explicitly: remove that "
          + "statement, since no other policy overrides it."
      ),
      (
        "Not authorized to perform sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithWebIdentity",
        "Allow sts:AssumeRoleWithWebIdentity in an IAM policy."
      ),
      ("Access denied", nil, nil),
      ("You are not authorized to perform this operation.", nil, nil),
    ] as [(String, String?, String?)])
  func denials(message: String, action: String?, remedy: String?) async throws {
    let answer = TestServer.Answer.status(
      400, #"{"__type": "AccessDeniedException", "Message": "\#(message)"}"#)
    let failure = try await Self.failure(answer)
    #expect(failure?.kind == .accessDenied)
    #expect(failure?.deniedAction == action)
    #expect(failure?.remedy == remedy)
    #expect(failure?.description.contains(message.prefix(40)) == true)
  }

  private static let profile = [
    "/home/ada/.aws/credentials": "[default]\naws_access_key_id = A\naws_secret_access_key = s\n"
  ]

  private static func failure(
    _ answer: TestServer.Answer, environment: AWSEnvironment = .test(),
    region: String = "eu-west-1"
  ) async throws -> AWSFailure? {
    var call = AWSCall.listing(attempts: 1)
    call.region = region
    return try await awsFailure { [call] in
      try await AWSAccounts.test(TestServer(answer), environment: environment)
        .caller(for: AWSScope(region: region)).call(call)
    }
  }

  @Test(
    "Credentials that aren't accepted are told apart, with where they are from",
    arguments: [
      (
        "ExpiredTokenException", true,
        "Put fresh keys and their session token into the environment."
      ),
      (
        "ExpiredToken", false,
        "Renew the credentials from profile default in /home/ada/.aws/credentials."
      ),
      (
        "UnrecognizedClientException", true,
        "Check that the access key from the environment exists and is active, that a session token "
          + "belongs to it, and that its account has the region eu-west-1 enabled."
      ),
      (
        "InvalidSignatureException", true,
        "Check that the secret access key from the environment belongs to the access key."
      ),
      ("MissingAuthenticationToken", true, nil),
    ] as [(String, Bool, String?)])
  func credentials(code: String, isEnvironment: Bool, remedy: String?) async throws {
    let environment: AWSEnvironment =
      isEnvironment ? .test() : .test([:], files: Self.profile)
    let failure = try await Self.failure(.error(code), environment: environment)
    #expect(failure?.kind == .credentialsRefused)
    #expect(failure?.remedy == remedy)
    let source =
      isEnvironment ? "the environment" : "profile default in /home/ada/.aws/credentials"
    #expect(
      failure?.description.hasPrefix(
        "AWS doesn't accept the credentials from \(source) for codedeploy ListDeployments") == true)
  }

  @Test(
    "A region that isn't known is named where its host can't be reached",
    arguments: [
      (
        "eu-wset-1", [:],
        "eu-wset-1 is not a known AWS region. Did you mean eu-west-1?"
      ),
      ("frankfurt", [:], "frankfurt is not a known AWS region."),
      ("eu-west-1", [:], nil),
      ("eu-wset-1", ["AWS_ENDPOINT_URL": "http://own"], nil),
    ] as [(String, [String: String], String?)])
  func regions(region: String, variables: [String: String], remedy: String?) async throws {
    let keys = ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"]
    let failure = try await Self.failure(
      .failure(.unreachable), environment: .test(keys.merging(variables) { $1 }), region: region)
    #expect(failure?.kind == .unreachable)
    #expect(failure?.remedy == remedy)
    #expect(try await Self.failure(.failure(.timedOut), region: region)?.remedy == nil)
  }
}
