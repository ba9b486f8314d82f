import CodeDeployNotifications

/// One source of credentials. A new one is a file with a `static let` or function like those
/// beside this one, and a line in `CredentialChain.standard`.
struct CredentialProvider: Sendable {
  /// What a source can say when it is in order.
  enum Finding: Sendable {
    case found(AWSCredentials)
    /// Nothing there. The words say what was looked for, for the message when no source has any;
    /// a source that nobody set up has none to say.
    case absent(String?)
  }

  /// Looks the credentials up. Throws `AWSFailure` where the source is set and wrong: then the
  /// search ends, so that a typing error doesn't lead to another identity.
  var find: @Sendable (CredentialContext) async throws -> Finding
}

/// What a source of credentials can look at.
struct CredentialContext: Sendable {
  /// The profile, and with it the environment and the configuration files.
  var profile: AWSProfile
  /// The region whose token service is asked.
  var region: String
  /// Carries requests to metadata and token services.
  var http: HTTPClient
  /// The profiles on the way here, where one names another as its source.
  var visited: [String] = []
}

/// Asks sources in order until one has credentials.
struct CredentialChain: Sendable {
  var providers: [CredentialProvider]

  /// The order of botocore's `create_credential_resolver`, as far as the sources are there.
  static let standard = CredentialChain(providers: [
    .environment,
    .profileRole,
    .staticKeys(in: .credentialsFile),
    .staticKeys(in: .configFile),
  ])

  /// The first credentials found. Throws `AWSFailure` of kind `noCredentials` that says what
  /// each source lacked.
  func credentials(in context: CredentialContext) async throws -> AWSCredentials {
    var absences: [String] = []
    for provider in providers {
      switch try await provider.find(context) {
      case .found(let credentials): return credentials
      case .absent(let reason?): absences.append(reason)
      case .absent(nil): break
      }
    }
    throw AWSFailure(
      .noCredentials, "No AWS credentials were found. \(absences.joined(separator: "; ")).")
  }
}
