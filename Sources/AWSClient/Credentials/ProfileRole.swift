import CodeDeployNotifications

extension CredentialProvider {
  /// A profile's `role_arn`, assumed with the credentials of its `source_profile`, or with the
  /// environment's for `credential_source = Environment` (botocore's `AssumeRoleProvider`).
  static let profileRole = CredentialProvider { context in
    let settings = context.profile.settings
    let name = context.profile.choice.name
    guard let roleARN = settings.text("role_arn"), settings["web_identity_token_file"] == nil else {
      return .absent(nil)
    }
    // A source's own keys come before its role, so a profile may be its own source.
    let hasKeys = ["aws_access_key_id", "aws_secret_access_key"].contains { settings[$0] != nil }
    if !context.visited.isEmpty, hasKeys { return .absent(nil) }
    guard settings.text("mfa_serial") == nil else {
      throw AWSFailure(
        .noCredentials,
        "The AWS profile \(name) has an mfa_serial, and nobody is there to type a code.")
    }
    let source = try await sourceCredentials(of: context)
    let api = AWSAPI(
      environment: context.profile.environment, http: context.http,
      profile: { context.profile }, credentials: { source })
    var role = AssumeRole(roleARN: roleARN, externalID: settings.text("external_id"))
    if let sessionName = settings.text("role_session_name") { role.sessionName = sessionName }
    role.duration = settings.text("duration_seconds").flatMap { Int($0) }
    return .found(try await role.credentials(region: context.region, caller: api.caller))
  }

  private static func sourceCredentials(
    of context: CredentialContext
  ) async throws -> AWSCredentials {
    let profile = context.profile
    let name = profile.choice.name
    switch (profile.settings.text("source_profile"), profile.settings.text("credential_source")) {
    case (let source?, nil):
      guard !context.visited.contains(source) else {
        throw AWSFailure(.noCredentials, "The AWS profile \(name) is, in a ring, its own source.")
      }
      var next = context
      next.visited.append(name)
      next.profile = try AWSProfile(
        explicit: source, environment: profile.environment, configuration: profile.configuration)
      return try await CredentialChain.standard.credentials(in: next)
    case (nil, "Environment"):
      var next = context
      next.profile.choice.origin = .standard
      return try await CredentialChain(providers: [.environment]).credentials(in: next)
    case (nil, let source?):
      throw AWSFailure(
        .noCredentials,
        "The AWS profile \(name) has an unknown credential_source: \(printable(source)).")
    case (nil, nil):
      throw AWSFailure(
        .noCredentials,
        "The AWS profile \(name) has a role_arn and neither source_profile nor credential_source.")
    case (_?, _?):
      throw AWSFailure(
        .noCredentials,
        "The AWS profile \(name) has both a source_profile and a credential_source.")
    }
  }
}
