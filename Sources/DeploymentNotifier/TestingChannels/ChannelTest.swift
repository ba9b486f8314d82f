import CodeDeployNotifications
import HostFiles

/// A channel's answer to a sample.
public struct ChannelTestResult: Sendable, Hashable {
  /// The scope in which the channel's application is registered.
  public var scope: AWSScope
  /// The channel's name.
  public var channel: String
  /// The channel's type, such as `slack`.
  public var type: String
  /// Whether the provider accepted the sample.
  public var isSent: Bool
  /// The provider's answer, or why nothing was sent: a sentence without secrets.
  public var answer: String
}

/// Sends a sample, to find out whether a channel works before a deployment needs it. Nothing is
/// recorded.
package struct ChannelTest: Sendable {
  private let announcer: Announcer

  package init(_ services: AnnouncingServices) { announcer = Announcer(services: services) }

  /// Tests all of a registration's channels concurrently. The results are in the channels' order.
  package func results(
    of sample: DeploymentNotification, through registration: Registration
  ) async -> [ChannelTestResult] {
    await concurrentMap(registration.channels, atOnce: OpenFiles.attempts) {
      await result(of: $0, to: sample, of: registration)
    }
  }

  /// Tests one channel. Each branch creates the whole result: Swift 6.3's optimizer miscompiled a
  /// variable that `do` and `catch` both change after an await, so that every test seemed to fail.
  private func result(
    of channel: ChannelConfiguration, to sample: DeploymentNotification,
    of registration: Registration
  ) async -> ChannelTestResult {
    do {
      let answer = try await announcer.send(
        sample, through: channel, of: registration, isTest: true)
      return ChannelTestResult(
        scope: registration.scope, channel: channel.name, type: channel.type, isSent: true,
        answer: answer)
    } catch {
      return ChannelTestResult(
        scope: registration.scope, channel: channel.name, type: channel.type, isSent: false,
        answer: error.description)
    }
  }
}

extension DeploymentNotifier {
  /// Sends a sample through an application's channels, in every scope in which it is registered,
  /// all concurrently. The messages say that they are a test, and nothing is recorded.
  ///
  /// - Parameters:
  ///   - application: A registered application.
  ///   - channel: The name of the only channel to test; `nil` for all.
  ///   - sample: The kind of deployment in the messages.
  /// - Returns: A result for each channel, whether it accepted the sample or not.
  ///
  /// Throws `StoreFailure`, and `NotifierProblem` where the application isn't registered or has no
  /// such channel.
  public func test(
    _ application: String, channel: String? = nil, with sample: Sample = .succeeded
  ) async throws -> [ChannelTestResult] {
    let known = try await registrationsWithRegion()
    let records = try registered(application, channels: channel.map { [$0] } ?? [], in: known)
    let test = ChannelTest(parts.announcing)
    let now = parts.announcing.now()
    let opening = try await parts.store.opening(
      NotificationFilter(applications: [application]), now: now)
    var results: [ChannelTestResult] = []
    for var registration in records.map(\.registration) {
      registration.channels.removeAll { $0.name != channel ?? $0.name }
      results += await test.results(
        of: sample.notification(
          of: registration, accountID: opening.accountID(of: registration.scope), now: now),
        through: registration)
    }
    return results
  }
}
