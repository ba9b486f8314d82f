import Synchronization

/// A channel that is set up, with its resolved settings.
struct ReadyChannel: Sendable {
  var channel: any Channel
  var settings: SettingValues

  /// Whether it can be used again. A channel with programs can't: they may have changed, and are
  /// checked before each run.
  var canBeKept: Bool {
    let type = type(of: channel)
    return !type.settings.contains { $0.kind == .program } && type.programs(settings).isEmpty
  }
}

/// The channels that were set up earlier in a cycle. Setting one up and preparing the search for
/// its secrets costs more than sending a message.
final class ReadyChannels: Sendable {
  /// Everything that a channel is set up from.
  struct Key: Hashable {
    var configuration: ChannelConfiguration
    var access: ScopeAccess

    init(_ configuration: ChannelConfiguration, _ registration: Registration) {
      self.configuration = configuration
      access = registration.access
    }
  }

  private let channels = Mutex<[Key: ReadyChannel]>([:])
  /// Finds the secrets of every channel that was set up: a command, or a provider of several
  /// channels, may repeat a secret of another channel.
  private let mask: Mutex<SecretMask>

  /// - Parameter secrets: Secrets that belong to no channel.
  init(_ secrets: [Secret]) { mask = Mutex(SecretMask(secrets)) }

  /// Adds secrets to find.
  func know(_ secrets: [Secret]) { mask.withLock { $0.add(secrets) } }

  /// In bytes. Far more than the ledger keeps of a channel's answer.
  private static let longestAnswer = 64 << 10

  /// The answer without secrets, cut to the maximum length.
  func masked(_ answer: String) -> String {
    mask.withLock(\.self).masked(answer.cut(to: Self.longestAnswer, .utf8))
  }

  subscript(key: Key) -> ReadyChannel? { channels.withLock { $0[key] } }

  func keep(_ channel: ReadyChannel, for key: Key) {
    guard channel.canBeKept else { return }
    channels.withLock { $0[key] = channel }
  }
}
