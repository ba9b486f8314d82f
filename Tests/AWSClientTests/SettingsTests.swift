import CodeDeployNotifications
import Synchronization
import TestSupport
import Testing

@testable import AWSClient

/// Settings of the environment and the profile; the environment's take precedence.
@Suite struct SettingsTests {
  private static func profile(
    _ variables: [String: String], _ config: String = ""
  ) throws -> AWSProfile {
    try ConfigurationLoader(
      .test(variables, files: ["/home/ada/.aws/config": "[default]\n\(config)\n"])
    ).profile("")
  }

  @Test(
    "The number of attempts follows the variables, the profile and the retry mode",
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
    "The CA bundle that is set is used for every request to AWS",
    arguments: [
      ([:], "", nil), ([:], "ca_bundle = /etc/own.pem", "/etc/own.pem"),
      ([:], "ca_bundle = ~/own.pem", "/home/ada/own.pem"),
      (["AWS_CA_BUNDLE": "/first.pem"], "ca_bundle = /etc/own.pem", "/first.pem"),
    ] as [([String: String], String, String?)])
  func caBundle(variables: [String: String], config: String, bundle: String?) async throws {
    #expect(try Self.profile(variables, config).caBundle == bundle)
    // Every request uses it, including those that lead to credentials.
    let bundles = Recorder<String?>()
    let environment = AWSEnvironment.test(
      ["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "sk"].merging(variables) { $1 },
      files: ["/home/ada/.aws/config": "[default]\n\(config)\n"])
    let server = TestServer(.ok("{}"))
    let accounts = AWSAccounts(environment: environment) { bundle in
      bundles.record(bundle)
      return server.client
    }
    _ = try await accounts.caller(for: .ireland).call(.listing())
    _ = try? await accounts.caller(for: AssumeRoleTests.scope).call(.listing())
    #expect(Set(bundles.all) == [bundle])
    #expect(bundles.all.count >= 2)
  }

  @Test(
    "Plain http to another machine is warned of, wherever it is set",
    arguments: [
      ("AWS_ENDPOINT_URL", "http://proxy.example", true),
      ("AWS_ENDPOINT_URL_CODEDEPLOY", "HTTP://10.0.0.1:8080/aws", true),
      ("AWS_ENDPOINT_URL", "http://[fe80::1]:80", true),
      ("AWS_ENDPOINT_URL", "http://127.0.0.1.example", true),
      ("AWS_ENDPOINT_URL", "https://proxy.example", false),
      ("AWS_ENDPOINT_URL", "http://127.0.0.1:4566", false),
      ("AWS_ENDPOINT_URL", "http://localhost", false),
      ("AWS_ENDPOINT_URL", "http://[::1]:1", false),
      ("endpoint_url", "http://proxy.example", true),
    ])
  func plainHTTP(setting: String, address: String, isWarned: Bool) async throws {
    let warnings = Recorder<String>()
    var variables = ["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "sk"]
    if setting.hasPrefix("AWS") { variables[setting] = address }
    var environment = AWSEnvironment.test(
      variables, files: ["/home/ada/.aws/config": "[default]\nendpoint_url = \(address)\n"])
    environment.warn = { warnings.record($0) }
    let accounts = AWSAccounts.test(TestServer(.ok("{}")), environment: environment)
    _ = try await accounts.caller(for: .ireland).call(.listing())
    #expect(warnings.all.isEmpty != isWarned)
    let place = setting.hasPrefix("AWS") ? setting : "endpoint_url of profile default"
    for warning in warnings.all {
      #expect(warning.hasPrefix("\(place) reaches AWS over plain http"))
    }
  }

  @Test(
    "Files that change are read anew after a while, and at once when AWS refuses what they said")
  func changedFiles() async throws {
    let clock = TestClock()
    let keys = Mutex("A")
    var environment = AWSEnvironment.test([:], clock: clock)
    environment.readFile = { path in
      guard path == "/home/ada/.aws/credentials" else { return nil }
      let key = keys.withLock { $0 }
      return Array("[default]\naws_access_key_id = \(key)\naws_secret_access_key = s\n".utf8)
    }
    let server = TestServer { request, _ in
      request.signature?.credentials.accessKeyID == "A"
        ? .error("UnrecognizedClientException") : .ok("{}")
    }
    let caller = AWSAccounts.test(server, environment: environment).caller(for: .ireland)
    let failure = try await awsFailure { try await caller.call(.listing()) }
    #expect(failure?.kind == .credentialsRefused)
    // Reading the same key again is no reason for another request.
    #expect(server.received.count == 1)
    keys.withLock { $0 = "B" }
    _ = try await caller.call(.listing())
    #expect(server.received.last?.signature?.credentials.accessKeyID == "B")
    let loader = ConfigurationLoader(environment)
    #expect(try loader.profile("").settings.text("aws_access_key_id") == "B")
    keys.withLock { $0 = "C" }
    clock.pass(ConfigurationLoader.lifetime + 1)
    #expect(try loader.profile("").settings.text("aws_access_key_id") == "C")
  }

  @Test(
    "A setting with a wrong value is named, with what it may be",
    arguments: [
      (
        ["AWS_MAX_ATTEMPTS": "0"], "",
        "AWS_MAX_ATTEMPTS is \"0\", but must be a whole number of at least 1."
      ),
      (
        [:], "max_attempts = x",
        "max_attempts of profile default is \"x\", but must be a whole number of at least 1."
      ),
      (
        ["AWS_RETRY_MODE": "often"], "",
        "AWS_RETRY_MODE is \"often\", but must be one of legacy, standard, adaptive."
      ),
      (
        [:], "sts_regional_endpoints = global",
        "sts_regional_endpoints of profile default is \"global\", but must be one of legacy, "
          + "regional."
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
    "Settings choose among AWS's FIPS, dual-stack, regional and global addresses",
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
      // An address that the user set overrides all of these, and is used unchanged.
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

  @Test("The profile that was asked for says where STS is, also for its source's keys")
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
