import ChannelTesting
import CodeDeployNotifications
import Testing

@testable import NotificationChannels

/// Settings for a channel, with its provider's answers of success. A new channel adds a line here,
/// and `ChannelSampleTests` then checks the rules for all channels.
struct ChannelSample: Sendable, CustomTestStringConvertible {
  var label: String
  var type: String
  var settings: [String: [String]]
  var transport: ChannelRules.Transport
  /// Whether a 2xx counts as a success only with the body that the provider documents.
  var readsBody: Bool
  var secrets: [String] = []
  /// Whether a page for a browser counts as a success.
  var acceptsPages = false
  /// How many requests a message about a failure takes; `nil` for as many as one about a success.
  var exchangesOfFailure: Int?
  /// Turns a notification into one that the channel can announce.
  var adjust: @Sendable (inout DeploymentNotification) -> Void = { _ in }

  var testDescription: String { label }

  /// A channel's samples are in the file of its tests.
  static let all = [
    apprise,
    datadog,
    discord,
    email,
    exec,
    github,
    googleChat,
    grafana,
    hipChat,
    newRelic,
    pagerDuty,
    ses,
    slack,
    sns,
    teams,
    webhook,
  ].flatMap(\.self)

  static let overHTTP = all.filter { !$0.bodies.isEmpty }
  static let overAWS = all.filter { if case .aws = $0.transport { true } else { false } }
}

extension ChannelSample {
  /// The rules for all channels, for this one.
  var rules: ChannelRules {
    get throws {
      ChannelRules(
        try #require(ChannelCatalog.all.type(named: type)), settings: settings, secrets: secrets,
        over: transport, readsBody: readsBody, acceptsPages: acceptsPages,
        exchangesOfFailure: exchangesOfFailure, adjust: adjust)
    }
  }

  /// The bodies of success, one for each exchange; empty for other means than HTTP.
  var bodies: [String] { transport.bodies }

  /// A provider whose answers are good, except for one exchange.
  func provider(
    failingAt position: Int? = nil, with failure: Result<HTTPResponse, HTTPFailure>? = nil
  ) -> Provider { transport.provider(failingAt: position, with: failure) }

  func deliver(by provider: Provider) async throws -> Outcome {
    try await rules.deliver(by: provider)
  }
}

/// Sets a channel of the catalog up as the program does.
func channel(_ type: String, _ settings: [String: [String]]) throws -> any Channel {
  guard let type = ChannelCatalog.all.type(named: type) else {
    throw SettingProblem(nil, "no channel '\(type)'")
  }
  let values = SettingValues(settings, settings: type.settings)
  try type.checkAll(values)
  return try type.init(settings: values)
}
