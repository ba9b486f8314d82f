import Synchronization

/// A channel that is set up, with what its settings stand for.
struct ReadyChannel: Sendable {
  var channel: any Channel
  var settings: SettingValues
  /// Finds the settings' secrets in what comes back.
  var mask: SecretMask

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

  subscript(key: Key) -> ReadyChannel? { channels.withLock { $0[key] } }

  func keep(_ channel: ReadyChannel, for key: Key) {
    guard channel.canBeKept else { return }
    channels.withLock { $0[key] = channel }
  }
}
