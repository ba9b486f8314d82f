import Foundation

/// A deployment as CodeDeploy describes it (`DeploymentInfo` of its API), with the parts that a
/// notification can use.
public struct Deployment: Sendable, Hashable, Codable {
  /// CodeDeploy's id, such as `d-A1B2C3D4E`.
  public var id: String
  /// CodeDeploy's name of the application.
  public var application: String
  /// The deployment group; `nil` for a deployment without one.
  public var deploymentGroup: String?
  /// CodeDeploy's status.
  public var status: DeploymentStatus
  /// Who or what created it.
  public var creator: DeploymentCreator?
  /// The name of the deployment configuration, which says how many targets are deployed to at once.
  public var deploymentConfig: String?
  /// What it deploys to.
  public var computePlatform: ComputePlatform?
  /// The creator's text; anybody may have written it.
  public var description: String?
  /// The deployed revision.
  public var revision: Revision?
  /// The revision that was deployed before.
  public var previousRevision: Revision?
  /// When it was created, by AWS's clock.
  public var createdAt: Date
  /// When it started.
  public var startedAt: Date?
  /// When it ended.
  public var completedAt: Date?
  /// How many targets are in which state.
  public var overview: Overview?
  /// The general cause of an end that wasn't a success.
  public var error: ErrorInformation?
  /// The deployment that it rolls back, or that rolled it back.
  public var rollback: RollbackInformation?

  /// A deployment with the known parts.
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

  /// How many targets are in which state (`DeploymentOverview`).
  public struct Overview: Sendable, Hashable, Codable {
    /// Targets where the deployment succeeded.
    public var succeeded: Int?
    /// Targets where the deployment failed.
    public var failed: Int?
    /// Targets that nothing was deployed to.
    public var skipped: Int?
    /// Targets that are being deployed to.
    public var inProgress: Int?
    /// Targets that haven't begun.
    public var pending: Int?
    /// Targets that are ready for traffic.
    public var ready: Int?

    /// An overview with the known counts.
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

  /// The general cause of an end that wasn't a success, such as `HEALTH_CONSTRAINTS`.
  public struct ErrorInformation: Sendable, Hashable, Codable {
    /// CodeDeploy's code.
    public var code: String?
    /// CodeDeploy's message.
    public var message: String?

    /// A cause with the known parts.
    public init(code: String? = nil, message: String? = nil) {
      self.code = code
      self.message = message
    }
  }

  /// Both directions of a rollback: the deployment that caused this one, and the one that undid it.
  public struct RollbackInformation: Sendable, Hashable, Codable {
    /// The id of the deployment that this one rolls back.
    public var triggeredBy: String?
    /// The id of the deployment that rolls this one back.
    public var rolledBackBy: String?
    /// CodeDeploy's message.
    public var message: String?

    /// A rollback with the known parts.
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
