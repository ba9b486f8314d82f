import CodeDeployNotifications
import Foundation

/// The JSON of one deployment's history.
struct HistoryDocument: Encodable {
  struct Line: Encodable {
    var line: HistoryEntry.Line

    /// Writes every key, so that readers find one shape.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(line.id, forKey: .id)
      try container.encode(line.channel, forKey: .channel)
      try container.encode(line.event, forKey: .event)
      try container.encode(line.state, forKey: .state)
      try container.encode(line.shownReason ?? line.reason, forKey: .reason)
      try container.encode(line.attempts, forKey: .attempts)
      try container.encode(line.shownNextAttempt, forKey: .nextAttemptAt)
      try container.encode(line.sentAt, forKey: .sentAt)
      try container.encode(line.failedAt, forKey: .failedAt)
      try container.encode(line.tries, forKey: .tries)
    }

    enum CodingKeys: String, CodingKey {
      case id, channel, event, state, reason, attempts
      case nextAttemptAt = "next_attempt_at"
      case sentAt = "sent_at"
      case failedAt = "failed_at"
      case tries
    }
  }

  var entry: HistoryEntry

  init(_ entry: HistoryEntry) { self.entry = entry }

  func encode(to encoder: any Encoder) throws {
    let deployment = entry.deployment
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(deployment.id, forKey: .deploymentID)
    try container.encode(deployment.application, forKey: .application)
    try container.encodeIfPresent(deployment.deploymentGroup, forKey: .deploymentGroup)
    try container.encode(entry.scope.region, forKey: .region)
    try container.encode(deployment.status, forKey: .status)
    try container.encodeIfPresent(deployment.creator, forKey: .creator)
    try container.encodeIfPresent(deployment.revision, forKey: .revision)
    try container.encode(deployment.createdAt, forKey: .createdAt)
    try container.encodeIfPresent(deployment.completedAt, forKey: .completedAt)
    try container.encode(entry.notifications.map(Line.init), forKey: .notifications)
  }

  enum CodingKeys: String, CodingKey {
    case deploymentID = "deployment_id"
    case application
    case deploymentGroup = "deployment_group"
    case region, status, creator, revision
    case createdAt = "created_at"
    case completedAt = "completed_at"
    case notifications
  }
}
