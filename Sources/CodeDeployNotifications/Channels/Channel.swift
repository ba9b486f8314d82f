import Foundation

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

/// What a channel may use to send.
public struct ChannelServices: Sendable {
  /// Sends HTTP requests; redirects aren't followed.
  public var http: HTTPClient
  /// AWS with the credentials of the registration's scope.
  public var aws: AWSCaller
  /// Sends mails to SMTP servers.
  public var mail: MailClient
  /// The region of the registration's scope.
  public var region: String
  /// The time of the attempt. It is AWS's time where this host's clock is off.
  public var now: Date
  /// How long one exchange with the provider may take at most.
  public var timeout: Duration
  /// The channel's notes on deployments.
  public var memory: ChannelMemory
  /// The e-mail address of whoever pushed the deployment, looked up when this is called; `nil`
  /// where nobody is found. Throws `DeliveryFailure` where it may be known later.
  public var deployerAddress: @Sendable () async throws -> String?
  /// The id in a type of channel of whoever pushed the deployment, from the registration's
  /// `deployers`; `nil` where nobody is known yet.
  public var deployerID: @Sendable (_ channelType: String) async throws -> String?
  /// How the latest deployment of the group ended, of those that ended after this one:
  /// `.succeeded`, `.failed`, or `nil` where the channel announces none. It shows that a message
  /// that waited for long is no longer the group's news.
  public var laterEnd: @Sendable () async throws -> DeploymentEvent?
  /// Reports how many more messages the provider accepts.
  public var noteAllowance: @Sendable (RateAllowance) -> Void
  /// Whether the channel has announced a failure of the group before this end, and no success
  /// since.
  public var followsOpenAlert: @Sendable () async throws -> Bool

  /// Creates the services. A closure that is left out does nothing.
  public init(
    http: HTTPClient, aws: AWSCaller, mail: MailClient = .none, region: String, now: Date,
    timeout: Duration = .seconds(10), memory: ChannelMemory = .none,
    deployerAddress: @escaping @Sendable () async throws -> String? = { nil },
    deployerID: @escaping @Sendable (_ channelType: String) async throws -> String? = { _ in nil },
    laterEnd: @escaping @Sendable () async throws -> DeploymentEvent? = { nil },
    followsOpenAlert: @escaping @Sendable () async throws -> Bool = { false },
    noteAllowance: @escaping @Sendable (RateAllowance) -> Void = { _ in }
  ) {
    self.http = http
    self.aws = aws
    self.mail = mail
    self.region = region
    self.now = now
    self.timeout = timeout
    self.memory = memory
    self.deployerAddress = deployerAddress
    self.deployerID = deployerID
    self.laterEnd = laterEnd
    self.noteAllowance = noteAllowance
    self.followsOpenAlert = followsOpenAlert
  }
}

/// One channel's notes on deployments, such as where the provider put the first message. They
/// outlive the cycle, and all hosts on the store share them.
public struct ChannelMemory: Sendable {
  /// Returns the channel's last note on a deployment, by the deployment's id; `nil` where there is
  /// none.
  public var recall: @Sendable (_ deploymentID: String) async throws -> String?
  /// Stores a note, replacing an earlier one, before it returns: a message that is sent in several
  /// steps can continue after the last step that was noted.
  public var keep: @Sendable (_ note: String, _ deploymentID: String) async throws -> Void

  /// - Parameters:
  ///   - recall: Returns the last note on a deployment.
  ///   - keep: Stores a note on a deployment.
  public init(
    recall: @escaping @Sendable (_ deploymentID: String) async throws -> String?,
    keep: @escaping @Sendable (_ note: String, _ deploymentID: String) async throws -> Void
  ) {
    self.recall = recall
    self.keep = keep
  }

  /// Stores nothing.
  public static let none = Self(recall: { _ in nil }, keep: { _, _ in })
}

/// Why a message wasn't sent, and whether trying again can help.
public struct DeliveryFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// Whether trying again can help.
  public enum Verdict: Sendable, Hashable {
    /// The trouble may pass. Where the provider said so, not before that long.
    case tryAgain(after: Duration?)
    /// The destination accepts no more messages for now, for that long if it says so. That isn't
    /// the message's fault, and doesn't count as an attempt.
    case limited(after: Duration?)
    /// The answer has an unexpected form, so that the message may have been taken or not. A later
    /// cycle tries once more.
    case oddAnswer
    /// The provider won't accept this message as it is.
    case refused
  }

  /// Whether trying again can help, and when.
  public var verdict: Verdict
  /// Whether the provider answered.
  public var isAnswer: Bool
  /// A sentence without secrets.
  public var description: String
  /// Whether somebody else stopped the program that was to deliver it. When a service manager stops
  /// this program, it stops that one with it.
  package var isStop = false

  /// - Parameters:
  ///   - isAnswer: Whether the provider answered.
  ///   - description: A sentence without secrets.
  public init(_ verdict: Verdict, isAnswer: Bool = true, _ description: String) {
    self.verdict = verdict
    self.isAnswer = isAnswer
    self.description = description
  }
}
