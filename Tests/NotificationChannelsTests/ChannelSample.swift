import CodeDeployNotifications
import Testing

/// Settings for a channel, with its provider's answers of success. A new channel adds a line here,
/// and `ChannelKitTests` then checks its rules.
struct ChannelSample: Sendable, CustomTestStringConvertible {
  /// How the channel reaches its provider, with the bodies of success in order.
  enum Transport: Sendable {
    case http([String])
    case aws(String)
    /// It runs a program and sends nothing itself.
    case process
    case mail
  }

  var label: String
  var type: String
  var settings: [String: [String]]
  var transport: Transport
  /// Whether a 2xx counts as a success only with the body that the provider documents.
  var readsBody: Bool
  var secrets: [String] = []

  var testDescription: String { label }

  /// The bodies of success, one for each exchange; empty for channels without any.
  var bodies: [String] {
    if case .http(let bodies) = transport { bodies } else { [] }
  }

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
}
