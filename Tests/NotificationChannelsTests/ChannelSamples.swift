import CodeDeployNotifications
import Testing

/// One way to set a channel up, with what its provider answers when all is well. A new channel
/// adds a line here and is held to the rules of `ChannelKitTests`.
struct ChannelSample: Sendable, CustomTestStringConvertible {
  /// How the channel reaches its provider, with the bodies of success in order.
  enum Transport: Sendable {
    case http([String])
    case aws(String)
    /// It runs a program and speaks to nobody itself.
    case process
    case mail
  }

  var label: String
  var type: String
  var settings: [String: [String]]
  var transport: Transport
  /// Whether a 2xx only counts with the body that the provider documents.
  var readsBody: Bool
  var secrets: [String] = []

  var testDescription: String { label }

  /// The bodies of success, one an exchange; empty for channels that make none.
  var bodies: [String] {
    if case .http(let bodies) = transport { bodies } else { [] }
  }

  /// A channel's samples stand beside its tests.
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
