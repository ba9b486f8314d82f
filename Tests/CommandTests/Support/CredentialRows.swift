/// The environments of `CredentialOracleTests`; more of them in files beside this one.
enum CredentialRows {
  static let keys = ["AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "secret-AKIDENV"]

  static func keys(_ more: [String: String]) -> [String: String] { keys.merging(more) { $1 } }

  /// The two lines of a profile with these keys.
  static func pair(_ id: String) -> String {
    "aws_access_key_id = \(id)\naws_secret_access_key = secret-\(id)\n"
  }

  static let environment = [
    CredentialRow("nothing", "none"),
    CredentialRow("keys", "AKIDENV", keys),
    CredentialRow("an access key alone", "error", ["AWS_ACCESS_KEY_ID": "AKIDENV"]),
    CredentialRow("a secret key alone", "none", ["AWS_SECRET_ACCESS_KEY": "secret-AKIDENV"]),
    CredentialRow("keys that end later", "AKIDENV", keys(["AWS_CREDENTIAL_EXPIRATION": "{later}"])),
    CredentialRow("keys that ended", "error", keys(["AWS_CREDENTIAL_EXPIRATION": "{past}"])),
    CredentialRow("keys with an odd end", "error", keys(["AWS_CREDENTIAL_EXPIRATION": "soon-ish"])),
    CredentialRow(
      "keys before AWS_PROFILE", "AKIDENV", keys(["AWS_PROFILE": "p"]),
      config: "[profile p]\n" + pair("AKIDP")),
    CredentialRow(
      "an asked-for profile before keys", "AKIDP", keys, profile: "p",
      config: "[profile p]\n" + pair("AKIDP")),
    CredentialRow(
      "keys before a container and an instance", "AKIDENV",
      keys([
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{peer}/container/open",
        "AWS_EC2_METADATA_DISABLED": "false",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{peer}/imds/ok/",
      ])),
  ]

  static let files = [
    CredentialRow("credentials file", "AKIDC", credentials: "[default]\n" + pair("AKIDC")),
    CredentialRow("config file", "AKIDF", config: "[default]\n" + pair("AKIDF")),
    CredentialRow(
      "both files", "AKIDC", config: "[default]\n" + pair("AKIDF"),
      credentials: "[default]\n" + pair("AKIDC")),
    CredentialRow(
      "AWS_PROFILE", "AKIDP", ["AWS_PROFILE": "p"], config: "[profile p]\n" + pair("AKIDP"),
      credentials: "[default]\n" + pair("AKIDC")),
    CredentialRow(
      "AWS_DEFAULT_PROFILE", "AKIDP", ["AWS_DEFAULT_PROFILE": "p"],
      config: "[profile p]\n" + pair("AKIDP")),
    CredentialRow(
      "an asked-for profile before AWS_PROFILE", "AKIDQ", ["AWS_PROFILE": "p"], profile: "q",
      credentials: "[p]\n" + pair("AKIDP") + "[q]\n" + pair("AKIDQ")),
    CredentialRow("a profile that isn't there", "error", ["AWS_PROFILE": "zz"]),
    CredentialRow(
      "files elsewhere", "AKIDE",
      ["AWS_CONFIG_FILE": "~/elsewhere/config", "AWS_SHARED_CREDENTIALS_FILE": "{home}/none"],
      config: "[default]\n" + pair("AKIDF"), credentials: "[default]\n" + pair("AKIDC"),
      files: ["elsewhere/config": "[default]\n" + pair("AKIDE")]),
    CredentialRow(
      "half a pair", "error", config: "[default]\n" + pair("AKIDF"),
      credentials: "[default]\naws_access_key_id = AKIDC\n"),
    CredentialRow("a malformed file", "error", config: "default\n" + pair("AKIDF")),
    CredentialRow(
      "an asked-for profile without keys goes on to the container", "ASIA_container_open",
      keys(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "{peer}/container/open"]), profile: "p",
      config: "[profile p]\nregion = us-east-1\n"),
  ]

  private static func printing(_ json: String) -> String {
    "[default]\ncredential_process = /bin/echo '\(json)'\n"
  }

  private static let printed =
    #""AccessKeyId": "AKIDPROC", "SecretAccessKey": "secret-AKIDPROC""#

  static let programs = [
    CredentialRow(
      "a program", "AKIDPROC", config: printing(#"{"Version": 1, \#(printed)}"#)),
    CredentialRow(
      "a program's keys that end later", "AKIDPROC",
      config: printing(#"{"Version": 1, \#(printed), "Expiration": "{later}"}"#)),
    CredentialRow(
      "a program's keys that ended", "error",
      config: printing(#"{"Version": 1, \#(printed), "Expiration": "{past}"}"#)),
    CredentialRow(
      "a program of version 2", "error", config: printing(#"{"Version": 2, \#(printed)}"#)),
    CredentialRow("a program without a version", "error", config: printing("{\(printed)}")),
    CredentialRow(
      "a program without a secret", "error",
      config: printing(#"{"Version": 1, "AccessKeyId": "AKIDPROC"}"#)),
    CredentialRow("a program that prints a page", "error", config: printing("<html>")),
    CredentialRow(
      "a program that fails", "error", config: "[default]\ncredential_process = /bin/false\n"),
    CredentialRow(
      "a program that isn't there", "error", config: "[default]\ncredential_process = /no/such\n"),
    CredentialRow(
      "a program from PATH, with quotes and backslashes", "AKIDPROC",
      config: "[default]\ncredential_process = sh -c 'cat \"$0\"' \"{home}/a b\"/c\\ d.json\n",
      files: ["a b/c d.json": #"{"Version": 1, \#(printed)}"#]),
    CredentialRow(
      "no shell reads the command", "error",
      config: "[default]\ncredential_process = cat {home}/x.json | cat\n",
      files: ["x.json": #"{"Version": 1, \#(printed)}"#]),
    CredentialRow(
      "a quotation that isn't closed", "error",
      config: "[default]\ncredential_process = echo 'x\n"),
    CredentialRow(
      "the credentials file before a program", "AKIDC",
      config: printing(#"{"Version": 1, \#(printed)}"#), credentials: "[default]\n" + pair("AKIDC")),
    CredentialRow(
      "a program before the config file's keys", "AKIDPROC",
      config: printing(#"{"Version": 1, \#(printed)}"#) + pair("AKIDF")),
  ]
}
