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
  /// The AWS account, where it is known, and its name where the registration has one.
  public var accountID: String?
  public var accountName: String?
  public var region: String
  /// What the registration says that the application belongs to.
  public var labels: [String: String]?
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
  /// How it is told of; no part of the JSON.
  package var telling: Telling?

  /// When a notification is told of, and in whose words.
  package struct Telling: Sendable, Hashable {
    package var at: Date
    /// Whether a user's template stands in the place of the headline.
    package var hasOwnTitle: Bool
  }

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
    case accountID = "account_id"
    case accountName = "account_name"
    case region, labels
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
  public init(
    id: String = "", event: DeploymentEvent, of deployment: Deployment, region: String,
    labels: [String: String] = [:]
  ) {
    self.labels = labels.isEmpty ? nil : labels
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
    // Texts that people and scripts write hold credentials at times; what is recorded here goes to
    // many.
    description = deployment.description?.withoutCredentials
    revision = deployment.revision?.withoutCredentials
    previousRevision = deployment.previousRevision?.withoutCredentials
    compareURL = deployment.revision?.compareURL(since: deployment.previousRevision)
    createdAt = deployment.createdAt
    startedAt = deployment.startedAt
    completedAt = deployment.completedAt
    durationSeconds = Self.duration(of: deployment)
    overview = deployment.overview
    error = deployment.error.map {
      Deployment.ErrorInformation(code: $0.code, message: $0.message?.withoutCredentials)
    }
    rollback = deployment.rollback
    rollback?.message = deployment.rollback?.message?.withoutCredentials
    deployer = Deployer(describedIn: deployment.description)
    consoleURL = AWSConsole.url(ofDeployment: deployment.id, region: region)
  }

  /// Completed less started, or less created where the start is missing or later (which
  /// CodeDeploy's model allows), in whole seconds.
  private static func duration(of deployment: Deployment) -> Int? {
    guard let completed = deployment.completedAt else { return nil }
    let start = deployment.startedAt.flatMap { $0 <= completed ? $0 : nil } ?? deployment.createdAt
    return max(0, Int(exactly: completed.timeIntervalSince(start).rounded()) ?? 0)
  }
}

extension Revision {
  /// The revision without credentials in an AppSpec's text.
  var withoutCredentials: Self {
    var revision = self
    revision.content = content?.withoutCredentials
    return revision
  }
}
