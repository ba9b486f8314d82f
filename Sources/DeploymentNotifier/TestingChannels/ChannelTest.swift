import CodeDeployNotifications

/// What a channel answered to a sample.
public struct ChannelTestResult: Sendable, Hashable {
  /// Where the channel's application is registered.
  public var scope: AWSScope
  /// The channel's name.
  public var channel: String
  /// Its type, such as `slack`.
  public var type: String
  /// Whether the provider took the sample.
  public var isSent: Bool
  /// What the provider answered, or why nothing was sent: a sentence without secrets.
  public var answer: String
}

/// Sends a sample, so that channels are known to work before a deployment needs them. Nothing of it
/// is recorded.
package struct ChannelTest: Sendable {
  private let announcer: Announcer

  package init(_ services: AnnouncingServices) { announcer = Announcer(services: services) }

  /// Tries all of a registration's channels at once; the results are in the channels' order.
  package func results(
    of sample: DeploymentNotification, through registration: Registration
  ) async -> [ChannelTestResult] {
    await withTaskGroup(of: (Int, ChannelTestResult).self) { group in
      for (index, channel) in registration.channels.enumerated() {
        group.addTask { (index, await result(of: channel, to: sample, of: registration)) }
      }
      var results: [(Int, ChannelTestResult)] = []
      for await result in group { results.append(result) }
      return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  /// Tries one channel. The result is made whole on either way: of a variable that is changed in
  /// `do` and in `catch`, after an await, Swift 6.3's optimizer took the flag of the failure for
  /// good.
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
  /// Sends a sample through an application's channels, in every scope that it is registered in, all
  /// at once. The messages say that they are a test, and nothing of it is recorded.
  ///
  /// - Parameters:
  ///   - application: A registered application.
  ///   - channel: The name of the one channel to try; `nil` for all.
  ///   - sample: What kind of deployment the messages are of.
  /// - Returns: A result for each channel, also where it refused the sample.
  ///
  /// Throws `StoreFailure`, and `NotifierProblem` where the application isn't registered or has no
  /// such channel.
  public func test(
    _ application: String, channel: String? = nil, with sample: Sample = .succeeded
  ) async throws -> [ChannelTestResult] {
    let records = try await registered(application, channels: channel.map { [$0] } ?? [])
    let test = ChannelTest(parts.announcing)
    var results: [ChannelTestResult] = []
    for var registration in records.map(\.registration) {
      registration.channels.removeAll { $0.name != channel ?? $0.name }
      results += await test.results(
        of: sample.notification(of: registration, now: parts.announcing.now()),
        through: registration)
    }
    return results
  }
}
