import CodeDeployNotifications

extension CredentialProvider {
  /// A role for the holder of an identity provider's token, such as a Kubernetes service account or
  /// a GitHub workflow: `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN` and `AWS_ROLE_SESSION_NAME`,
  /// or the profile's settings of those names. Each is looked up separately, as in botocore's
  /// `AssumeRoleWithWebIdentityProvider`.
  static let webIdentity = CredentialProvider { context in
    func setting(_ variable: String, _ key: String) -> String? {
      let fromVariable = context.usesVariables ? context.environment.variable(variable) : nil
      return fromVariable ?? context.profile.settings.text(key)
    }
    guard let path = setting("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file") else {
      let places = [
        context.usesVariables ? "AWS_WEB_IDENTITY_TOKEN_FILE" : nil,
        "web_identity_token_file of profile \(context.name)",
      ]
      return .absent(
        "web identity: no \(places.compactMap { $0 }.joined(separator: " and no "))")
    }
    guard let roleARN = setting("AWS_ROLE_ARN", "role_arn") else {
      throw AWSFailure(
        .noCredentials,
        "The web identity token file \(path.inSentence()) is set, but neither AWS_ROLE_ARN nor the "
          + "role_arn of profile \(context.name) is. Set one of them.")
    }
    // Read each time: the issuer replaces the token long before it expires.
    let token = try token(in: path, context)
    var role = AssumeRole(roleARN: roleARN, webIdentityToken: token)
    if let name = setting("AWS_ROLE_SESSION_NAME", "role_session_name") { role.sessionName = name }
    let endpoint = try context.session.endpoint(service: "sts", region: context.region)
    let kept = KeptCredentials(
      "role", role.ingredients(for: nil, at: endpoint), context.environment)
    do {
      return .found(
        try await kept.credentials { [role] in
          try await role.credentials(
            region: context.region, caller: context.api(secrets: [token]).caller)
        })
    } catch var failure as AWSFailure {
      if failure.kind == .credentialsRefused {
        failure.remedy =
          "The token in \(path.inSentence()) must be current and from a provider that the role "
          + "\(roleARN.inSentence()) trusts."
      } else if failure.kind == .accessDenied {
        failure.remedy =
          "Check the name of the role \(roleARN.inSentence()), and that its trust policy admits "
          + "the token in \(path.inSentence())."
      }
      throw failure
    }
  }

  private static func token(in path: String, _ context: CredentialContext) throws -> Secret {
    let name = path.inSentence()
    guard
      let bytes = try context.environment.read(path, as: "The web identity token file \(name)")
    else {
      throw AWSFailure(.noCredentials, "The web identity token file \(name) doesn't exist.")
    }
    // A token has no blanks, but a file that was written by hand ends in a line break.
    let token = String(decoding: bytes, as: UTF8.self).trimmingSpace()
    guard !token.isEmpty else {
      throw AWSFailure(.noCredentials, "The web identity token file \(name) is empty.")
    }
    return Secret(String(token))
  }
}
