import CodeDeployNotifications

/// A profile of the configuration files with the environment's settings, which come first.
struct AWSProfile: Sendable {
  var environment: AWSEnvironment
  var configuration: AWSConfiguration
  var choice: ProfileChoice
  /// The profile's settings, both files together.
  var settings: INIFile.Section

  /// Throws where a profile was asked for that doesn't exist.
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

  /// A variable's value, or else the profile's setting.
  func setting(_ variable: String, _ key: String) -> String? {
    environment.variable(variable) ?? settings.text(key)
  }

  /// Whether a setting says `true`, in any case (`ensure_boolean`).
  func flag(_ variable: String, _ key: String) -> Bool {
    setting(variable, key)?.lowercased() == "true"
  }

  /// A setting that is a whole number from 1.
  func number(_ variable: String, _ key: String) throws -> Int? {
    guard let text = setting(variable, key) else { return nil }
    guard let number = Int(text.trimmingSpace()), number > 0 else {
      let name =
        environment.variable(variable) == nil ? "\(key) of profile \(choice.name)" : variable
      throw AWSFailure(.refused, "\(name) is “\(printable(text))” and must be a number from 1.")
    }
    return number
  }

  /// `AWS_MAX_ATTEMPTS` or the profile's `max_attempts`, if any says so, else 3.
  /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
  func maximumAttempts() throws -> Int {
    try number("AWS_MAX_ATTEMPTS", "max_attempts") ?? AWSRetryPolicy().maximumAttempts
  }

  func endpoint(service: String, region: String) throws -> AWSEndpoint {
    try AWSEndpoint(
      service: service, region: region, environment: environment, settings: settings,
      services: configuration.services)
  }
}
