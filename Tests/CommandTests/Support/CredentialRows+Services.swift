extension CredentialRows {
  /// The SHA-1 of `work` and of the start URL, under which the AWS CLI keeps tokens.
  private static let session = ".aws/sso/cache/e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json"
  private static let legacy = ".aws/sso/cache/e8be5486177c5b5392bd9aa76563515b29358e6e.json"

  private static let start = "https://example.awsapps.com/start"
  private static let account = "sso_account_id = 123456789012\n"
  private static let admin = account + "sso_role_name = Admin\n"

  private static let work =
    "[default]\nsso_session = work\n" + admin
    + "[sso-session work]\nsso_start_url = \(start)\nsso_region = us-east-1\n"
  private static let older =
    "[default]\nsso_start_url = \(start)\nsso_region = us-east-1\n" + admin

  private static func token(
    _ expires: String, of token: String = "sso-x", renewal: String? = nil,
    registration: String = "{later}"
  ) -> String {
    let more = renewal.map {
      #", "clientId": "client", "clientSecret": "client-secret", "refreshToken": "\#($0)", "#
        + #""registrationExpiresAt": "\#(registration)""#
    }
    return #"{"accessToken": "\#(token)", "expiresAt": "\#(expires)"\#(more ?? "")}"#
  }

  private static func row(
    _ name: String, _ expected: String, _ token: String?, config: String = work
  ) -> CredentialRow {
    CredentialRow(
      "Identity Center: " + name, expected, config: config,
      files: token.map { [session: $0] } ?? [:])
  }

  private static let own = "ASIA_Admin_123456789012_sso_x"
  private static let renewed = "ASIA_Admin_123456789012_sso_renewed"

  static let identityCenter = [
    row("a session", own, token("{later}")),
    row("nobody logged in", "error", nil),
    row("no token in the cache", "error", "{}"),
    row("a cache that is no JSON", "error", "sso-x"),
    row("an expired session that can't be renewed", "error", token("{past}")),
    row("an expired session that can", renewed, token("{past}", renewal: "refresh")),
    row("one that expires soon and can", renewed, token("{soon}", renewal: "refresh")),
    row("one that expires soon and can't", own, token("{soon}")),
    row("one that expires soon and isn't renewed", own, token("{soon}", renewal: "used")),
    row("an expired one that isn't renewed", "error", token("{past}", renewal: "used")),
    row(
      "an expired registration", own, token("{soon}", renewal: "refresh", registration: "{past}")),
    row("a token that isn't accepted", "error", token("{later}", of: "sso-revoked")),
    row(
      "somebody else's role", "error", token("{later}"),
      config: work.replacing("Admin", with: "Forbidden")),
    row(
      "a session that isn't there", "error", token("{later}"),
      config: work.replacing("sso-session work", with: "sso-session play")),
    row(
      "a session without a region", "error", token("{later}"),
      config: work.replacing("sso_region = us-east-1\n", with: "")),
    row(
      "a profile without a role", "error", token("{later}"),
      config: work.replacing("sso_role_name = Admin\n", with: "")),
    row(
      "a profile at odds with its session", "error", token("{later}"),
      config: work.replacing("[sso-session", with: "sso_region = eu-west-1\n[sso-session")),
    row(
      "a session alone is no credentials", "AKIDF", token("{later}"),
      config: "[default]\nsso_session = work\n" + pair("AKIDF")
        + "[sso-session work]\nsso_start_url = \(start)\nsso_region = us-east-1\n"),
    row(
      "before the config file's keys", own, token("{later}"),
      config: work.replacing("[sso-session", with: pair("AKIDF") + "[sso-session")),
    CredentialRow(
      "Identity Center: before the credentials file", own, config: work,
      credentials: "[default]\n" + pair("AKIDC"), files: [session: token("{later}")]),
    CredentialRow(
      "Identity Center: the older form", own, config: older, files: [legacy: token("{later}")]),
    CredentialRow(
      "Identity Center: the older form's expired token, which nothing renews", "error",
      config: older, files: [legacy: token("{past}", renewal: "refresh")]),
    CredentialRow(
      "Identity Center: the older form's token that expires soon", own, config: older,
      files: [legacy: token("{soon}", renewal: "refresh")]),
    CredentialRow(
      "Identity Center: the older form has a token of its own", "error", config: older,
      files: [session: token("{later}")]),
    CredentialRow(
      "Identity Center: a role's source", "ASIA_deploy_" + own,
      config: work
        + "[profile r]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = default\n",
      files: [session: token("{later}")]
    ).profiled("r"),
  ]

  private static func container(
    _ name: String, _ more: [String: String] = [:], at address: String = "{peer}/container/"
  ) -> [String: String] {
    ["AWS_CONTAINER_CREDENTIALS_FULL_URI": address + name].merging(more) { $1 }
  }

  static let containers = [
    CredentialRow("a container", "ASIA_container_open", container("open")),
    CredentialRow(
      "a container by name", "ASIA_container_open",
      container("open", at: "http://localhost:{port}/container/")),
    CredentialRow(
      "a container's token", "ASIA_container_token",
      container("token", ["AWS_CONTAINER_AUTHORIZATION_TOKEN": "peer-container-token"])),
    CredentialRow(
      "a container's token file", "ASIA_container_token",
      container("token", ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{home}/t"]),
      files: ["t": "peer-container-token"]),
    CredentialRow(
      "a container's token file before its token", "ASIA_container_token",
      container(
        "token",
        [
          "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{home}/t",
          "AWS_CONTAINER_AUTHORIZATION_TOKEN": "wrong",
        ]), files: ["t": "peer-container-token"]),
    CredentialRow("a container that wants a token", "error", container("token")),
    CredentialRow(
      "a container that wants another token", "error",
      container("token", ["AWS_CONTAINER_AUTHORIZATION_TOKEN": "wrong"])),
    CredentialRow(
      "a container's token file that isn't there", "error",
      container("open", ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{home}/t"])),
    CredentialRow(
      "a container's token with a line break", "error",
      container("token", ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{home}/t"]),
      files: ["t": "peer-container-token\n"]),
    CredentialRow(
      "a container on the network", "error", container("open", at: "http://192.0.2.1/")),
    CredentialRow("no address of a container", "error", container("", at: "container")),
    CredentialRow("a container's expired keys", "error", container("expired")),
    CredentialRow("a container's half a pair", "error", container("incomplete")),
    CredentialRow("a container that fails", "error", container("broken")),
    CredentialRow("a container that isn't one", "error", container("garbage")),
    CredentialRow(
      "the files before a container", "AKIDC", container("open"),
      credentials: "[default]\n" + pair("AKIDC")),
    CredentialRow(
      "a container before an instance", "ASIA_container_open",
      container("open", instance("ok"))),
  ]

  private static func instance(
    _ name: String, _ more: [String: String] = [:]
  ) -> [String: String] {
    [
      "AWS_EC2_METADATA_DISABLED": "false",
      "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{peer}/imds/\(name)",
    ].merging(more) { $1 }
  }

  static let instances = [
    CredentialRow("an instance", "ASIA_instance_ok", instance("ok")),
    CredentialRow("an instance of version 1", "ASIA_instance_version1", instance("version1")),
    CredentialRow(
      "an instance of version 1 where that isn't wanted", "error",
      instance("version1", ["AWS_EC2_METADATA_V1_DISABLED": "true"])),
    CredentialRow(
      "an instance of version 2 where that alone is wanted", "ASIA_instance_ok",
      instance("ok", ["AWS_EC2_METADATA_V1_DISABLED": "true"])),
    CredentialRow("an instance without a role", "none", instance("norole")),
    CredentialRow("an instance whose role is refused", "none", instance("refused")),
    CredentialRow(
      "an instance's keys that can't be renewed", "ASIA_instance_expired", instance("expired")),
    CredentialRow("an instance that refuses a token", "none", instance("badtoken")),
    CredentialRow("an instance that fails", "none", instance("broken")),
    CredentialRow("an instance that is silent", "none", instance("silent")),
    CredentialRow("nothing there", "none", instance("elsewhere")),
    CredentialRow(
      "an instance that isn't asked", "none",
      instance("ok", ["AWS_EC2_METADATA_DISABLED": "TRUE"])),
    CredentialRow(
      "an instance's address in the profile", "ASIA_instance_ok",
      ["AWS_EC2_METADATA_DISABLED": "false"],
      config: "[default]\nec2_metadata_service_endpoint = {peer}/imds/ok/\n"),
    CredentialRow(
      "an odd mode", "error", instance("ok", ["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "ipv5"])),
    CredentialRow(
      "an address before the mode", "ASIA_instance_ok",
      instance("ok", ["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"])),
    CredentialRow(
      "the files before an instance", "AKIDC", instance("ok"),
      credentials: "[default]\n" + pair("AKIDC")),
  ]
}
