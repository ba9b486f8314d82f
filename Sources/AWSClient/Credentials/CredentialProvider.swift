import CodeDeployNotifications

/// One source of credentials. A new one is a file with a `static let` or function like those
/// beside this one, and a line in `CredentialChain.standard`.
struct CredentialProvider: Sendable {
  /// What a source can say when it is in order.
  enum Finding: Sendable {
    case found(AWSCredentials)
    /// Nothing there. The words say what was looked for, for the message when no source has any.
    case absent(String)
  }

  /// Looks the credentials up. Throws `AWSFailure` where the source is set and wrong: then the
  /// search ends, so that a typing error doesn't lead to another identity.
  var find: @Sendable (CredentialContext) async throws -> Finding
}

/// What a source of credentials can look at.
struct CredentialContext: Sendable {
  /// The profile whose settings are looked at, and with it the environment and the files.
  var profile: AWSProfile
  /// The profile that was asked for. Its endpoints hold for every request on the way, also for
  /// those that another profile's settings lead to (botocore has one session for all of them).
  var session: AWSProfile
  /// The region whose token service is asked.
  var region: String
  /// Carries requests to metadata and token services.
  var http: HTTPClient
  /// The profiles on the way here, where one names another as its source.
  var visited: [String] = []

  init(profile: AWSProfile, region: String, http: HTTPClient) {
    self.profile = profile
    session = profile
    self.region = region
    self.http = http
  }

  var environment: AWSEnvironment { profile.environment }

  /// The profile's name.
  var name: String { profile.choice.name }

  /// Whether variables of the environment may be used: not when the profile was asked for.
  var usesVariables: Bool { profile.choice.origin != .explicit }

  /// Makes calls on the way to credentials; without `credentials` they aren't signed. No message
  /// repeats the secrets.
  func api(_ credentials: AWSCredentials? = nil, secrets: [Secret] = []) -> AWSAPI {
    AWSAPI(
      environment: environment, http: http, profile: { [session] in session },
      credentials: { credentials },
      refuse: { [environment] in environment.credentialFiles?.drop($0.accessKeyID) },
      secrets: secrets)
  }
}

/// Asks sources in order until one has credentials.
struct CredentialChain: Sendable {
  var providers: [CredentialProvider]
  /// What is said when none has any.
  var lead = "No AWS credentials were found."
  /// What can be done then.
  var remedy: String? =
    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, as for the AWS CLI."

  /// The order of botocore's `create_credential_resolver`. What it has beside these are files of
  /// programs before the AWS CLI (`AWS_CREDENTIAL_FILE`, `~/.boto`).
  static let standard = CredentialChain(
    providers: [.environment] + ofProfiles.providers + [.container, .instanceMetadata])

  /// The sources that a profile can have by itself, and a `source_profile` with it.
  static let ofProfiles = CredentialChain(providers: [
    .profileRole,
    .webIdentity,
    .identityCenter,
    .staticKeys(in: .credentialsFile),
    .login,
    .process,
    .staticKeys(in: .configFile),
  ])

  /// The first credentials found. Throws `AWSFailure` of kind `noCredentials` whose `places` say
  /// what each source lacked.
  func credentials(in context: CredentialContext) async throws -> AWSCredentials {
    var absences: [String] = []
    for provider in providers {
      switch try await provider.find(context) {
      case .found(let credentials): return try unexpired(credentials, in: context)
      case .absent(let reason): absences.append(reason)
      }
    }
    var failure = AWSFailure(.noCredentials, lead, remedy: remedy)
    failure.places = absences.map { "\($0.prefix(1).uppercased())\($0.dropFirst())." }
    context.environment.logger.debug("\(lead) \(failure.places.joined(separator: " "))")
    throw failure
  }

  /// Keys that have expired lead to an error that is harder to understand than this one.
  private func unexpired(
    _ credentials: AWSCredentials, in context: CredentialContext
  ) throws -> AWSCredentials {
    guard let expiration = credentials.expiration, expiration <= context.environment.now() else {
      return credentials
    }
    let source = credentials.source.map { " from \($0)" } ?? ""
    throw AWSFailure(
      .credentialsRefused,
      "The AWS credentials\(source) expired at \(expiration.formatted(.iso8601)).",
      remedy: "Renew them there; if they are new, this machine's clock is off.")
  }
}
