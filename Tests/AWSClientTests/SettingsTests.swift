import CodeDeployNotifications
import Testing

@testable import AWSClient

/// Settings of the environment and the profile, the environment's first.
@Suite struct SettingsTests {
  private static func profile(
    _ variables: [String: String], _ config: String = ""
  ) throws -> AWSProfile {
    try ConfigurationLoader(
      .test(variables, files: ["/home/ada/.aws/config": "[default]\n\(config)\n"])
    ).profile("")
  }

  @Test(
    "how often a call is made",
    arguments: [
      ([:], "", 3), (["AWS_MAX_ATTEMPTS": "7"], "max_attempts = 2", 7),
      ([:], "max_attempts = 2", 2), ([:], "retry_mode = legacy", 5),
      (["AWS_RETRY_MODE": "standard"], "retry_mode = legacy", 3),
      (["AWS_RETRY_MODE": "adaptive"], "", 3),
      (["AWS_RETRY_MODE": "legacy", "AWS_MAX_ATTEMPTS": "1"], "", 1),
    ] as [([String: String], String, Int)])
  func attempts(variables: [String: String], config: String, attempts: Int) throws {
    #expect(try Self.profile(variables, config).maximumAttempts() == attempts)
  }

  @Test(
    "what is no such setting is named",
    arguments: [
      (["AWS_MAX_ATTEMPTS": "0"], "", "AWS_MAX_ATTEMPTS is “0” and must be a number from 1."),
      (
        [:], "max_attempts = x",
        "max_attempts of profile default is “x” and must be a number from 1."
      ),
      (
        ["AWS_RETRY_MODE": "often"], "",
        "AWS_RETRY_MODE is “often” and must be one of legacy, standard, adaptive."
      ),
      (
        [:], "sts_regional_endpoints = global",
        "sts_regional_endpoints of profile default is “global” and must be one of legacy, regional."
      ),
    ] as [([String: String], String, String)])
  func wrong(variables: [String: String], config: String, sentence: String) async throws {
    let failure = try await awsFailure {
      let profile = try Self.profile(variables, config)
      _ = try profile.maximumAttempts()
      _ = try profile.endpoint(service: "sts", region: "eu-west-1")
    }
    #expect(failure?.description == sentence)
  }

  @Test(
    "which of AWS's addresses",
    arguments: [
      ([:], "use_fips_endpoint = true", "us-west-2", "https://sts-fips.us-west-2.amazonaws.com"),
      (
        ["AWS_USE_FIPS_ENDPOINT": "false"], "use_fips_endpoint = true", "us-west-2",
        "https://sts.us-west-2.amazonaws.com"
      ),
      ([:], "use_dualstack_endpoint = true", "us-west-2", "https://sts.us-west-2.api.aws"),
      ([:], "", "fips-us-west-2", "https://sts-fips.us-west-2.amazonaws.com"),
      ([:], "", "us-west-2-fips", "https://sts-fips.us-west-2.amazonaws.com"),
      ([:], "sts_regional_endpoints = legacy", "us-west-2", "https://sts.amazonaws.com"),
      (
        ["AWS_STS_REGIONAL_ENDPOINTS": "regional"], "sts_regional_endpoints = legacy", "us-west-2",
        "https://sts.us-west-2.amazonaws.com"
      ),
      (
        ["AWS_USE_FIPS_ENDPOINT": "true", "AWS_STS_REGIONAL_ENDPOINTS": "legacy"], "", "us-west-2",
        "https://sts-fips.us-west-2.amazonaws.com"
      ),
      // What the user set comes before all of these, as it stands.
      (
        ["AWS_USE_FIPS_ENDPOINT": "true", "AWS_ENDPOINT_URL": "http://own"], "", "us-west-2",
        "http://own"
      ),
      (
        ["AWS_STS_REGIONAL_ENDPOINTS": "legacy", "AWS_ENDPOINT_URL_STS": "http://own"], "",
        "us-west-2", "http://own"
      ),
    ] as [([String: String], String, String, String)])
  func addresses(
    variables: [String: String], config: String, region: String, base: String
  ) throws {
    #expect(
      try Self.profile(variables, config).endpoint(service: "sts", region: region).base == base)
  }

  @Test("STS' global address takes signatures for us-east-1, and so does no other service")
  func signing() async throws {
    let server = TestServer(.ok("<GetCallerIdentityResponse/>"))
    let environment = AWSEnvironment.test([
      "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s",
      "AWS_STS_REGIONAL_ENDPOINTS": "legacy", "AWS_USE_FIPS_ENDPOINT": "false",
    ])
    let caller = AWSAccounts.test(server, environment: environment).caller(for: .ireland)
    _ = try await caller.call(
      AWSCall(
        service: "sts", region: "eu-west-1",
        form: .query(action: "GetCallerIdentity", version: "2011-06-15", parameters: [])))
    #expect(server.received.last?.url == "https://sts.amazonaws.com/")
    #expect(server.received.last?.signature?.region == "us-east-1")
    _ = try await awsFailure { try await caller.call(.listing(attempts: 1)) }
    #expect(server.received.last?.signature?.region == "eu-west-1")
  }

  @Test("the profile that was asked for says where STS is, also for its source's keys")
  func sourceProfile() async throws {
    let config = """
      [profile p]
      role_arn = arn
      source_profile = q
      endpoint_url = http://p
      [profile q]
      role_arn = arn
      source_profile = r
      endpoint_url = http://q
      [profile r]
      aws_access_key_id = R
      aws_secret_access_key = s
      """
    let server = TestServer(.error("AccessDenied"))
    let environment = AWSEnvironment.test([:], files: ["/home/ada/.aws/config": config])
    _ = try await awsFailure {
      try await AWSAccounts.test(server, environment: environment)
        .caller(for: AWSScope(region: "eu-west-1", profile: "p")).call(.listing())
    }
    #expect(server.received.map(\.url) == ["http://p/"])
  }
}
