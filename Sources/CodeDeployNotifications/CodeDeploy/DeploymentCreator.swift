/// Who or what made CodeDeploy deploy, in its own words (`DeploymentCreator` of its service model).
///
/// An open set: a word that CodeDeploy adds later is kept as it is.
public struct DeploymentCreator: RawRepresentable, Hashable, Sendable, Codable,
  ExpressibleByStringLiteral, CustomStringConvertible
{
  /// CodeDeploy's word.
  public let rawValue: String

  /// Takes CodeDeploy's word, also one that isn't known here.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Takes CodeDeploy's word.
  public init(stringLiteral value: String) { rawValue = value }

  /// A person or their pipeline.
  public static let user = Self(rawValue: "user")
  /// Auto Scaling, for an instance that it launched.
  public static let autoScaling = Self(rawValue: "autoscaling")
  /// Auto Scaling, for an instance that it ends.
  public static let autoScalingTermination = Self(rawValue: "autoscalingTermination")
  /// CodeDeploy, to roll another deployment back.
  public static let rollback = Self(rawValue: "codeDeployRollback")
  /// CodeDeploy, to bring instances up to date that missed a deployment.
  public static let autoUpdate = Self(rawValue: "CodeDeployAutoUpdate")
  /// A stack of CloudFormation.
  public static let cloudFormation = Self(rawValue: "CloudFormation")
  /// CloudFormation, to roll a stack back.
  public static let cloudFormationRollback = Self(rawValue: "CloudFormationRollback")

  /// CodeDeploy's word.
  public var description: String { rawValue }

  /// Those that deploy on every scale-out.
  static let scaleOuts: Set<Self> = [.autoScaling, .autoScalingTermination]

  /// Whether nobody pushed what is deployed, and nobody's push is undone by it.
  var isAutomatic: Bool {
    Self.scaleOuts.contains(self) || self == .autoUpdate || self == .cloudFormationRollback
  }

  /// In words; `nil` for a person.
  var inWords: String? {
    switch self {
    case .user: nil
    case .autoScaling: "Auto Scaling, for a new instance"
    case .autoScalingTermination: "Auto Scaling, for an instance that ends"
    case .rollback: "CodeDeploy, to roll back"
    case .autoUpdate: "CodeDeploy, to bring instances up to date"
    case .cloudFormation: "CloudFormation"
    case .cloudFormationRollback: "CloudFormation, to roll back"
    default: rawValue
    }
  }
}
