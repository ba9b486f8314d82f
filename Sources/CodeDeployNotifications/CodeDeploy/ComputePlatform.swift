/// What CodeDeploy deploys to, in its own words (`ComputePlatform` of its service model).
///
/// An open set: a word that CodeDeploy adds later is kept as it is.
public struct ComputePlatform: RawRepresentable, Hashable, Sendable, Codable,
  ExpressibleByStringLiteral, CustomStringConvertible
{
  /// CodeDeploy's word.
  public let rawValue: String

  /// Takes CodeDeploy's word, also one that isn't known here.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Takes CodeDeploy's word.
  public init(stringLiteral value: String) { rawValue = value }

  /// EC2 instances and servers elsewhere.
  public static let server = Self(rawValue: "Server")
  /// Versions of Lambda functions.
  public static let lambda = Self(rawValue: "Lambda")
  /// Task sets of ECS services.
  public static let ecs = Self(rawValue: "ECS")

  /// CodeDeploy's word.
  public var description: String { rawValue }

  /// What a deployment's targets are called, for a label.
  var targets: String {
    switch self {
    case .lambda: "Functions"
    case .ecs: "Task sets"
    default: "Instances"
    }
  }
}
