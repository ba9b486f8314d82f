import Foundation

/// What one cycle did: the JSON of `poll --json`.
public struct PollReport: Sendable, Encodable {
  public var startedAt: Date
  public var duration: Duration
  public var scopes: [ScopeReport] = []
  /// Deployments of registered applications seen for the first time.
  public var newDeployments = 0
  public var inFlightDeployments = 0
  public var notifications: [NotificationReport] = []
  /// Notifications that stay pending, since only another program on the same store can send them.
  public var leftToOthers: [NotificationReport] = []
  /// Notifications that wait for a later cycle.
  public var pending = 0
  /// Trouble with the store that ended the cycle early.
  public var storeFailure: StoreFailure?
  /// Whether the cycle was told to stop before its end.
  public var wasStopped = false
  /// Deployments that were named and that no scope knows.
  public var unknownDeployments: [String] = []
  /// Deployments that were named and whose application nobody registered, with the application.
  public var unregisteredDeployments: [String: String] = [:]
  /// Deployments that were named and have reached nothing that a channel asks for.
  public var unaskedDeployments: [UnaskedDeployment] = []

  public init(startedAt: Date) {
    self.startedAt = startedAt
    duration = .zero
  }

  /// One account and region.
  public struct ScopeReport: Sendable, Encodable {
    public var scope: AWSScope
    /// The id of the AWS account, where it is known.
    public var accountID: String?
    /// Requests made to CodeDeploy.
    public var requests = 0
    /// Whether nothing was left unread.
    public var complete = false
    public var failures: [any Error] = []
    /// The applications that are registered with a profile that isn't there; empty where it is.
    public var applications: [String] = []

    enum CodingKeys: String, CodingKey {
      case accountID = "account_id"
      case region
      case profile
      case roleARN = "role_arn"
      case requests, complete, error
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(accountID, forKey: .accountID)
      try container.encode(scope.region, forKey: .region)
      if !scope.profile.isEmpty { try container.encode(scope.profile, forKey: .profile) }
      try container.encode(scope.roleARN.isEmpty ? nil : scope.roleARN, forKey: .roleARN)
      try container.encode(requests, forKey: .requests)
      try container.encode(complete, forKey: .complete)
      try container.encode(failures.first.map { "\($0)" }, forKey: .error)
    }
  }

  /// A deployment of which nothing is announced, because no channel asks for what it has reached.
  public struct UnaskedDeployment: Sendable, Hashable {
    /// A channel and the events that it asks for.
    public struct Channel: Sendable, Hashable {
      public var name: String
      public var events: [DeploymentEvent]

      public init(name: String, events: [DeploymentEvent]) {
        self.name = name
        self.events = events
      }
    }

    public var id: String
    public var application: String
    public var status: DeploymentStatus
    public var channels: [Channel]

    public init(
      id: String, application: String, status: DeploymentStatus, channels: [Channel]
    ) {
      self.id = id
      self.application = application
      self.status = status
      self.channels = channels
    }
  }

  /// What became of one notification in this cycle.
  public struct NotificationReport: Sendable, Encodable {
    public enum Outcome: String, Sendable, Encodable {
      case sent, retrying, failed, skipped, planned
    }

    public var id: String
    public var application: String
    public var deploymentGroup: String?
    public var deploymentID: String
    public var event: DeploymentEvent
    public var channel: String
    public var outcome: Outcome
    public var reason: String
    public var skipReason: SkipReason?
    /// Attempts so far, earlier cycles included.
    public var attempts: Int
    public var nextAttemptAt: Date?
    /// Where the application is; of what waits in the ledger it isn't told.
    public var scope: AWSScope?

    /// Writes every key, so that readers find one shape.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(id, forKey: .id)
      try container.encode(application, forKey: .application)
      try container.encode(deploymentGroup, forKey: .deploymentGroup)
      try container.encode(deploymentID, forKey: .deploymentID)
      try container.encode(event, forKey: .event)
      try container.encode(channel, forKey: .channel)
      try container.encode(outcome, forKey: .outcome)
      try container.encode(reason, forKey: .reason)
      try container.encode(attempts, forKey: .attempts)
      try container.encode(nextAttemptAt, forKey: .nextAttemptAt)
    }

    enum CodingKeys: String, CodingKey {
      case id, application
      case deploymentGroup = "deployment_group"
      case deploymentID = "deployment_id"
      case event, channel, outcome, reason, attempts
      case nextAttemptAt = "next_attempt_at"
    }
  }

  enum CodingKeys: String, CodingKey {
    case startedAt = "started_at"
    case durationMilliseconds = "duration_ms"
    case scopes, deployments, notifications, pending
  }

  private struct DeploymentCounts: Encodable {
    var new: Int
    var inFlight: Int

    enum CodingKeys: String, CodingKey {
      case new
      case inFlight = "in_flight"
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(startedAt, forKey: .startedAt)
    try container.encode(Int((duration.inSeconds * 1000).rounded()), forKey: .durationMilliseconds)
    try container.encode(scopes, forKey: .scopes)
    try container.encode(
      DeploymentCounts(new: newDeployments, inFlight: inFlightDeployments), forKey: .deployments)
    try container.encode(notifications, forKey: .notifications)
    try container.encode(pending, forKey: .pending)
  }
}
