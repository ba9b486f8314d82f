import CodeDeployNotifications

/// One source of credentials. A new one needs a file with a `static let` or function like those in
/// this folder, and a line in `CredentialChain.standard`.
struct CredentialProvider: Sendable {
  /// The result of a source that is configured correctly or not at all.
  enum Finding: Sendable {
    case found(AWSCredentials)
    /// The source isn't configured. The text says what was looked for, for the message when no
    /// source has any.
    case absent(String)
  }

  /// Finds the credentials. Throws `AWSFailure` where the source is configured wrongly. The search
  /// ends there, so that a typing error doesn't lead to another identity.
  var find: @Sendable (CredentialContext) async throws -> Finding
}

/// What a source of credentials can read.
struct CredentialContext: Sendable {
  /// The profile whose settings are read, with the environment and the files.
  var profile: AWSProfile
  /// The profile that was asked for. Its endpoints apply to every request of the search, including
  /// requests for other profiles (botocore has one session for all of them).
  var session: AWSProfile
  /// The region whose STS is asked.
  var region: String
  /// Sends requests to metadata and token services.
  var http: HTTPClient
  /// The profiles visited so far, where one names another as its source.
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

  /// Whether variables of the environment may be used. They may not where the profile was asked
  /// for.
  var usesVariables: Bool { profile.choice.origin != .explicit }

  /// Makes the calls that lead to credentials; without `credentials` they are unsigned. Messages
  /// don't contain the secrets.
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
  /// The first sentence of the message when no source has any.
  var lead = "No AWS credentials were found."
  /// The remedy in that message.
  var remedy: String? =
    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, as for the AWS CLI."

  /// The order of botocore's `create_credential_resolver`. Left out are files of programs older
  /// than the AWS CLI (`AWS_CREDENTIAL_FILE`, `~/.boto`).
  static let standard = CredentialChain(
    providers: [.environment] + ofProfiles.providers + [.container, .instanceMetadata])

  /// The sources that a profile itself, or its `source_profile`, can have.
  static let ofProfiles = CredentialChain(providers: [
    .profileRole,
    .webIdentity,
    .identityCenter,
    .staticKeys(in: .credentialsFile),
    .login,
    .process,
    .staticKeys(in: .configFile),
  ])

  /// The first credentials found. Throws `AWSFailure` of kind `noCredentials`, whose `places` say
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

  /// AWS's error for expired keys is harder to understand than this one.
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
