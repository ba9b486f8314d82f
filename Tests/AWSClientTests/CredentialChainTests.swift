import CodeDeployNotifications
import Foundation
import HostFiles
import Testing

@testable import AWSClient

/// Where credentials come from. The table was made by running boto3 1.43 in each of these
/// environments; rows in which this program differs say so.
@Suite struct CredentialChainTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var variables: [String: String] = [:]
    var explicit = ""
    var config: String?
    var credentials: String?
    /// Key id, secret and token, or `nil` for an error.
    var found: [String?]?
  }

  static let keys = ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "es"]
  static let config = """
    [default]
    aws_access_key_id = FD
    aws_secret_access_key = fd
    [profile p]
    aws_access_key_id = FP
    aws_secret_access_key = fp
    [q]
    aws_access_key_id = FQ
    aws_secret_access_key = fq
    [profile "a b"]
    aws_access_key_id = AB
    aws_secret_access_key = ab
    """
  static let credentials = "[default]\naws_access_key_id = CD\naws_secret_access_key = cd\n"
  static let onlyP = "[p]\naws_access_key_id = CP\naws_secret_access_key = cp\n"

  private static func with(_ more: [String: String]) -> [String: String] {
    keys.merging(more) { _, new in new }
  }

  static let table = [
    Case(testDescription: "nothing"),
    Case(testDescription: "environment", variables: keys, found: ["ENV", "es", nil]),
    Case(
      testDescription: "environment before files", variables: keys, config: config,
      credentials: credentials, found: ["ENV", "es", nil]),
    Case(
      testDescription: "environment's token", variables: with(["AWS_SESSION_TOKEN": "t"]),
      found: ["ENV", "es", "t"]),
    Case(
      testDescription: "the older token name first",
      variables: with(["AWS_SESSION_TOKEN": "t", "AWS_SECURITY_TOKEN": "old"]),
      found: ["ENV", "es", "old"]),
    Case(
      testDescription: "empty access key is none",
      variables: ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "x"],
      credentials: credentials, found: ["CD", "cd", nil]),
    Case(
      testDescription: "secret key alone is nothing", variables: ["AWS_SECRET_ACCESS_KEY": "x"],
      credentials: credentials, found: ["CD", "cd", nil]),
    Case(
      testDescription: "access key alone is an error", variables: ["AWS_ACCESS_KEY_ID": "ENV"],
      credentials: credentials),
    Case(
      testDescription: "credentials file before config file", config: config,
      credentials: credentials, found: ["CD", "cd", nil]),
    Case(testDescription: "config file", config: config, found: ["FD", "fd", nil]),
    Case(
      testDescription: "AWS_PROFILE doesn't beat the environment",
      variables: with(["AWS_PROFILE": "p"]), config: config, found: ["ENV", "es", nil]),
    Case(
      testDescription: "an explicit profile does", variables: keys, explicit: "p", config: config,
      found: ["FP", "fp", nil]),
    Case(
      testDescription: "even the default one", variables: keys, explicit: "default",
      config: config, credentials: credentials, found: ["CD", "cd", nil]),
    Case(
      testDescription: "the profile's own section of the credentials file", explicit: "p",
      config: config, credentials: onlyP, found: ["CP", "cp", nil]),
    Case(
      testDescription: "AWS_PROFILE", variables: ["AWS_PROFILE": "p"], config: config,
      credentials: credentials, found: ["FP", "fp", nil]),
    Case(
      testDescription: "AWS_DEFAULT_PROFILE", variables: ["AWS_DEFAULT_PROFILE": "p"],
      config: config, found: ["FP", "fp", nil]),
    Case(
      testDescription: "AWS_PROFILE first (the AWS CLI's order, not boto3's)",
      variables: ["AWS_PROFILE": "p", "AWS_DEFAULT_PROFILE": "default"], config: config,
      found: ["FP", "fp", nil]),
    Case(
      testDescription: "an empty AWS_PROFILE is none (boto3: an error)",
      variables: ["AWS_PROFILE": ""], config: config, found: ["FD", "fd", nil]),
    Case(
      testDescription: "explicit before AWS_PROFILE", variables: ["AWS_PROFILE": "default"],
      explicit: "p", config: config, found: ["FP", "fp", nil]),
    Case(
      testDescription: "a missing profile is an error, whatever else there is",
      variables: with(["AWS_PROFILE": "zz"]), config: config, credentials: credentials),
    Case(testDescription: "an explicit one too", variables: keys, explicit: "zz", config: config),
    Case(testDescription: "[q] in the config file is no profile", explicit: "q", config: config),
    Case(
      testDescription: "[profile p] in the credentials file is none either", explicit: "p",
      credentials: "[profile p]\naws_access_key_id = CP\naws_secret_access_key = s"),
    Case(
      testDescription: "a quoted name", explicit: "a b", config: config,
      found: ["AB", "ab", nil]),
    Case(
      testDescription: "half a pair is an error", config: config,
      credentials: "[default]\naws_access_key_id = CD"),
    Case(
      testDescription: "an empty secret is an error (boto3: signs with it)", config: config,
      credentials: "[default]\naws_access_key_id = CD\naws_secret_access_key ="),
    Case(
      testDescription: "a section without keys is passed over", config: config,
      credentials: "[default]\nregion = r", found: ["FD", "fd", nil]),
    Case(
      testDescription: "the profile's token", credentials: credentials + "aws_session_token = t",
      found: ["CD", "cd", "t"]),
    Case(
      testDescription: "an empty token is none (boto3: sends it)",
      credentials: credentials + "aws_session_token =", found: ["CD", "cd", nil]),
    Case(
      testDescription: "[profile default]",
      config: "[profile default]\naws_access_key_id = PD\naws_secret_access_key = s",
      found: ["PD", "s", nil]),
    Case(
      testDescription: "files elsewhere",
      variables: [
        "AWS_CONFIG_FILE": "~/.aws/credentials", "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
      ], config: config, credentials: credentials, found: ["CD", "cd", nil]),
    Case(
      testDescription: "a malformed file is an error", variables: keys, config: "foo\n"),
  ]

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

  @Test("A file that can't be read is named")
  func unreadable() async throws {
    struct Denied: Error {}
    var environment = AWSEnvironment.test()
    environment.readFile = { _ in throw Denied() }
    let failure = try await awsFailure { try AWSConfiguration(environment) }
    #expect(
      failure?.description == "The AWS settings in /home/ada/.aws/config can't be read.")
  }

  @Test("A folder in place of a configuration file counts as none, and is told of with a profile")
  func folders() async throws {
    var environment = AWSEnvironment.test(["AWS_PROFILE": "prod"])
    environment.readFile = { path in
      guard path.hasSuffix("config") else { return nil }
      throw BoundedFile.Problem.isFolder
    }
    let loader = ConfigurationLoader(environment)
    let failure = try await awsFailure { try loader.profile("") }
    #expect(
      failure?.description
        == "There is no AWS profile prod (from AWS_PROFILE) in /home/ada/.aws/config (a folder) or "
        + "/home/ada/.aws/credentials.")
    environment.variables = [:]
    #expect(throws: Never.self) { try ConfigurationLoader(environment).profile("") }
  }

  @Test("A file of this machine is read, missing or unreadable, and never waited for")
  func files() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try AWSEnvironment.replace("\(folder)/config", Array("[default]".utf8))
    #expect(try AWSEnvironment.file("\(folder)/config") == Array("[default]".utf8))
    #expect(try AWSEnvironment.file("\(folder)/none") == nil)
    #expect(try AWSEnvironment.file("\(folder)/config/none") == nil)
    #expect(throws: BoundedFile.Problem.self) { try AWSEnvironment.file(folder) }
    // A link to itself is there, and can't be read.
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder)/loop", withDestinationPath: "\(folder)/loop")
    let problem = #expect(throws: BoundedFile.Problem.self) {
      try AWSEnvironment.file("\(folder)/loop")
    }
    #expect("\(try #require(problem))".hasPrefix("can't be read: too many "))
    #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
    #expect(try AWSEnvironment.file("\(folder)/pipe") == [])
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
