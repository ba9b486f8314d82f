import Testing

extension CredentialChainTests {
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

  static func with(_ more: [String: String]) -> [String: String] {
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
}
