import Foundation

/// What CodeDeploy says of a deployment (`DeploymentInfo` of its API), in the parts that a
/// notification can use.
public struct Deployment: Sendable, Hashable, Codable {
  /// CodeDeploy's id, such as `d-A1B2C3D4E`.
  public var id: String
  /// The application it is of.
  public var application: String
  /// The group that it goes to.
  public var deploymentGroup: String?
  /// How it stands.
  public var status: DeploymentStatus
  /// Who or what created it.
  public var creator: DeploymentCreator?
  /// How many targets at once, by its name.
  public var deploymentConfig: String?
  /// What it deploys to.
  public var computePlatform: ComputePlatform?
  /// What whoever created it wrote; anybody's text.
  public var description: String?
  /// What is deployed.
  public var revision: Revision?
  /// What was deployed before.
  public var previousRevision: Revision?
  /// When it was created, by AWS's clock.
  public var createdAt: Date
  /// When it started.
  public var startedAt: Date?
  /// When it ended.
  public var completedAt: Date?
  /// How many targets stand where.
  public var overview: Overview?
  /// The general cause of an end that was no success.
  public var error: ErrorInformation?
  /// What it rolls back, or what rolled it back.
  public var rollback: RollbackInformation?

  /// Takes what is known.
  public init(
    id: String, application: String, deploymentGroup: String? = nil, status: DeploymentStatus,
    creator: DeploymentCreator? = nil, createdAt: Date
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
    /// Targets that are done.
    public var succeeded: Int?
    /// Targets that failed.
    public var failed: Int?
    /// Targets that nothing was deployed to.
    public var skipped: Int?
    /// Targets at work.
    public var inProgress: Int?
    /// Targets that wait.
    public var pending: Int?
    /// Targets that are ready for traffic.
    public var ready: Int?

    /// Takes what is known.
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
    /// CodeDeploy's code.
    public var code: String?
    /// A sentence of CodeDeploy's.
    public var message: String?

    /// Takes what is known.
    public init(code: String? = nil, message: String? = nil) {
      self.code = code
      self.message = message
    }
  }

  /// A rollback's two directions: the deployment that caused this one, and the one that undid it.
  public struct RollbackInformation: Sendable, Hashable, Codable {
    /// The id of the deployment that this one rolls back.
    public var triggeredBy: String?
    /// The id of the deployment that rolls this one back.
    public var rolledBackBy: String?
    /// A sentence of CodeDeploy's.
    public var message: String?

    /// Takes what is known.
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
