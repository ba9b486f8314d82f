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

  /// `AWS_MAX_ATTEMPTS` or the profile's `max_attempts`, if any says so, else 3.
  /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
  func maximumAttempts() throws -> Int {
    let variable = environment.variable("AWS_MAX_ATTEMPTS")
    guard let text = variable ?? settings.text("max_attempts") else {
      return AWSRetryPolicy().maximumAttempts
    }
    guard let number = Int(text), number > 0 else {
      let name = variable == nil ? "max_attempts of profile \(choice.name)" : "AWS_MAX_ATTEMPTS"
      throw AWSFailure(.refused, "\(name) is “\(printable(text))” and must be a number from 1.")
    }
    return number
  }

  func endpoint(service: String, region: String) throws -> AWSEndpoint {
    try AWSEndpoint(
      service: service, region: region, environment: environment, settings: settings,
      services: configuration.services)
  }
}
