import Synchronization

/// Reads the configuration files when they are first needed, once for all scopes.
final class ConfigurationLoader: Sendable {
  private let environment: AWSEnvironment
  private let configuration = Mutex<AWSConfiguration?>(nil)

  init(_ environment: AWSEnvironment) { self.environment = environment }

  /// The profile of that name, or for the empty text the one that the environment chooses.
  func profile(_ explicit: String) throws -> AWSProfile {
    let configuration = try configuration.withLock { configuration in
      if let configuration { return configuration }
      let read = try AWSConfiguration(environment)
      configuration = read
      return read
    }
    return try AWSProfile(
      explicit: explicit, environment: environment, configuration: configuration)
  }
}
