extension CredentialRows {
  private static func arn(_ role: String) -> String { "arn:aws:iam::123456789012:role/\(role)" }

  /// A default profile with a role, and a profile `base` with keys.
  private static func role(_ name: String, _ more: String = "source_profile = base") -> String {
    "[default]\nrole_arn = \(arn(name))\n\(more)\n[profile base]\n" + pair("AKIDBASE")
  }

  static let roles = [
    CredentialRow("a role", "ASIA_deploy_AKIDBASE", config: role("deploy")),
    CredentialRow(
      "a role of a role", "ASIA_b_ASIA_a_AKIDBASE",
      config: role("b", "source_profile = a")
        + "[profile a]\nrole_arn = \(arn("a"))\nsource_profile = base\n"),
    CredentialRow(
      "a role with keys of its own", "ASIA_deploy_AKIDOWN",
      config: role("deploy", "source_profile = default\n" + pair("AKIDOWN"))),
    CredentialRow("a role in a ring", "error", config: role("deploy", "source_profile = default")),
    CredentialRow(
      "roles in a ring", "error",
      config: role("deploy", "source_profile = a")
        + "[profile a]\nrole_arn = \(arn("a"))\nsource_profile = default\n"),
    CredentialRow(
      "a source that isn't there", "error", config: role("deploy", "source_profile = x")),
    CredentialRow(
      "a source without keys", "error",
      config: role("deploy", "source_profile = x") + "[profile x]\nregion = us-east-1\n"),
    CredentialRow(
      "a source doesn't go on to the container", "error",
      ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "{peer}/container/open"],
      config: role("deploy", "source_profile = x") + "[profile x]\nregion = us-east-1\n"),
    CredentialRow("a role without a source", "error", config: role("deploy", "")),
    CredentialRow(
      "a role with two sources", "error",
      config: role("deploy", "source_profile = base\ncredential_source = Environment")),
    CredentialRow(
      "a role with an odd source", "error", config: role("deploy", "credential_source = Moon")),
    CredentialRow(
      "a source in small letters", "error", keys, profile: "default",
      config: role("deploy", "credential_source = environment")),
    CredentialRow(
      "a role with the environment's keys", "ASIA_deploy_AKIDENV", keys, profile: "default",
      config: role("deploy", "credential_source = Environment")),
    CredentialRow(
      "a role with the environment's keys, of which there are none", "error",
      config: role("deploy", "credential_source = Environment")),
    CredentialRow(
      "a role with the container's keys", "ASIA_deploy_ASIA_container_open",
      ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "{peer}/container/open"],
      config: role("deploy", "credential_source = EcsContainer")),
    CredentialRow(
      "a role with the container's keys, without a container", "error",
      config: role("deploy", "credential_source = EcsContainer")),
    CredentialRow(
      "a role with the instance's keys", "ASIA_deploy_ASIA_instance_ok",
      [
        "AWS_EC2_METADATA_DISABLED": "false",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{peer}/imds/ok",
      ], config: role("deploy", "credential_source = Ec2InstanceMetadata")),
    CredentialRow(
      "a role with the instance's keys, not on an instance", "error",
      config: role("deploy", "credential_source = Ec2InstanceMetadata")),
    CredentialRow(
      "an external id", "ASIA_external_AKIDBASE",
      config: role("external", "source_profile = base\nexternal_id = shared")),
    CredentialRow("an external id that lacks", "error", config: role("external")),
    CredentialRow(
      "another external id", "error",
      config: role("external", "source_profile = base\nexternal_id = other")),
    CredentialRow("a role that isn't there", "error", config: role("unknown")),
    CredentialRow(
      "a name and a duration", "ASIA_hour_AKIDBASE",
      config: role(
        "hour", "source_profile = base\nrole_session_name = nightly\nduration_seconds = 900")),
    CredentialRow(
      "a duration that is too long", "error",
      config: role("hour", "source_profile = base\nduration_seconds = 7200")),
    CredentialRow(
      "a duration that is no number", "ASIA_hour_AKIDBASE",
      config: role("hour", "source_profile = base\nduration_seconds = long")),
    CredentialRow(
      "a device that nobody holds", "error",
      config: role(
        "deploy", "source_profile = base\nmfa_serial = arn:aws:iam::123456789012:mfa/ada")),
    CredentialRow(
      "a role in one file, its source in the other", "ASIA_deploy_AKIDC",
      config: "[profile r]\nrole_arn = \(arn("deploy"))\nsource_profile = s\n",
      credentials: "[s]\n" + pair("AKIDC")
    ).profiled("r"),
    CredentialRow(
      "a role in the credentials file", "ASIA_deploy_AKIDC",
      credentials: "[default]\nrole_arn = \(arn("deploy"))\nsource_profile = s\n[s]\n"
        + pair("AKIDC")),
    CredentialRow(
      "a role with a program's keys", "ASIA_deploy_AKIDPROC",
      config: role("deploy", "source_profile = program")
        + "[profile program]\ncredential_process = /bin/echo '{\"Version\": 1, "
        + "\"AccessKeyId\": \"AKIDPROC\", \"SecretAccessKey\": \"secret-AKIDPROC\"}'\n"),
    CredentialRow(
      "a role with a web identity's keys", "ASIA_deploy_ASIA_web_ci",
      config: role("deploy", "source_profile = ci")
        + "[profile ci]\nrole_arn = \(arn("web"))\nweb_identity_token_file = {home}/token\n",
      files: ["token": "{current}"]),
    CredentialRow(
      "a source takes no web identity from the environment", "error",
      ["AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token", "AWS_ROLE_ARN": arn("web")],
      config: role("deploy", "source_profile = x") + "[profile x]\nregion = us-east-1\n",
      files: ["token": "{current}"]),
    CredentialRow(
      "a role before a web identity", "ASIA_deploy_AKIDBASE",
      ["AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token", "AWS_ROLE_ARN": arn("web")],
      config: role("deploy"), files: ["token": "{current}"]),
  ]

  private static func web(
    _ token: String = "{home}/token", _ role: String = "web"
  ) -> [String: String] {
    ["AWS_WEB_IDENTITY_TOKEN_FILE": token, "AWS_ROLE_ARN": arn(role)]
  }

  private static let tokens = [
    "token": "{current}", "expired": "{expired}", "foreign": "{foreign}", "odd": "a.b.c",
  ]

  static let webIdentities = [
    CredentialRow("a web identity", "ASIA_web_ci", web(), files: tokens),
    CredentialRow(
      "a web identity with a name", "ASIA_web_ci",
      web().merging(["AWS_ROLE_SESSION_NAME": "nightly"]) { $1 }, files: tokens),
    CredentialRow(
      "a web identity without a role", "error", ["AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token"],
      files: tokens),
    CredentialRow("a role for a web identity alone", "none", ["AWS_ROLE_ARN": arn("web")]),
    CredentialRow("a token file that isn't there", "error", web("{home}/none"), files: tokens),
    CredentialRow("an expired token", "error", web("{home}/expired"), files: tokens),
    CredentialRow("another issuer's token", "error", web("{home}/foreign"), files: tokens),
    CredentialRow("a token that is none", "error", web("{home}/odd"), files: tokens),
    CredentialRow("a role that trusts no token", "error", web("{home}/token", "a"), files: tokens),
    CredentialRow(
      "a profile's web identity", "ASIA_webber_ci", profile: "ci",
      config: "[profile ci]\nrole_arn = \(arn("webber"))\nweb_identity_token_file = {home}/token\n",
      files: tokens),
    CredentialRow(
      "the environment's web identity before the profile's", "ASIA_web_ci",
      web().merging(["AWS_PROFILE": "ci"]) { $1 },
      config: "[profile ci]\nrole_arn = \(arn("webber"))\nweb_identity_token_file = {home}/token\n",
      files: tokens),
    CredentialRow(
      "an asked-for profile's before the environment's", "ASIA_webber_ci", web(), profile: "ci",
      config: "[profile ci]\nrole_arn = \(arn("webber"))\nweb_identity_token_file = {home}/token\n",
      files: tokens),
    CredentialRow(
      "an asked-for profile takes none from the environment", "none", web(), profile: "p",
      config: "[profile p]\nregion = us-east-1\n", files: tokens),
    CredentialRow(
      "the environment's token for the profile's role is no web identity", "error",
      ["AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token"],
      config: "[default]\nrole_arn = \(arn("web"))\n", files: tokens),
    CredentialRow(
      "a web identity before the files", "ASIA_web_ci", web(),
      credentials: "[default]\n" + pair("AKIDC"), files: tokens),
  ]
}

extension CredentialRow {
  /// The same row with a requested profile.
  func profiled(_ name: String) -> Self {
    var row = self
    row.profile = name
    return row
  }
}
