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

  public init(filter: NotificationFilter = .all, since: Date? = nil) {
    self.filter = filter
    self.since = since
  }
}

/// One deployment's history.
public struct HistoryEntry: Sendable {
  public var deployment: Deployment
  public var region: String
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

    public init(
      id: String, channel: String, event: DeploymentEvent, state: NotificationState,
      reason: String?, attempts: Int, nextAttemptAt: Date?, sentAt: Date?
    ) {
      self.id = id
      self.channel = channel
      self.event = event
      self.state = state
      self.reason = reason
      self.attempts = attempts
      self.nextAttemptAt = nextAttemptAt
      self.sentAt = sentAt
    }
  }

  public init(deployment: Deployment, region: String, notifications: [Line]) {
    self.deployment = deployment
    self.region = region
    self.notifications = notifications
  }
}
