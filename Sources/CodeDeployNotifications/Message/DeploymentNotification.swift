import Foundation

/// What is announced: one event of one deployment, in the shape that `webhook`, `exec` and `sns`
/// send as JSON. What is unknown is left out.
public struct DeploymentNotification: Sendable, Hashable, Codable {
  /// The version of this shape.
  public var version = 1
  /// The idempotency key: the same on every attempt. Empty until a channel is chosen.
  public var id: String
  public var event: DeploymentEvent
  public var status: DeploymentStatus
  public var application: String
  public var deploymentGroup: String?
  public var deploymentID: String
  public var region: String
  public var computePlatform: String?
  public var deploymentConfig: String?
  public var creator: String?
  public var description: String?
  public var revision: Revision?
  public var previousRevision: Revision?
  public var compareURL: String?
  public var createdAt: Date
  public var startedAt: Date?
  public var completedAt: Date?
  public var durationSeconds: Int?
  public var overview: Deployment.Overview?
  public var error: Deployment.ErrorInformation?
  public var failure: Failure?
  public var rollback: Deployment.RollbackInformation?
  public var deployer: Deployer?
  public var consoleURL: String?

  /// Which target failed first, where, and what its log said last.
  public struct Failure: Sendable, Hashable, Codable {
    public var target: String?
    public var lifecycleEvent: String?
    public var errorCode: String?
    public var script: String?
    public var message: String?
    public var logTail: String?

    public init(
      target: String? = nil, lifecycleEvent: String? = nil, errorCode: String? = nil,
      script: String? = nil, message: String? = nil, logTail: String? = nil
    ) {
      self.target = target
      self.lifecycleEvent = lifecycleEvent
      self.errorCode = errorCode
      self.script = script
      self.message = message
      self.logTail = logTail
    }

    enum CodingKeys: String, CodingKey {
      case target, script, message
      case lifecycleEvent = "lifecycle_event"
      case errorCode = "error_code"
      case logTail = "log_tail"
    }
  }

  /// Who pushed the deployment, and how that is known.
  public struct Deployer: Sendable, Hashable, Codable {
    public var name: String?
    public var email: String?
    public var source: String?

    public init(name: String? = nil, email: String? = nil, source: String? = nil) {
      self.name = name
      self.email = email
      self.source = source
    }
  }

  enum CodingKeys: String, CodingKey {
    case version, id, event, status, application
    case deploymentGroup = "deployment_group"
    case deploymentID = "deployment_id"
    case region
    case computePlatform = "compute_platform"
    case deploymentConfig = "deployment_config"
    case creator, description, revision
    case previousRevision = "previous_revision"
    case compareURL = "compare_url"
    case createdAt = "created_at"
    case startedAt = "started_at"
    case completedAt = "completed_at"
    case durationSeconds = "duration_seconds"
    case overview, error, failure, rollback, deployer
    case consoleURL = "console_url"
  }
}

extension DeploymentNotification {
  /// Describes `event` of `deployment` as it stands.
  public init(id: String = "", event: DeploymentEvent, of deployment: Deployment, region: String) {
    self.id = id
    self.event = event
    status = deployment.status
    application = deployment.application
    deploymentGroup = deployment.deploymentGroup
    deploymentID = deployment.id
    self.region = region
    computePlatform = deployment.computePlatform
    deploymentConfig = deployment.deploymentConfig
    creator = deployment.creator
    description = deployment.description
    revision = deployment.revision
    previousRevision = deployment.previousRevision
    compareURL = deployment.revision?.compareURL(since: deployment.previousRevision)
    createdAt = deployment.createdAt
    startedAt = deployment.startedAt
    completedAt = deployment.completedAt
    durationSeconds = Self.duration(of: deployment)
    overview = deployment.overview
    error = deployment.error
    rollback = deployment.rollback
    deployer = Deployer(describedIn: deployment.description)
    consoleURL = AWSConsole.url(ofDeployment: deployment.id, region: region)
  }

  /// Completed less started, or less created where the start is missing or later (which
  /// CodeDeploy's model allows), in whole seconds.
  private static func duration(of deployment: Deployment) -> Int? {
    guard let completed = deployment.completedAt else { return nil }
    let start = deployment.startedAt.flatMap { $0 <= completed ? $0 : nil } ?? deployment.createdAt
    return max(0, Int(completed.timeIntervalSince(start).rounded()))
  }
}

extension DeploymentNotification.Deployer {
  /// The convention for pipelines that know the person: `deployed-by: ada@example.com` in the
  /// deployment's description.
  public init?(describedIn description: String?) {
    guard let description,
      let match = description.firstMatch(of: /(?i)\bdeployed-by:\s*(\S+)/)
    else { return nil }
    let who = String(match.1).trimmingCharacters(in: CharacterSet(charactersIn: ",;.<>()"))
    guard !who.isEmpty else { return nil }
    let isAddress = who.contains("@")
    self.init(
      name: isAddress ? nil : who, email: isAddress ? who : nil, source: "description")
  }
}
