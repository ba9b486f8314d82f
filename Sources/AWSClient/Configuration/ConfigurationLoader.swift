import Foundation
import Synchronization

/// Reads the configuration files when they are first needed, once for all scopes. For programs that
/// run for months it reads them again after `lifetime`, or when AWS rejected what they said.
final class ConfigurationLoader: Sendable {
  private let environment: AWSEnvironment
  private let configuration = Mutex<(content: AWSConfiguration, read: Date)?>(nil)

  /// In seconds. A change of the files is noticed after this time at the latest.
  static let lifetime: TimeInterval = 60

  init(_ environment: AWSEnvironment) { self.environment = environment }

  /// The profile of that name; for an empty name, the one that the environment chooses.
  func profile(_ explicit: String) throws -> AWSProfile {
    let configuration = try configuration.withLock { configuration in
      let now = environment.now()
      if let configuration, abs(now.timeIntervalSince(configuration.read)) < Self.lifetime {
        return configuration.content
      }
      let content = try AWSConfiguration(environment)
      configuration = (content, now)
      return content
    }
    return try AWSProfile(
      explicit: explicit, environment: environment, configuration: configuration)
  }

  /// Has the files read again when they are next needed.
  func forget() { configuration.withLock { $0 = nil } }
}
