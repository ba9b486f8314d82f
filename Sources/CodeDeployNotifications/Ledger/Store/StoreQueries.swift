import Foundation

/// Which notifications are made pending again.
package enum RetrySelection: Sendable, Hashable {
  case ids(Set<String>)
  /// All, or all of these applications.
  case all(applications: Set<String>)
}

/// Which part of the history to return.
package struct HistoryQuery: Sendable {
  package var filter: NotificationFilter
  /// Only deployments created at or after this time.
  package var since: Date?
  /// Only notifications in one of these states; empty for all. This and the properties below apply
  /// where the history is read one deployment after the other, and in `narrowed`.
  package var states: Set<NotificationState> = []
  /// Only notifications to channels of these names; empty for all.
  package var channels: Set<String> = []
  /// Only deployment groups that one of these patterns matches; empty for all.
  package var groups: [String] = []
  /// The most deployments to return.
  package var limit: Int?

  package init(filter: NotificationFilter = .all, since: Date? = nil) {
    self.filter = filter
    self.since = since
  }
}

/// Which ended deployments of a deployment group to return.
package struct EndsQuery: Sendable {
  package var scope: AWSScope
  package var group: DeploymentGroupName
  /// Only those that ended with this status; `nil` for all.
  package var status: DeploymentStatus?
  /// Only deployments created before this time.
  package var createdBefore: Date?
  /// The most deployments to return.
  package var limit: Int

  package init(
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
