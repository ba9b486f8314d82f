import CodeDeployNotifications

extension CredentialProvider {
  /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN` (or the older
  /// `AWS_SECURITY_TOKEN`, which botocore's `EnvProvider` reads first). `AWS_CREDENTIAL_EXPIRATION`
  /// says when they expire.
  static let environment = CredentialProvider { context in
    guard context.usesVariables else {
      return .absent("environment: not used, because profile \(context.name) is selected")
    }
    let environment = context.environment
    guard let id = environment.variable("AWS_ACCESS_KEY_ID") else {
      return .absent("environment: AWS_ACCESS_KEY_ID is not set")
    }
    guard let secret = environment.variable("AWS_SECRET_ACCESS_KEY") else {
      throw AWSFailure(
        .noCredentials,
        "The environment has AWS_ACCESS_KEY_ID but no AWS_SECRET_ACCESS_KEY. Set both, or none.")
    }
    var credentials = AWSCredentials(
      accessKeyID: id, secretAccessKey: Secret(secret), source: "the environment")
    credentials.sessionToken =
      (environment.variable("AWS_SECURITY_TOKEN") ?? environment.variable("AWS_SESSION_TOKEN"))
      .map(Secret.init)
    if let text = environment.variable("AWS_CREDENTIAL_EXPIRATION") {
      guard let expiration = WireTime.iso8601(text) else {
        throw AWSFailure(
          .noCredentials,
          "AWS_CREDENTIAL_EXPIRATION is \"\(text.inSentence(upTo: 50))\", which is not a time; one "
            + "looks like 2026-11-01T12:30:00Z.")
      }
      credentials.expiration = expiration
    }
    let isOld = environment.variable("AWS_SECURITY_TOKEN") != nil
    return .found(
      try credentials.checked(
        KeyPlaces(
          id: "AWS_ACCESS_KEY_ID", secret: "AWS_SECRET_ACCESS_KEY",
          token: isOld ? "AWS_SECURITY_TOKEN" : "AWS_SESSION_TOKEN")))
  }
}
