import CodeDeployNotifications

extension CredentialProvider {
  /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN` (or the older
  /// `AWS_SECURITY_TOKEN`, which botocore's `EnvProvider` reads first).
  static let environment = CredentialProvider { context in
    let choice = context.profile.choice
    if choice.origin == .explicit {
      return .absent("environment: not used, because profile \(choice.name) is asked for")
    }
    let environment = context.profile.environment
    guard let id = environment.variable("AWS_ACCESS_KEY_ID") else {
      return .absent("environment: AWS_ACCESS_KEY_ID is not set")
    }
    guard let secret = environment.variable("AWS_SECRET_ACCESS_KEY") else {
      throw AWSFailure(
        .noCredentials,
        "The environment sets AWS_ACCESS_KEY_ID and no AWS_SECRET_ACCESS_KEY.")
    }
    let token =
      environment.variable("AWS_SECURITY_TOKEN") ?? environment.variable("AWS_SESSION_TOKEN")
    return .found(
      AWSCredentials(
        accessKeyID: id, secretAccessKey: Secret(secret), sessionToken: token.map(Secret.init)))
  }
}
