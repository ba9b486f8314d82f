/// A deployment's status in CodeDeploy's own words (`DeploymentStatus` of its API).
///
/// An open set: a word that CodeDeploy adds later is kept as it is and counts as in flight, so
/// that such a deployment is watched until it reaches an end that is known.
public struct DeploymentStatus: RawRepresentable, Hashable, Sendable, Codable {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  public static let created = Self(rawValue: "Created")
  public static let queued = Self(rawValue: "Queued")
  public static let inProgress = Self(rawValue: "InProgress")
  public static let baking = Self(rawValue: "Baking")
  public static let ready = Self(rawValue: "Ready")
  public static let succeeded = Self(rawValue: "Succeeded")
  public static let failed = Self(rawValue: "Failed")
  public static let stopped = Self(rawValue: "Stopped")

  /// The statuses that a deployment can still leave, as a listing's filter takes them.
  public static let inFlight: [Self] = [.created, .queued, .inProgress, .baking, .ready]

  /// Whether the deployment has ended.
  public var isFinal: Bool { self == .succeeded || self == .failed || self == .stopped }
}
