import CodeDeployNotifications
import Testing

@testable import AWSClient

/// Where requests go.
@Suite struct EndpointTests {
  private static func base(
    _ service: String = "codedeploy", region: String = "eu-west-1",
    variables: [String: String] = [:], config: String = ""
  ) throws -> String {
    let environment = AWSEnvironment.test(variables, files: ["/home/ada/.aws/config": config])
    return try ConfigurationLoader(environment).profile("")
      .endpoint(service: service, region: region).base
  }

  /// The hosts that botocore 1.43 calls.
  @Test(
    "A service's public address is the one that botocore calls",
    arguments: [
      ("codedeploy", "eu-west-1", "codedeploy.eu-west-1.amazonaws.com"),
      ("email", "us-east-1", "email.us-east-1.amazonaws.com"),
      ("sts", "us-east-1", "sts.us-east-1.amazonaws.com"),
      ("sns", "cn-north-1", "sns.cn-north-1.amazonaws.com.cn"),
      ("ssm", "us-gov-west-1", "ssm.us-gov-west-1.amazonaws.com"),
      ("codedeploy", "us-iso-east-1", "codedeploy.us-iso-east-1.c2s.ic.gov"),
      ("codedeploy", "us-isob-east-1", "codedeploy.us-isob-east-1.sc2s.sgov.gov"),
      ("codedeploy", "eu-isoe-west-1", "codedeploy.eu-isoe-west-1.cloud.adc-e.uk"),
      ("codedeploy", "us-isof-south-1", "codedeploy.us-isof-south-1.csp.hci.ic.gov"),
      ("secretsmanager", "eusc-de-east-1", "secretsmanager.eusc-de-east-1.amazonaws.eu"),
      ("codedeploy", "xx-new-1", "codedeploy.xx-new-1.amazonaws.com"),
    ])
  func publicAddress(service: String, region: String, host: String) throws {
    #expect(try Self.base(service, region: region) == "https://\(host)")
  }

  @Test(
    "A region can't lead elsewhere",
    arguments: ["", "eu-west-1.example.com/", "a@b", "a/b", "é", "eu west"])
  func strangeRegion(region: String) {
    #expect(throws: AWSFailure.self) { try Self.base(region: region) }
  }

  static let layered = """
    [default]
    endpoint_url = http://profile
    services = mine
    [services mine]
    codedeploy =
      endpoint_url = http://service
    """

  @Test(
    "An address of the user's is taken from where the AWS CLI takes it",
    arguments: [
      (
        ["AWS_ENDPOINT_URL_CODEDEPLOY": "http://one", "AWS_ENDPOINT_URL": "http://all"],
        "http://one"
      ),
      (["AWS_ENDPOINT_URL_SNS": "http://one", "AWS_ENDPOINT_URL": "http://all"], "http://all"),
      (["AWS_ENDPOINT_URL_SNS": "http://one"], "http://service"),
      ([:], "http://service"),
      (
        ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "True", "AWS_ENDPOINT_URL": "http://all"],
        "https://codedeploy.eu-west-1.amazonaws.com"
      ),
      (["AWS_ENDPOINT_URL": ""], "http://service"),
    ] as [([String: String], String)])
  func override(variables: [String: String], base: String) throws {
    #expect(try Self.base(variables: variables, config: Self.layered) == base)
  }

  @Test("The profile's address serves every service")
  func profileAddress() throws {
    #expect(try Self.base("sns", config: Self.layered) == "http://profile")
  }

  @Test(
    "Each service's address can be set by the AWS CLI's variable for it",
    arguments: [
      ("codedeploy", "CODEDEPLOY"), ("sns", "SNS"), ("sts", "STS"), ("ssm", "SSM"),
      ("secretsmanager", "SECRETS_MANAGER"), ("email", "SESV2"), ("dynamodb", "DYNAMODB"),
      ("portal.sso", "SSO"), ("oidc", "SSO_OIDC"), ("signin", "SIGNIN"),
      ("cloudtrail", "CLOUDTRAIL"),
    ])
  func serviceVariable(service: String, name: String) throws {
    let variables = ["AWS_ENDPOINT_URL_\(name)": "http://127.0.0.1:5000/"]
    #expect(try Self.base(service, variables: variables) == "http://127.0.0.1:5000")
  }

  @Test(
    "A path is kept where it can be signed",
    arguments: [
      ("https://proxy:8443/aws/v1/", "https://proxy:8443/aws/v1"),
      ("HTTP://[::1]:5000", "http://[::1]:5000"), ("http://h/a%20b", nil), ("http://h/a b", nil),
      ("http://h/a//b", nil), ("http://h/../a", nil), ("http://h?x=1", nil), ("http://u:p@h", nil),
      ("ftp://h", nil), ("h:5000", nil), ("http://", nil),
    ] as [(String, String?)])
  func path(url: String, base: String?) throws {
    #expect((try? Self.base(variables: ["AWS_ENDPOINT_URL": url])) == base)
  }

  @Test("A wrong address is not repeated: it may hold a password")
  func wrongAddress() async throws {
    let failure = try await awsFailure {
      try Self.base(variables: ["AWS_ENDPOINT_URL": "http://user:hunter2@host"])
    }
    #expect(failure?.description == "AWS_ENDPOINT_URL has no valid host name.")
  }

  @Test(
    "What is wrong with an address or a region is said, with where it stands",
    arguments: [
      (
        "", "region = eu-west-1",
        "No AWS region is known: set AWS_REGION, give the AWS profile a region, or register the "
          + "application with one."
      ),
      ("eu west", "", "\"eu west\" is not an AWS region."),
      (
        "eu-west-1", "endpoint_url = ftp://x",
        "endpoint_url of profile default is not an http or https URL."
      ),
      (
        "eu-west-1", "endpoint_url = http://:8080",
        "endpoint_url of profile default has no valid host name."
      ),
      (
        "eu-west-1", "endpoint_url = http://localhost:99999",
        "endpoint_url of profile default names the port 99999; ports go from 1 to 65535."
      ),
      (
        "eu-west-1", "services = dev\n[services dev]\ncodedeploy =\n  endpoint_url = http://u:p@h",
        "endpoint_url of codedeploy in [services dev] has no valid host name."
      ),
      (
        "eu-west-1", "services = dev",
        "The AWS profile default names services dev, but there is no [services dev] in "
          + "/home/ada/.aws/config."
      ),
    ])
  func wrong(region: String, config: String, sentence: String) async throws {
    let failure = try await awsFailure {
      try Self.base(region: region, config: "[default]\n\(config)")
    }
    #expect(failure?.description == sentence)
  }

  @Test(
    "The region is taken from where the AWS CLI takes it",
    arguments: [
      (["AWS_REGION": "a", "AWS_DEFAULT_REGION": "b"], "a"), (["AWS_DEFAULT_REGION": "b"], "b"),
      ([:], "c"), (["AWS_PROFILE": "other"], "d"), (["AWS_PROFILE": "none"], nil),
    ] as [([String: String], String?)])
  func region(variables: [String: String], region: String?) throws {
    let files = [
      "/home/ada/.aws/config": "[default]\nregion=c\n[profile other]\nregion=d\n[profile none]"
    ]
    let accounts = AWSAccounts.test(
      TestServer(.ok("{}")), environment: .test(variables, files: files))
    #expect(try accounts.region() == region)
    #expect(try accounts.region(explicit: "x") == "x")
    #expect(
      try accounts.region(explicit: "", profile: "other") == variables["AWS_REGION"]
        ?? variables["AWS_DEFAULT_REGION"] ?? "d")
  }
}
