import CodeDeployNotifications

/// The AWS configuration files (`~/.aws/config` and `~/.aws/credentials`) in the form in which
/// botocore looks things up (`build_profile_map`, `Session.full_config`).
struct AWSConfiguration: Sendable {
  let configFile: ConfigurationFile
  let credentialsFile: ConfigurationFile
  /// The config file's `[profile NAME]` and `[default]` sections.
  let configProfiles: [String: INIFile.Section]
  /// Its `[services NAME]` sections: endpoints by service.
  let services: [String: INIFile.Section]
  /// Its `[sso-session NAME]` sections.
  let ssoSessions: [String: INIFile.Section]

  init(_ environment: AWSEnvironment) throws {
    configFile = try ConfigurationFile(
      variable: "AWS_CONFIG_FILE", usual: "~/.aws/config", environment: environment)
    credentialsFile = try ConfigurationFile(
      variable: "AWS_SHARED_CREDENTIALS_FILE", usual: "~/.aws/credentials",
      environment: environment)
    let sections = configFile.content?.sections ?? [:]
    var profiles = Self.named("profile", in: sections)
    // `[default]` and `[profile default]` mean the same. Where a file has both, the AWS CLI takes
    // the last one. The plain form, which every SDK knows, is preferred here.
    if let standard = sections["default"] { profiles["default"] = standard }
    configProfiles = profiles
    services = Self.named("services", in: sections)
    ssoSessions = Self.named("sso-session", in: sections)
  }

  /// The sections `[kind NAME]` by name. A name with spaces may be quoted.
  private static func named(
    _ kind: String, in sections: [String: INIFile.Section]
  ) -> [String: INIFile.Section] {
    var named: [String: INIFile.Section] = [:]
    for (title, section) in sections {
      let parts = title.split(maxSplits: 1, whereSeparator: \.isWhitespace)
      guard parts.count == 2, parts[0] == kind else { continue }
      let name = parts[1].trimmingSpace()
      if let quote = name.first, quote == "\"" || quote == "'" {
        guard name.count > 2, name.last == quote else { continue }
        named[String(name.dropFirst().dropLast())] = section
      } else if !name.contains(where: \.isWhitespace) {
        named[String(name)] = section
      }
    }
    return named
  }

  /// The credentials file's section of that name; there it has no `profile` prefix.
  func credentialsProfile(_ name: String) -> INIFile.Section? {
    credentialsFile.content?.sections[name]
  }

  /// A profile's settings: the config file's, overridden key by key by the credentials file's.
  /// Empty when no profile was asked for and there is no default one.
  func settings(of choice: ProfileChoice) throws -> INIFile.Section {
    let config = configProfiles[choice.name]
    let credentials = credentialsProfile(choice.name)
    guard config != nil || credentials != nil || choice.origin == .standard else {
      throw noSuchProfile(choice)
    }
    return (config ?? [:]).merging(credentials ?? [:]) { _, new in new }
  }

  private func noSuchProfile(_ choice: ProfileChoice) -> AWSFailure {
    var (source, other) = ("", "or name another one")
    if case .variable(let name) = choice.origin {
      (source, other) = (" (from \(name))", "or set \(name) to another one")
    }
    let profile = choice.name.inSentence(upTo: 100)
    let known = Set(configProfiles.keys).union(credentialsFile.content?.sections.keys ?? [:].keys)
    let nearest =
      NearestName.of(choice.name, among: known.sorted())
      .map { " Did you mean \($0.inSentence(upTo: 100))?" } ?? ""
    var failure = AWSFailure(
      .noCredentials,
      "There is no AWS profile \(profile)\(source) in \(configFile.place) or "
        + "\(credentialsFile.place).",
      remedy: "Create it with \"aws configure --profile \(profile)\", \(other).\(nearest)")
    if choice.origin == .explicit { failure.missingProfile = choice.name }
    return failure
  }
}

extension INIFile.Section {
  /// A key's text, unless it is missing, empty or a block.
  func text(_ key: String) -> String? {
    guard case .text(let text) = self[key], !text.isEmpty else { return nil }
    return text
  }
}
