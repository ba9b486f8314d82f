/// A deployment's status in CodeDeploy's words (`DeploymentStatus` of its API).
///
/// An open set: an unknown status is kept as it is and counts as in flight, so that the deployment
/// is read again until it has a known final status.
public struct DeploymentStatus: RawRepresentable, Hashable, Sendable, Codable {
  /// CodeDeploy's word.
  public let rawValue: String

  /// Takes CodeDeploy's word, even if it is unknown here.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// It was requested.
  public static let created = Self(rawValue: "Created")
  /// It waits for another deployment.
  public static let queued = Self(rawValue: "Queued")
  /// It is running.
  public static let inProgress = Self(rawValue: "InProgress")
  /// It is done and being watched for alarms.
  public static let baking = Self(rawValue: "Baking")
  /// It waits for traffic to be rerouted.
  public static let ready = Self(rawValue: "Ready")
  /// It ended well.
  public static let succeeded = Self(rawValue: "Succeeded")
  /// It ended badly.
  public static let failed = Self(rawValue: "Failed")
  /// Somebody stopped it.
  public static let stopped = Self(rawValue: "Stopped")

  /// The statuses that aren't final, for a listing's filter.
  public static let inFlight: [Self] = [.created, .queued, .inProgress, .baking, .ready]

  /// Whether the deployment has ended.
  public var isFinal: Bool { self == .succeeded || self == .failed || self == .stopped }
}
