import CodeDeployNotifications
import Foundation

// Times are encoded as texts, so that the JSON doesn't depend on how an encoder writes dates.

extension StatusReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case scopes, pending, failed, mutes, polling, registrations
    case oldestPendingAt = "oldest_pending_at"
    case inFlight = "in_flight"
  }

  /// Writes every key, so that the JSON always has the same shape.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(scopes, forKey: .scopes)
    try container.encode(pending, forKey: .pending)
    try container.encode(oldestPendingAt?.iso8601, forKey: .oldestPendingAt)
    try container.encode(failed, forKey: .failed)
    try container.encode(inFlight, forKey: .inFlight)
    try container.encode(mutes, forKey: .mutes)
    try container.encode(polling, forKey: .polling)
    try container.encode(registrations, forKey: .registrations)
  }
}

extension StatusReport.Scope: Encodable {
  private enum CodingKeys: String, CodingKey {
    case accountID = "account_id"
    case accountName = "account_name"
    case region, profile
    case roleARN = "role_arn"
    case lastCompleteAt = "last_complete_at"
    case ageSeconds = "age_seconds"
  }

  /// Writes the keys of the scope beside the rest; a name or a profile only where there is one.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(accountID, forKey: .accountID)
    try container.encodeIfPresent(accountName, forKey: .accountName)
    try container.encode(scope.region, forKey: .region)
    if !scope.profile.isEmpty { try container.encode(scope.profile, forKey: .profile) }
    try container.encode(scope.roleARN.isEmpty ? nil : scope.roleARN, forKey: .roleARN)
    try container.encode(lastCompleteAt?.iso8601, forKey: .lastCompleteAt)
    try container.encode(age.map { Int($0.inSeconds) }, forKey: .ageSeconds)
  }
}

extension StatusReport.Application: Encodable {
  private enum CodingKeys: String, CodingKey {
    case application, region, labels
    case accountID = "account_id"
    case accountName = "account_name"
  }

  /// Writes the region alone of the scope, and the account's name only where there is one.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(application, forKey: .application)
    try container.encode(accountID, forKey: .accountID)
    try container.encodeIfPresent(accountName, forKey: .accountName)
    try container.encode(scope.region, forKey: .region)
    try container.encode(labels, forKey: .labels)
  }
}

extension StatusReport.ActiveMute: Encodable {
  private enum CodingKeys: String, CodingKey { case application, channel, until }

  /// Writes a muted channel as `null` where the whole application is muted.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(application, forKey: .application)
    try container.encode(channel, forKey: .channel)
    try container.encode(until.iso8601, forKey: .until)
  }
}

extension StatusReport.PollingProcess: Encodable {
  private enum CodingKeys: String, CodingKey { case pid, since }

  /// Writes both keys.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(pid, forKey: .pid)
    try container.encode(since.iso8601, forKey: .since)
  }
}
