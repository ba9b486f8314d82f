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
  /// Every setting it takes.
  static var settings: [ChannelSetting] { get }

  /// Checks what one setting's own kind can't: which settings need or exclude each other. Values
  /// may be references that aren't resolved yet.
  static func check(_ settings: SettingValues) throws(SettingProblem)

  /// Sets the channel up with its references resolved.
  init(settings: SettingValues) throws(SettingProblem)

  /// Sends one message and returns what the provider answered, in a few words. Throws
  /// `DeliveryFailure`, `HTTPFailure`, `AWSFailure` or `CancellationError`.
  func deliver(_ message: ChannelMessage, with services: ChannelServices) async throws -> String
}

extension Channel {
  public static var defaultEvents: Set<DeploymentEvent> { DeploymentEvent.ends }

  public static func check(_ settings: SettingValues) throws(SettingProblem) {}
}

/// What a channel is given to send.
public struct ChannelMessage: Sendable {
  /// The facts; `id` is the idempotency key, the same on every attempt.
  public var notification: DeploymentNotification
  /// A line: the registration's `title` template, or the default headline.
  public var title: String
  /// Some lines of plain text: the registration's `body` template, or the default story.
  public var body: String

  public init(notification: DeploymentNotification, title: String, body: String) {
    self.notification = notification
    self.title = title
    self.body = body
  }
}

/// What a channel may use to send.
public struct ChannelServices: Sendable {
  public var http: HTTPClient
  /// AWS with the credentials of the registration's scope.
  public var aws: AWSCaller
  /// The region of the registration's scope.
  public var region: String
  public var now: Date
  /// The longest one exchange with the provider may take.
  public var timeout: Duration

  public init(
    http: HTTPClient, aws: AWSCaller, region: String, now: Date,
    timeout: Duration = .seconds(10)
  ) {
    self.http = http
    self.aws = aws
    self.region = region
    self.now = now
    self.timeout = timeout
  }
}

/// Why a message wasn't sent, and whether trying again can help.
public struct DeliveryFailure: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Verdict: Sendable, Hashable {
    /// The trouble may pass; not before this long, where the provider said so.
    case tryAgain(after: Duration?)
    /// The provider will not take this message as it is.
    case refused
  }

  public var verdict: Verdict
  /// Whether it is an answer of the provider, and not the lack of one.
  public var isAnswer: Bool
  /// A sentence without secrets.
  public var description: String

  public init(_ verdict: Verdict, isAnswer: Bool = true, _ description: String) {
    self.verdict = verdict
    self.isAnswer = isAnswer
    self.description = description
  }
}

/// Every type of channel the program knows.
public struct ChannelCatalog: Sendable {
  public let types: [any Channel.Type]

  public init(_ types: [any Channel.Type]) { self.types = types }

  public func type(named name: String) -> (any Channel.Type)? {
    types.first { $0.type == name }
  }
}
