/// A way to announce deployments. A type of channel declares its settings and sends one message;
/// the cycle decides when, how often and to whom.
public protocol Channel: Sendable {
  /// The name in a SPEC. A registration document has it with the suffix `_notification`.
  static var type: String { get }
  /// What it announces to, in one line.
  static var summary: String { get }
  /// The events that it announces when the registration doesn't say.
  static var defaultEvents: Set<DeploymentEvent> { get }
  /// The same, where it depends on the channel's settings.
  static func defaultEvents(_ settings: SettingValues) -> Set<DeploymentEvent>
  /// Every setting it takes.
  static var settings: [ChannelSetting] { get }

  /// Checks what the declaration of a single setting can't: which settings need or exclude each
  /// other. Values may be unresolved references. Throws ``SettingProblem``.
  static func check(_ settings: SettingValues) throws(SettingProblem)

  /// Warnings about settings that are accepted, a sentence each; they are shown when the channel is
  /// registered.
  static func warnings(_ settings: SettingValues) -> [String]

  /// Checks whether its messages can be about events that were chosen. Throws ``SettingProblem``,
  /// which says which events they can be about. Values may be unresolved references.
  static func check(events: [DeploymentEvent], _ settings: SettingValues) throws(SettingProblem)

  /// Which of the templates `title` and `body` its messages have no place for. Values may be
  /// unresolved references.
  static func unusedTemplates(_ settings: SettingValues) -> [String]

  /// How long one attempt may take, where a setting says so; `nil` for the time that a provider
  /// gets. An attempt is started only where the cycle has that much time left. More than 10 seconds
  /// are shortened only where they are more than four fifths of a whole cycle; fewer are shortened
  /// to half of it.
  static func attemptTime(_ settings: SettingValues) -> Duration?

  /// How many exchanges with the provider one attempt can make, one after the other.
  static func exchanges(_ settings: SettingValues) -> Int

  /// What the provider's rate limit applies to. Messages with the same limit wait together when the
  /// provider asks for it. Values may be unresolved references.
  static func limit(_ settings: SettingValues) -> SendingLimit

  /// What one of its messages replaces where another channel shows the same deployment; `nil` for
  /// messages that stand beside each other. Values may be unresolved references.
  static func place(_ settings: SettingValues) -> ChannelPlace?

  /// Absolute paths of programs that it runs besides those that settings name. Values may be
  /// unresolved references.
  static func programs(_ settings: SettingValues) -> [String]

  /// Escapes text for the markup of the channel's texts. The values in a user's template pass
  /// through it.
  static func escape(_ text: String) -> String

  /// The form of ids that its messages can mention; `nil` where they mention nobody.
  static var mentions: MentionForm? { get }

  /// What one digest can hold, where `digest_above` is set; `nil` where every notification is sent
  /// by itself.
  static var digest: DigestForm? { get }

  /// Sets the channel up. All references are resolved. Throws ``SettingProblem`` where the settings
  /// can't be used.
  init(settings: SettingValues) throws(SettingProblem)

  /// Sends one message and returns the provider's answer, in a few words. Throws `DeliveryFailure`,
  /// `HTTPFailure`, `AWSFailure` or `CancellationError`.
  func deliver(_ message: ChannelMessage, with services: ChannelServices) async throws -> String

  /// Sends many notifications as one message. It contains all of them, ignores templates, and
  /// mentions everybody whom single messages would have mentioned. Returns and throws as for a
  /// single message.
  func deliver(_ digest: ChannelDigest, with services: ChannelServices) async throws -> String
}

extension Channel {
  /// The type's name.
  public static var summary: String { type }

  /// Successes, failures and stops.
  public static var defaultEvents: Set<DeploymentEvent> { DeploymentEvent.ends }

  /// The same events whatever the settings are.
  public static func defaultEvents(_ settings: SettingValues) -> Set<DeploymentEvent> {
    defaultEvents
  }

  /// Checks nothing beyond the settings' declarations.
  public static func check(_ settings: SettingValues) throws(SettingProblem) {}

  /// None.
  public static func warnings(_ settings: SettingValues) -> [String] { [] }

  /// Accepts all events.
  public static func check(
    events: [DeploymentEvent], _ settings: SettingValues
  ) throws(SettingProblem) {}

  /// None: its messages use both.
  public static func unusedTemplates(_ settings: SettingValues) -> [String] { [] }

  /// `nil`: the time that a provider gets.
  public static func attemptTime(_ settings: SettingValues) -> Duration? { nil }

  /// `nil`: its messages replace none of another channel.
  public static func place(_ settings: SettingValues) -> ChannelPlace? { nil }

  /// None.
  public static func programs(_ settings: SettingValues) -> [String] { [] }

  /// One.
  public static func exchanges(_ settings: SettingValues) -> Int { 1 }

  /// A limit for every address, server, program and secret that the settings name.
  public static func limit(_ settings: SettingValues) -> SendingLimit {
    let kinds: [ChannelSetting.Kind] = [.url, .host, .program]
    let names = self.settings.filter { $0.isSecret || kinds.contains($0.kind) }.map(\.name)
    return SendingLimit(hangsOn: names.flatMap { settings.list($0) })
  }

  /// The text unchanged: no markup.
  public static func escape(_ text: String) -> String { text }

  /// `nil`: its messages mention nobody.
  public static var mentions: MentionForm? { nil }

  /// `nil`: every notification is sent by itself.
  public static var digest: DigestForm? { nil }

  /// Throws `DeliveryFailure`: the channel has no digests.
  public func deliver(
    _ digest: ChannelDigest, with services: ChannelServices
  ) async throws -> String {
    throw DeliveryFailure(.refused, "\(Self.type) sends no digests")
  }
}
