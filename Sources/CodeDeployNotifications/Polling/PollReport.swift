import Foundation

/// What one cycle did. `poll --json` prints it as JSON.
public struct PollReport: Sendable, Encodable {
  /// When the cycle began.
  public var startedAt: Date
  /// How long it took.
  public var duration: Duration
  /// The result for each account and region that was listed.
  public var scopes: [ScopeReport] = []
  /// Deployments of registered applications seen for the first time.
  public var newDeployments = 0
  /// Deployments of registered applications that haven't ended.
  public var inFlightDeployments = 0
  /// The outcome of each notification that the cycle claimed or recorded.
  public var notifications: [NotificationReport] = []
  /// Notifications that stay pending, since only another program on the same store can send them.
  /// Of a channel with many of them, only the first are here.
  public var leftToOthers: [NotificationReport] = []
  /// Notifications that wait for a later cycle.
  public var pending = 0
  /// The trouble with the store that ended the cycle early; `nil` if there was none.
  public var storeFailure: StoreFailure?
  /// Whether the cycle was told to stop while something was left to do.
  public var wasStopped = false
  /// Deployments that were named and that no scope has.
  public var unknownDeployments: [String] = []
  /// Deployments that were named and whose application isn't registered, with the application.
  public var unregisteredDeployments: [String: String] = [:]
  /// Deployments that were named and have reached nothing that a channel asks for.
  public var unaskedDeployments: [UnaskedDeployment] = []

  /// A report of a cycle that has done nothing yet.
  public init(startedAt: Date) {
    self.startedAt = startedAt
    duration = .zero
  }

  /// The result for one account and region.
  public struct ScopeReport: Sendable, Encodable {
    /// The account and region.
    public var scope: AWSScope
    /// The id of the AWS account; `nil` where it isn't known.
    public var accountID: String?
    /// How many requests were made to CodeDeploy.
    public var requests = 0
    /// Whether nothing was left unread.
    public var complete = false
    /// Why the listing isn't complete; empty where it is. That its time was up is one that is
    /// `unreachable`.
    public var failures: [AWSFailure] = []
    /// The applications that are registered with a profile that doesn't exist; empty where it
    /// exists.
    public var applications: [String] = []

    enum CodingKeys: String, CodingKey {
      case accountID = "account_id"
      case region
      case profile
      case roleARN = "role_arn"
      case requests, complete, error
    }

    /// Writes the keys of the scope beside the rest, and the first failure as `error`.
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

  /// A named deployment of which nothing is announced, because no channel asks for an event that it
  /// has reached.
  public struct UnaskedDeployment: Sendable, Hashable {
    /// A channel and the events that it asks for.
    public struct Channel: Sendable, Hashable {
      /// The channel's name in its registration.
      public var name: String
      /// The events that it asks for.
      public var events: [DeploymentEvent]

      /// A channel that asks for these events.
      public init(name: String, events: [DeploymentEvent]) {
        self.name = name
        self.events = events
      }
    }

    /// CodeDeploy's id.
    public var id: String
    /// CodeDeploy's name of the application.
    public var application: String
    /// The status that was read last.
    public var status: DeploymentStatus
    /// The channels of its registration, none of which asks for what it has reached.
    public var channels: [Channel]

    /// A deployment that no channel asks for.
    public init(
      id: String, application: String, status: DeploymentStatus, channels: [Channel]
    ) {
      self.id = id
      self.application = application
      self.status = status
      self.channels = channels
    }
  }

  /// The outcome of one notification in this cycle.
  public struct NotificationReport: Sendable, Encodable {
    /// How a notification fared in this cycle.
    public enum Outcome: String, Sendable, Encodable {
      case sent, retrying, failed, skipped, planned
    }

    /// The notification's id: the same at every attempt and on every host.
    public var id: String
    /// CodeDeploy's name of the application.
    public var application: String
    /// The deployment group; `nil` for a deployment without one.
    public var deploymentGroup: String?
    /// CodeDeploy's id of the deployment.
    public var deploymentID: String
    /// The event that is announced.
    public var event: DeploymentEvent
    /// The channel's name in its registration.
    public var channel: String
    /// How it fared.
    public var outcome: Outcome
    /// The reason in a sentence; the provider's answer where it was sent.
    public var reason: String
    /// The rule by which it was skipped; `nil` unless it was.
    public var skipReason: SkipReason?
    /// Attempts so far, earlier cycles included.
    public var attempts: Int
    /// When it is tried again; `nil` unless it will be.
    public var nextAttemptAt: Date?
    /// The scope of the application; `nil` for a pending notification in a dry run.
    public var scope: AWSScope?

    /// Writes every key, so that the JSON always has the same shape.
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

  /// Writes the JSON of `poll --json`.
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
