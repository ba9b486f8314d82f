import Foundation

/// What CodeDeploy says of a deployment (`DeploymentInfo` of its API), in the parts that a
/// notification can use.
public struct Deployment: Sendable, Hashable, Codable {
  public var id: String
  public var application: String
  public var deploymentGroup: String?
  public var status: DeploymentStatus
  /// Who created it: `user`, `autoscaling`, `codeDeployRollback`, …; an open set.
  public var creator: String?
  public var deploymentConfig: String?
  /// `Server`, `Lambda` or `ECS`.
  public var computePlatform: String?
  public var description: String?
  public var revision: Revision?
  public var previousRevision: Revision?
  public var createdAt: Date
  public var startedAt: Date?
  public var completedAt: Date?
  public var overview: Overview?
  public var error: ErrorInformation?
  public var rollback: RollbackInformation?

  public init(
    id: String, application: String, deploymentGroup: String? = nil, status: DeploymentStatus,
    creator: String? = nil, createdAt: Date
  ) {
    self.id = id
    self.application = application
    self.deploymentGroup = deploymentGroup
    self.status = status
    self.creator = creator
    self.createdAt = createdAt
  }

  /// How many targets stand where (`DeploymentOverview`).
  public struct Overview: Sendable, Hashable, Codable {
    public var succeeded: Int?
    public var failed: Int?
    public var skipped: Int?
    public var inProgress: Int?
    public var pending: Int?
    public var ready: Int?

    public init(
      succeeded: Int? = nil, failed: Int? = nil, skipped: Int? = nil, inProgress: Int? = nil,
      pending: Int? = nil, ready: Int? = nil
    ) {
      self.succeeded = succeeded
      self.failed = failed
      self.skipped = skipped
      self.inProgress = inProgress
      self.pending = pending
      self.ready = ready
    }

    enum CodingKeys: String, CodingKey {
      case succeeded, failed, skipped, pending, ready
      case inProgress = "in_progress"
    }
  }

  /// The general cause of an end that wasn't success, such as `HEALTH_CONSTRAINTS`.
  public struct ErrorInformation: Sendable, Hashable, Codable {
    public var code: String?
    public var message: String?

    public init(code: String? = nil, message: String? = nil) {
      self.code = code
      self.message = message
    }
  }

  /// A rollback's two directions: the deployment that caused this one, and the one that undid it.
  public struct RollbackInformation: Sendable, Hashable, Codable {
    public var triggeredBy: String?
    public var rolledBackBy: String?
    public var message: String?

    public init(
      triggeredBy: String? = nil, rolledBackBy: String? = nil, message: String? = nil
    ) {
      self.triggeredBy = triggeredBy
      self.rolledBackBy = rolledBackBy
      self.message = message
    }

    enum CodingKeys: String, CodingKey {
      case message
      case triggeredBy = "triggered_by"
      case rolledBackBy = "rolled_back_by"
    }
  }
}
