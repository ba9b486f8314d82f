import Synchronization

/// A channel that is set up, with what its settings stand for.
struct ReadyChannel: Sendable {
  var channel: any Channel
  var settings: SettingValues

  /// Whether it can be used again. Programs are looked at anew before each run, as they may be
  /// changed meanwhile.
  var canBeKept: Bool {
    let type = type(of: channel)
    return !type.settings.contains { $0.kind == .program } && type.programs(settings).isEmpty
  }
}

/// Channels that were set up for earlier notifications of a cycle: that, and getting ready to find
/// secrets in an answer, costs more than sending a message.
final class ReadyChannels: Sendable {
  /// All that a channel is set up from.
  struct Key: Hashable {
    var configuration: ChannelConfiguration
    var scope: AWSScope
    var externalID: String?

    init(_ configuration: ChannelConfiguration, _ registration: Registration) {
      self.configuration = configuration
      scope = registration.scope
      externalID = registration.externalID
    }
  }

  private let channels = Mutex<[Key: ReadyChannel]>([:])
  /// Finds the secrets of every channel that was set up: a command, or a provider of several
  /// channels, may say one that is another's.
  private let mask: Mutex<SecretMask>

  /// - Parameter secrets: What is no channel's and may not be shown either.
  init(_ secrets: [Secret]) { mask = Mutex(SecretMask(secrets)) }

  /// From now on these are found too.
  func know(_ secrets: [Secret]) { mask.withLock { $0.add(secrets) } }

  /// Far more than is kept of what a channel says of a delivery.
  private static let longestAnswer = 64 << 10

  /// What came back, without the secrets, and no longer than an answer may be.
  func masked(_ answer: String) -> String {
    mask.withLock(\.self).masked(answer.cut(to: Self.longestAnswer, .utf8))
  }

  subscript(key: Key) -> ReadyChannel? { channels.withLock { $0[key] } }

  func keep(_ channel: ReadyChannel, for key: Key) {
    guard channel.canBeKept else { return }
    channels.withLock { $0[key] = channel }
  }
}
