import CodeDeployNotifications

/// The two files that can hold a profile's keys.
enum KeyFile: Sendable {
  case credentialsFile
  case configFile
}

extension CredentialProvider {
  /// Keys in a profile: `aws_access_key_id`, `aws_secret_access_key` and `aws_session_token` (or
  /// the older `aws_security_token`). Both keys have to be in the same file (botocore's
  /// `SharedCredentialProvider` and `ConfigProvider`).
  static func staticKeys(in place: KeyFile) -> CredentialProvider {
    CredentialProvider { context in
      let name = context.profile.choice.name
      let configuration = context.profile.configuration
      let file: ConfigurationFile
      let section: INIFile.Section?
      switch place {
      case .credentialsFile:
        file = configuration.credentialsFile
        section = configuration.credentialsProfile(name)
      case .configFile:
        file = configuration.configFile
        section = configuration.configProfiles[name]
      }
      guard file.content != nil else {
        return .absent("profile \(name): there is no file \(file.path)")
      }
      guard let section else {
        return .absent("profile \(name): no such profile in \(file.path)")
      }
      guard section["aws_access_key_id"] != nil else {
        return .absent("profile \(name): no aws_access_key_id in \(file.path)")
      }
      for key in ["aws_access_key_id", "aws_secret_access_key"] where section.text(key) == nil {
        throw AWSFailure(
          .noCredentials,
          "The AWS profile \(name) in \(file.path) has keys but no \(key). Add it there.")
      }
      let token = section.text("aws_security_token") ?? section.text("aws_session_token")
      let credentials = AWSCredentials(
        accessKeyID: section.text("aws_access_key_id") ?? "",
        secretAccessKey: Secret(section.text("aws_secret_access_key") ?? ""),
        sessionToken: token.map(Secret.init), source: "profile \(name) in \(file.path)")
      let place = "of the AWS profile \(name) in \(file.path)"
      return .found(
        try credentials.checked(
          KeyPlaces(
            id: "The aws_access_key_id \(place)", secret: "The aws_secret_access_key \(place)",
            token: "The aws_session_token \(place)")))
    }
  }
}
