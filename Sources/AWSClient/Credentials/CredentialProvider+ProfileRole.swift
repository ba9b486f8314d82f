import CodeDeployNotifications

extension CredentialProvider {
  /// A profile's `role_arn`, assumed with the credentials of its `source_profile` or of its
  /// `credential_source` (botocore's `AssumeRoleProvider`).
  static let profileRole = CredentialProvider { context in
    let settings = context.profile.settings
    let name = context.name
    guard let roleARN = settings.text("role_arn"), settings["web_identity_token_file"] == nil else {
      return .absent("role: profile \(name) has no role_arn")
    }
    // A source's own keys take precedence over its role, so a profile may be its own source.
    let hasKeys = ["aws_access_key_id", "aws_secret_access_key"].contains { settings[$0] != nil }
    if !context.visited.isEmpty, hasKeys {
      return .absent("role: not used, because profile \(name) sets keys")
    }
    var role = AssumeRole(roleARN: roleARN, externalID: settings.text("external_id"))
    if let sessionName = settings.text("role_session_name") { role.sessionName = sessionName }
    role.duration = settings.text("duration_seconds").flatMap { Int($0) }
    if let device = settings.text("mfa_serial") {
      let cache = CommandLineCache(
        role: role, sessionName: settings.text("role_session_name"), serialNumber: device)
      if let session = try cache.credentials(context.environment) { return .found(session) }
      throw AWSFailure(
        .noCredentials,
        "The AWS profile \(name) has an mfa_serial, and nobody is there to type a code.",
        remedy:
          "Run an aws command with --profile \(name.inSentence()): the session that the AWS CLI "
          + "caches is used then.")
    }
    let source = try await sourceCredentials(of: context)
    let endpoint = try context.session.endpoint(service: "sts", region: context.region)
    let kept = KeptCredentials(
      "role", role.ingredients(for: source, at: endpoint), context.environment)
    do {
      return .found(
        try await kept.credentials { [role] in
          try await role.credentials(region: context.region, caller: context.api(source).caller)
        })
    } catch let failure as AWSFailure where failure.kind == .accessDenied {
      throw failure.aboutRole(role)
    }
  }

  private static func sourceCredentials(
    of context: CredentialContext
  ) async throws -> AWSCredentials {
    let profile = context.profile
    let name = context.name
    switch (profile.settings.text("source_profile"), profile.settings.text("credential_source")) {
    case (let source?, nil):
      guard !context.visited.contains(source) else {
        throw AWSFailure(
          .noCredentials,
          "The source_profile \(source) of the AWS profile \(name) leads back to it. Name a profile "
            + "that has keys.")
      }
      var next = context
      next.visited.append(name)
      next.profile = try AWSProfile(
        explicit: source, environment: profile.environment, configuration: profile.configuration)
      var chain = CredentialChain.ofProfiles
      chain.lead = "The source_profile \(source) of the AWS profile \(name) has no credentials."
      chain.remedy = nil
      return try await chain.credentials(in: next)
    case (nil, let source?):
      guard let provider = named(source) else {
        throw AWSFailure(
          .noCredentials,
          "The AWS profile \(name) has an unknown credential_source: \(source.inSentence()). "
            + "Known: Environment, Ec2InstanceMetadata, EcsContainer.")
      }
      var next = context
      next.profile.choice.origin = .standard
      let lead = "The credential_source \(source) of the AWS profile \(name) has no credentials."
      return try await CredentialChain(providers: [provider], lead: lead, remedy: nil)
        .credentials(in: next)
    case (nil, nil):
      throw AWSFailure(
        .noCredentials,
        "The AWS profile \(name) has a role_arn, but neither source_profile nor credential_source. "
          + "Add the one that says whose keys assume the role.")
    case (_?, _?):
      throw AWSFailure(
        .noCredentials,
        "The AWS profile \(name) has both a source_profile and a credential_source. Remove one.")
    }
  }

  /// What a `credential_source` stands for. As in botocore the names are case-sensitive.
  private static func named(_ source: String) -> CredentialProvider? {
    switch source {
    case "Environment": .environment
    case "Ec2InstanceMetadata": .instanceMetadata
    case "EcsContainer": .container
    default: nil
    }
  }
}

extension AWSFailure {
  /// STS has one error for a role that doesn't exist, one that doesn't trust the caller and one
  /// that wants another external id. So the message names all three.
  func aboutRole(_ role: AssumeRole) -> AWSFailure {
    var failure = self
    let id =
      role.externalID.map { $0.isEmpty } ?? true
      ? "without an external id" : "with this external id"
    failure.remedy =
      "Check that the role \(role.roleARN.inSentence()) exists, that its trust policy admits these "
      + "credentials \(id), and that their own policy allows sts:AssumeRole."
    return failure
  }
}
