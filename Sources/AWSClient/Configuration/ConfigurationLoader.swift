import Foundation
import Synchronization

/// Reads the configuration files when they are first needed, once for all scopes, and anew after a
/// while or when AWS didn't accept what they said, for programs that run for months.
final class ConfigurationLoader: Sendable {
  private let environment: AWSEnvironment
  private let configuration = Mutex<(content: AWSConfiguration, read: Date)?>(nil)

  /// A change of the files is seen after this time at the latest.
  static let lifetime: TimeInterval = 60

  init(_ environment: AWSEnvironment) { self.environment = environment }

  /// The profile of that name, or for the empty text the one that the environment chooses.
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

  /// Has the files read anew when they are next needed.
  func forget() { configuration.withLock { $0 = nil } }
}
