import CodeDeployNotifications
import Foundation

/// How it goes, as far as the store knows. It encodes to the JSON of `status --json`, with its times
/// as texts in ISO 8601 whatever the encoder does with dates.
public struct StatusReport: Sendable {
  /// One account and region.
  public struct Scope: Sendable {
    /// How registrations reach it.
    public var scope: AWSScope
    /// The id of the AWS account; `nil` where it isn't known yet.
    public var accountID: String?
    /// What the scope's registrations call the account: their names in alphabetical order, separated
    /// by ` / ` where they differ; `nil` where none has a name for it.
    public var accountName: String?
    /// When the last complete listing began; `nil` before the first.
    public var lastCompleteAt: Date?
    /// How long ago that was when the status was read; `nil` before the first complete listing.
    public var age: Duration?
  }

  /// A registered application.
  public struct Application: Sendable {
    /// CodeDeploy's name of the application.
    public var application: String
    /// The account and region in which it is registered.
    public var scope: AWSScope
    /// The id of the AWS account; `nil` where it isn't known yet.
    public var accountID: String?
    /// What this registration calls the account; `nil` where it has no name for it.
    public var accountName: String?
    /// The registration's labels, by name.
    public var labels: [String: String]
  }

  /// A mute that is active.
  public struct ActiveMute: Sendable {
    /// CodeDeploy's name of the application.
    public var application: String
    /// The account and region in which it is muted.
    public var scope: AWSScope
    /// The name of the muted channel; `nil` where the whole application is muted.
    public var channel: String?
    /// When the mute ends by itself.
    public var until: Date
  }

  /// A process of this host that polls the store, or exports or imports its contents.
  public struct PollingProcess: Sendable {
    /// The process id.
    public var pid: Int32
    /// When it began.
    public var since: Date
  }

  /// The accounts and regions with registrations, sorted.
  public var scopes: [Scope] = []
  /// The registered applications, sorted by name and region.
  public var registrations: [Application] = []
  /// How many notifications are to be sent, including those that are being sent.
  public var pending: Int
  /// How many of the pending ones nobody has tried to send.
  public var untried: Int
  /// When the oldest event with a pending notification happened; `nil` where nothing is pending.
  public var oldestPendingAt: Date?
  /// How many notifications were given up, as far back as the store remembers.
  public var failed: Int
  /// How many deployments of registered applications haven't ended.
  public var inFlight: Int
  /// The active mutes.
  public var mutes: [ActiveMute] = []
  /// The process that has locked the store on this host; `nil` where none has. A table has no lock,
  /// and the cycles of an embedded notifier take none.
  public var polling: PollingProcess?
  /// Which rows of the store can't be read, so that the rest of the report lacks them; `nil` where
  /// all can. It isn't encoded.
  public var storeFailure: StoreFailure?
}
