import Foundation

/// A way to announce deployments. A type of channel says what it is set up with and sends one
/// message; when, how often and to whom is the cycle's.
public protocol Channel: Sendable {
  /// The name in a SPEC and, with `_notification` behind it, in a registration document.
  static var type: String { get }
  /// One line on what it announces to.
  static var summary: String { get }
  /// The events it gets when the registration doesn't say.
  static var defaultEvents: Set<DeploymentEvent> { get }
  /// The same where it depends on how the channel is set up.
  static func defaultEvents(_ settings: SettingValues) -> Set<DeploymentEvent>
  /// Every setting it takes.
  static var settings: [ChannelSetting] { get }

  /// Checks what one setting's own kind can't: which settings need or exclude each other. Values
  /// may be references that aren't resolved yet.
  static func check(_ settings: SettingValues) throws(SettingProblem)

  /// What is accepted and yet worth a word when it is registered, a sentence each.
  static func warnings(_ settings: SettingValues) -> [String]

  /// How long one attempt may take where that is the user's choice; `nil` for what a provider gets.
  static func attemptTime(_ settings: SettingValues) -> Duration?

  /// How many exchanges with the provider one attempt can take, one after the other.
  static func exchanges(_ settings: SettingValues) -> Int

  /// What the provider's limit on how much it takes hangs on. What has the same limit waits together
  /// when the provider asks for it. Values may be references that aren't resolved yet.
  static func limit(_ settings: SettingValues) -> SendingLimit

  /// Programs of this machine that it runs beside those that settings name, by their absolute paths.
  /// Values may be references that aren't resolved yet.
  static func programs(_ settings: SettingValues) -> [String]

  /// Makes text harmless in the markup that the channel's texts are in. The values that fill a
  /// user's template pass through it.
  static func escape(_ text: String) -> String

  /// The ids of those whom its messages can call; `nil` where they call nobody.
  static var mentions: MentionForm? { get }

  /// What it can put into one message where `digest_above` asks for that; `nil` where every
  /// notification goes by itself.
  static var digest: DigestForm? { get }

  /// Sets the channel up with its references resolved.
  init(settings: SettingValues) throws(SettingProblem)

  /// Sends one message and returns what the provider answered, in a few words. Throws
  /// `DeliveryFailure`, `HTTPFailure`, `AWSFailure` or `CancellationError`.
  func deliver(_ message: ChannelMessage, with services: ChannelServices) async throws -> String

  /// The same with one message for many notifications. It has all of them, uses no templates, and
  /// calls whom they would have called.
  func deliver(_ digest: ChannelDigest, with services: ChannelServices) async throws -> String
}

extension Channel {
  /// The type's name, unless it says more.
  public static var summary: String { type }

  /// Successes, failures and stops.
  public static var defaultEvents: Set<DeploymentEvent> { DeploymentEvent.ends }

  /// The same however it is set up.
  public static func defaultEvents(_ settings: SettingValues) -> Set<DeploymentEvent> {
    defaultEvents
  }

  /// Nothing but what the declarations of the settings check.
  public static func check(_ settings: SettingValues) throws(SettingProblem) {}

  /// None.
  public static func warnings(_ settings: SettingValues) -> [String] { [] }

  /// What a provider gets.
  public static func attemptTime(_ settings: SettingValues) -> Duration? { nil }

  /// None.
  public static func programs(_ settings: SettingValues) -> [String] { [] }

  /// One.
  public static func exchanges(_ settings: SettingValues) -> Int { 1 }

  /// By default it hangs on every address, server, program and secret that the settings name.
  public static func limit(_ settings: SettingValues) -> SendingLimit {
    let kinds: [ChannelSetting.Kind] = [.url, .host, .program]
    let names = self.settings.filter { $0.isSecret || kinds.contains($0.kind) }.map(\.name)
    return SendingLimit(hangsOn: names.flatMap { settings.list($0) })
  }

  /// The text as it is: no markup.
  public static func escape(_ text: String) -> String { text }

  /// Its messages call nobody.
  public static var mentions: MentionForm? { nil }

  /// Every notification goes by itself.
  public static var digest: DigestForm? { nil }

  /// Throws `DeliveryFailure`: it sends no digests.
  public func deliver(
    _ digest: ChannelDigest, with services: ChannelServices
  ) async throws -> String {
    throw DeliveryFailure(.refused, "\(Self.type) sends no digests")
  }
}

/// What a provider's rate limit hangs on, and the pace that the provider documents for it.
public struct SendingLimit: Sendable, Hashable {
  /// Settings' values, such as a webhook's address or a room and its server. They are compared, and
  /// shown nowhere.
  public var hangsOn: [String]
  /// The least time from one message to the next; zero where only the provider's answers tell.
  public var interval: Duration

  /// - Parameter hangsOn: Settings' values; what isn't set counts as empty.
  public init(hangsOn: [String?], interval: Duration = .zero) {
    self.hangsOn = hangsOn.map { $0 ?? "" }
    self.interval = interval
  }

  /// The values of these settings.
  public init(
    of settings: SettingValues, hangsOn declared: ChannelSetting..., interval: Duration = .zero
  ) {
    self.init(hangsOn: declared.map { settings.text($0.name) }, interval: interval)
  }
}

/// How much more a provider takes, as it says in an answer.
public struct RateAllowance: Sendable, Hashable {
  /// How many more messages.
  public var remaining: Int
  /// When its count starts over.
  public var resetsAfter: Duration

  /// - Parameters:
  ///   - remaining: How many more messages; none below zero.
  ///   - resetsAfter: From now.
  public init(remaining: Int, resetsAfter: Duration) {
    self.remaining = remaining
    self.resetsAfter = resetsAfter
  }
}

/// What a channel may use to send.
public struct ChannelServices: Sendable {
  /// Carries out HTTP requests; redirects aren't followed.
  public var http: HTTPClient
  /// AWS with the credentials of the registration's scope.
  public var aws: AWSCaller
  /// Hands mails to SMTP servers.
  public var mail: MailClient
  /// The region of the registration's scope.
  public var region: String
  /// The time of the attempt, AWS's where this host's clock is off.
  public var now: Date
  /// The longest one exchange with the provider may take.
  public var timeout: Duration
  /// What the channel keeps of a deployment from one message to the next.
  public var memory: ChannelMemory
  /// The address of whoever pushed the deployment, looked up when it is asked for; `nil` where
  /// nobody is found. Throws `DeliveryFailure` where it may be known later.
  public var deployerAddress: @Sendable () async throws -> String?
  /// The id of whoever pushed the deployment with a type of channel, by the registration's
  /// `deployers`; `nil` where nobody is known yet.
  public var deployerID: @Sendable (_ channelType: String) async throws -> String?
  /// How the latest of the group's deployments ended that ended after this one: `.succeeded` or
  /// `.failed`, or `nil` where there is none that the channel tells of. A message that waited long
  /// can so be told from the group's news.
  public var laterEnd: @Sendable () async throws -> DeploymentEvent?
  /// Tells the cycle how much more the provider said that it takes.
  public var noteAllowance: @Sendable (RateAllowance) -> Void
  /// Whether the channel has told of a failure of the group before this end, and of no success of it
  /// since.
  public var followsOpenAlert: @Sendable () async throws -> Bool

  /// Takes what a channel may use; what is left out does nothing.
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

/// What one channel keeps of deployments between messages, such as where the provider put the first
/// one. It outlives the cycle and is shared by all hosts on the store.
public struct ChannelMemory: Sendable {
  /// What the channel last kept of a deployment, by the deployment's id; `nil` where nothing is.
  public var recall: @Sendable (_ deploymentID: String) async throws -> String?
  /// Keeps a note, in the place of an earlier one, the moment it is called: a message that is sent
  /// in several steps can go on after the last step that was made.
  public var keep: @Sendable (_ note: String, _ deploymentID: String) async throws -> Void

  /// - Parameters:
  ///   - recall: What was last kept of a deployment.
  ///   - keep: Keeps a note of one.
  public init(
    recall: @escaping @Sendable (_ deploymentID: String) async throws -> String?,
    keep: @escaping @Sendable (_ note: String, _ deploymentID: String) async throws -> Void
  ) {
    self.recall = recall
    self.keep = keep
  }

  /// Keeps nothing.
  public static let none = Self(recall: { _ in nil }, keep: { _, _ in })
}

/// Why a message wasn't sent, and whether trying again can help.
public struct DeliveryFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// Whether trying again can help.
  public enum Verdict: Sendable, Hashable {
    /// The trouble may pass; not before this long, where the provider said so.
    case tryAgain(after: Duration?)
    /// The destination takes no more for now, for as long as it says. That is no fault of the message
    /// and doesn't count as an attempt.
    case limited(after: Duration?)
    /// An answer that isn't in the provider's form: the message may have been taken or not. It is
    /// tried once more in a later cycle.
    case oddAnswer
    /// The provider will not take this message as it is.
    case refused
  }

  /// Whether trying again can help, and when.
  public var verdict: Verdict
  /// Whether it is an answer of the provider, and not the lack of one.
  public var isAnswer: Bool
  /// A sentence without secrets.
  public var description: String

  /// - Parameters:
  ///   - isAnswer: Whether it is an answer of the provider, and not the lack of one.
  ///   - description: A sentence without secrets.
  public init(_ verdict: Verdict, isAnswer: Bool = true, _ description: String) {
    self.verdict = verdict
    self.isAnswer = isAnswer
    self.description = description
  }
}

/// Every type of channel the program knows.
public struct ChannelCatalog: Sendable {
  /// The types, in the order in which they are listed.
  public let types: [any Channel.Type]

  /// Takes types whose names are all different.
  public init(_ types: [any Channel.Type]) { self.types = types }

  /// The catalog without these types, by their names.
  public func removing(_ names: String...) -> Self {
    Self(types.filter { !names.contains($0.type) })
  }

  /// The type of that name; `nil` where it isn't there.
  public func type(named name: String) -> (any Channel.Type)? {
    types.first { $0.type == name }
  }
}
