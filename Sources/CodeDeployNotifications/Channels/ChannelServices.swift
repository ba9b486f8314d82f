import Foundation

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
  /// `deployers`; `nil` where nobody is known yet, or can be found within about two seconds.
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
  ///
  /// - Parameters:
  ///   - timeout: The longest time for one exchange with the provider.
  ///   - deployerAddress: Throws `DeliveryFailure` where the address may be known later.
  ///   - deployerID: Throws nothing but `CancellationError`: it never asks to wait.
  ///   - laterEnd: Throws `StoreFailure`.
  ///   - followsOpenAlert: Throws `StoreFailure`.
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
