/// What CodeDeploy deploys to, as CodeDeploy names it (`ComputePlatform` of its service model).
///
/// An open set: a value that CodeDeploy adds later is kept unchanged.
public struct ComputePlatform: RawRepresentable, Hashable, Sendable, Codable,
  ExpressibleByStringLiteral, CustomStringConvertible
{
  /// CodeDeploy's value.
  public let rawValue: String

  /// Takes CodeDeploy's value, including one that isn't known here.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Takes CodeDeploy's value.
  public init(stringLiteral value: String) { rawValue = value }

  /// EC2 instances and on-premises servers.
  public static let server = Self(rawValue: "Server")
  /// Versions of Lambda functions.
  public static let lambda = Self(rawValue: "Lambda")
  /// Task sets of ECS services.
  public static let ecs = Self(rawValue: "ECS")

  /// CodeDeploy's value.
  public var description: String { rawValue }

  /// The label for a deployment's targets.
  var targets: String {
    switch self {
    case .lambda: "Functions"
    case .ecs: "Task sets"
    default: "Instances"
    }
  }
}
