extension CredentialRows {
  /// The SHA-256 of `ada`, under which the AWS CLI keeps the session.
  private static let name = "fdee430d40bd57deeac186cd9790033d0f06f909a8806e7ce6e717ab7c7d5029.json"
  private static let cache = ".aws/login/cache/" + name

  private static let config = "[default]\nlogin_session = ada\n"

  private static func token(
    _ expires: String, refresh: String = "login-refresh", key: String = "{loginkey}"
  ) -> String {
    #"{"accessToken": {"accessKeyId": "ASIA_old", "secretAccessKey": "x", "#
      + #""sessionToken": "t", "accountId": "123456789012", "expiresAt": "\#(expires)"}, "#
      + #""clientId": "arn:aws:signin:::devtools/same-device", "tokenType": "aws_sigv4", "#
      + #""refreshToken": "\#(refresh)", "dpopKey": "\#(key)"}"#
  }

  private static let renewed = "ASIA_login_renewed"

  static let logins = [
    CredentialRow(
      "aws login: keys that ended are renewed", renewed, config: config,
      files: [cache: token("{past}")]),
    CredentialRow(
      "aws login: so are those that end in a minute", renewed, config: config,
      files: [cache: token("{minute}")]),
    CredentialRow(
      "aws login: a session that ended", "error", config: config,
      files: [cache: token("{past}", refresh: "used")]),
    CredentialRow("aws login: nobody logged in", "error", config: config),
    CredentialRow("aws login: no token", "error", config: config, files: [cache: "{}"]),
    CredentialRow(
      "aws login: no key", "error", config: config, files: [cache: token("{past}", key: "x")]),
    CredentialRow(
      "aws login: a cache elsewhere", renewed, ["AWS_LOGIN_CACHE_DIRECTORY": "~/elsewhere"],
      config: config, files: ["elsewhere/" + name: token("{past}")]),
    CredentialRow(
      "aws login: after the credentials file", "AKIDC", config: config,
      credentials: "[default]\n" + pair("AKIDC"), files: [cache: token("{past}")]),
    CredentialRow(
      "aws login: before a program", renewed,
      config: config + "credential_process = /bin/false\n", files: [cache: token("{past}")]),
    CredentialRow(
      "aws login: a role's source", "ASIA_deploy_" + renewed,
      config: config
        + "[profile r]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n"
        + "source_profile = default\n", files: [cache: token("{past}")]
    ).profiled("r"),
  ]
}
