import Foundation

/// Which notifications are put back in line.
public enum RetrySelection: Sendable, Hashable {
  case ids(Set<String>)
  /// All, or all of these applications.
  case all(applications: Set<String>)
}

/// Which part of the history is asked for.
public struct HistoryQuery: Sendable {
  public var filter: NotificationFilter
  /// Only deployments created at or after this time.
  public var since: Date?
  /// Only notifications in one of these states; empty for all. This and what follows is heeded
  /// where the history is handed out deployment by deployment, and by `narrowed`.
  public var states: Set<NotificationState> = []
  /// Only notifications to channels of these names; empty for all.
  public var channels: Set<String> = []
  /// Only deployment groups that one of these patterns matches; empty for all.
  public var groups: [String] = []
  /// So many deployments at the most.
  public var limit: Int?

  public init(filter: NotificationFilter = .all, since: Date? = nil) {
    self.filter = filter
    self.since = since
  }
}

/// One deployment's history.
public struct HistoryEntry: Sendable {
  public var deployment: Deployment
  public var scope: AWSScope
  public var notifications: [Line]

  /// One notification of it.
  public struct Line: Sendable {
    public var id: String
    public var channel: String
    public var event: DeploymentEvent
    public var state: NotificationState
    public var reason: String?
    public var attempts: Int
    public var nextAttemptAt: Date?
    public var sentAt: Date?
    public var failedAt: Date?
    /// The last attempts, oldest first.
    public var tries: [DeliveryTry]

    public init(
      id: String, channel: String, event: DeploymentEvent, state: NotificationState,
      reason: String?, attempts: Int, nextAttemptAt: Date?, sentAt: Date?,
      failedAt: Date? = nil, tries: [DeliveryTry] = []
    ) {
      self.id = id
      self.channel = channel
      self.event = event
      self.state = state
      self.reason = reason
      self.attempts = attempts
      self.nextAttemptAt = nextAttemptAt
      self.sentAt = sentAt
      self.failedAt = failedAt
      self.tries = tries
    }
  }

  public init(deployment: Deployment, scope: AWSScope, notifications: [Line]) {
    self.deployment = deployment
    self.scope = scope
    self.notifications = notifications
  }

  public var region: String { scope.region }
}

extension HistoryEntry.Line {
  /// Failed, or expired before it was seen: what can be made pending again.
  public var canBeRetried: Bool {
    state == .failed
      || (state == .skipped && reason?.hasPrefix(SkipReason.expired.rawValue) == true)
  }
}

/// Which ends of a deployment group's deployments are asked for.
public struct EndsQuery: Sendable {
  public var scope: AWSScope
  public var group: DeploymentGroupName
  /// Only those that ended so; `nil` for all.
  public var status: DeploymentStatus?
  /// Only deployments created before this time.
  public var createdBefore: Date?
  /// The most that are returned.
  public var limit: Int

  public init(
    scope: AWSScope, group: DeploymentGroupName, status: DeploymentStatus? = nil,
    createdBefore: Date? = nil, limit: Int = 50
  ) {
    self.scope = scope
    self.group = group
    self.status = status
    self.createdBefore = createdBefore
    self.limit = limit
  }
}
