/// Who or what created a deployment, as CodeDeploy names it (`DeploymentCreator` of its service
/// model).
///
/// An open set: a value that CodeDeploy adds later is kept unchanged.
public struct DeploymentCreator: RawRepresentable, Hashable, Sendable, Codable,
  ExpressibleByStringLiteral, CustomStringConvertible
{
  /// CodeDeploy's value.
  public let rawValue: String

  /// Takes CodeDeploy's value, including one that isn't known here.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Takes CodeDeploy's value.
  public init(stringLiteral value: String) { rawValue = value }

  /// A person or their pipeline.
  public static let user = Self(rawValue: "user")
  /// Auto Scaling, for an instance that it launched.
  public static let autoScaling = Self(rawValue: "autoscaling")
  /// Auto Scaling, for an instance that it terminates.
  public static let autoScalingTermination = Self(rawValue: "autoscalingTermination")
  /// CodeDeploy, to roll another deployment back.
  public static let rollback = Self(rawValue: "codeDeployRollback")
  /// CodeDeploy, to update instances that missed a deployment.
  public static let autoUpdate = Self(rawValue: "CodeDeployAutoUpdate")
  /// A CloudFormation stack.
  public static let cloudFormation = Self(rawValue: "CloudFormation")
  /// CloudFormation, to roll a stack back.
  public static let cloudFormationRollback = Self(rawValue: "CloudFormationRollback")

  /// CodeDeploy's value.
  public var description: String { rawValue }

  /// The creators that deploy whenever Auto Scaling launches or terminates an instance.
  static let scaleOuts: Set<Self> = [.autoScaling, .autoScalingTermination]

  /// Whether the deployment neither comes from somebody's push nor undoes one.
  var isAutomatic: Bool {
    Self.scaleOuts.contains(self) || self == .autoUpdate || self == .cloudFormationRollback
  }

  /// The creator in words; `nil` for a person.
  var inWords: String? {
    switch self {
    case .user: nil
    case .autoScaling: "Auto Scaling, for a new instance"
    case .autoScalingTermination: "Auto Scaling, for an instance that terminates"
    case .rollback: "CodeDeploy, to roll back"
    case .autoUpdate: "CodeDeploy, to bring instances up to date"
    case .cloudFormation: "CloudFormation"
    case .cloudFormationRollback: "CloudFormation, to roll back"
    default: rawValue
    }
  }
}
