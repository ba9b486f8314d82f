import CodeDeployNotifications

/// A profile of the configuration files. The environment's variables override its settings.
struct AWSProfile: Sendable {
  var environment: AWSEnvironment
  var configuration: AWSConfiguration
  var choice: ProfileChoice
  /// The profile's settings, from both files.
  var settings: INIFile.Section

  /// Throws where the profile that was asked for doesn't exist.
  init(explicit: String, environment: AWSEnvironment, configuration: AWSConfiguration) throws {
    self.environment = environment
    self.configuration = configuration
    choice = ProfileChoice(explicit: explicit, environment: environment)
    settings = try configuration.settings(of: choice)
  }

  /// `AWS_REGION`, `AWS_DEFAULT_REGION` or the profile's `region`, in the AWS CLI's order.
  var region: String? {
    environment.variable("AWS_REGION") ?? environment.variable("AWS_DEFAULT_REGION")
      ?? settings.text("region")
  }

  /// The file with the CAs to trust for AWS's servers: `AWS_CA_BUNDLE` or the profile's
  /// `ca_bundle`; `nil` for the system's.
  var caBundle: String? {
    environment.variable("AWS_CA_BUNDLE") ?? settings.text("ca_bundle").map(environment.expanded)
  }

  /// The variable's value, else the profile's setting.
  func setting(_ variable: String, _ key: String) -> String? {
    environment.variable(variable) ?? settings.text(key)
  }

  /// Whether a setting is `true`, in upper or lower case (`ensure_boolean`).
  func flag(_ variable: String, _ key: String) -> Bool {
    setting(variable, key)?.lowercased() == "true"
  }

  /// A setting that is a whole number of at least 1.
  func number(_ variable: String, _ key: String) throws -> Int? {
    guard let text = setting(variable, key) else { return nil }
    guard let number = Int(text.trimmingSpace()), number > 0 else {
      throw AWSFailure(
        .refused,
        "\(place(variable, key)) is \"\(text.inSentence())\", but must be a whole number of at least "
          + "1.")
    }
    return number
  }

  /// `AWS_MAX_ATTEMPTS` or the profile's `max_attempts`, else the retry mode's number: 5 in the
  /// legacy mode, 3 in the others.
  /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
  func maximumAttempts() throws -> Int {
    let mode = try retryMode()
    return try number("AWS_MAX_ATTEMPTS", "max_attempts") ?? mode.maximumAttempts
  }

  /// `AWS_RETRY_MODE` or the profile's `retry_mode`; else the standard one, as in the AWS CLI.
  func retryMode() throws -> RetryMode {
    try choice("AWS_RETRY_MODE", "retry_mode") ?? .standard
  }

  /// `AWS_STS_REGIONAL_ENDPOINTS` or the profile's `sts_regional_endpoints`.
  /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-sts-regionalized-endpoints.html
  func stsEndpoints() throws -> STSEndpoints {
    try choice("AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints") ?? .regional
  }

  /// A setting that is one of a fixed set of words.
  private func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ variable: String, _ key: String
  ) throws -> Choice? {
    guard let text = setting(variable, key) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw AWSFailure(
        .refused,
        "\(place(variable, key)) is \"\(text.inSentence(upTo: 50))\", but must be one of \(words).")
    }
    return choice
  }

  /// Which of the two contains the setting, for messages.
  func place(_ variable: String, _ key: String) -> String {
    environment.variable(variable) == nil ? "\(key) of profile \(self.choice.name)" : variable
  }

  func endpoint(service: String, region: String) throws -> AWSEndpoint {
    try AWSEndpoint(service: service, region: region, profile: self)
  }
}

/// The retry modes of the SDKs. All of them retry as the standard one does here: the legacy mode
/// differs in the number of attempts only, and the adaptive mode's measurements would have to
/// outlive this process.
enum RetryMode: String, CaseIterable, Sendable {
  case legacy, standard, adaptive

  var maximumAttempts: Int { self == .legacy ? 5 : AWSRetryPolicy().maximumAttempts }
}

/// Which address of STS is asked: the region's, or the global one, which was the only one for the
/// oldest regions.
enum STSEndpoints: String, CaseIterable, Sendable {
  case legacy, regional
}
