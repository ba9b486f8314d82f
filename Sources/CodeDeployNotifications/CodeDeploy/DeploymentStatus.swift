/// A deployment's status in CodeDeploy's own words (`DeploymentStatus` of its API).
///
/// An open set: a word that CodeDeploy adds later is kept as it is and counts as in flight, so
/// that such a deployment is watched until it reaches an end that is known.
public struct DeploymentStatus: RawRepresentable, Hashable, Sendable, Codable {
  /// CodeDeploy's word.
  public let rawValue: String

  /// Takes CodeDeploy's word, also one that isn't known here.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// It was asked for.
  public static let created = Self(rawValue: "Created")
  /// It waits for another.
  public static let queued = Self(rawValue: "Queued")
  /// It is at work.
  public static let inProgress = Self(rawValue: "InProgress")
  /// It is done and watched for alarms.
  public static let baking = Self(rawValue: "Baking")
  /// It waits for its traffic to be moved.
  public static let ready = Self(rawValue: "Ready")
  /// It ended well.
  public static let succeeded = Self(rawValue: "Succeeded")
  /// It ended badly.
  public static let failed = Self(rawValue: "Failed")
  /// Somebody stopped it.
  public static let stopped = Self(rawValue: "Stopped")

  /// The statuses that a deployment can still leave, as a listing's filter takes them.
  public static let inFlight: [Self] = [.created, .queued, .inProgress, .baking, .ready]

  /// Whether the deployment has ended.
  public var isFinal: Bool { self == .succeeded || self == .failed || self == .stopped }
}
