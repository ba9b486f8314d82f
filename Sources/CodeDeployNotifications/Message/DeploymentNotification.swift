import Foundation

/// What is announced: one event of one deployment, in the shape that `webhook`, `exec` and `sns`
/// send as JSON. What is unknown is left out.
public struct DeploymentNotification: Sendable, Hashable, Codable {
  /// The version of this shape.
  public var version = 1
  /// The idempotency key: the same on every attempt. Empty until a channel is chosen.
  public var id: String
  /// What the deployment reached.
  public var event: DeploymentEvent
  /// The deployment's status in CodeDeploy's own words.
  public var status: DeploymentStatus
  /// The application of CodeDeploy.
  public var application: String
  /// The deployment group.
  public var deploymentGroup: String?
  /// CodeDeploy's id, such as `d-A1B2C3D4E`.
  public var deploymentID: String
  /// The AWS account, where it is known, and its name where the registration has one.
  public var accountID: String?
  /// The account's name in the registration.
  public var accountName: String?
  /// The AWS region, such as `eu-west-1`.
  public var region: String
  /// What the registration says that the application belongs to.
  public var labels: [String: String]?
  /// What it deploys to.
  public var computePlatform: ComputePlatform?
  /// How many targets at once, by its name.
  public var deploymentConfig: String?
  /// Who or what created it.
  public var creator: DeploymentCreator?
  /// What whoever created it wrote, without credentials; anybody's text.
  public var description: String?
  /// What was deployed.
  public var revision: Revision?
  /// What was deployed before.
  public var previousRevision: Revision?
  /// The page that shows what changed, where both are commits on GitHub.
  public var compareURL: String?
  /// When it was created, by AWS's clock.
  public var createdAt: Date
  /// When it started.
  public var startedAt: Date?
  /// When it ended.
  public var completedAt: Date?
  /// From start to end, in whole seconds.
  public var durationSeconds: Int?
  /// How many targets stand where.
  public var overview: Deployment.Overview?
  /// The general cause of an end that was no success.
  public var error: Deployment.ErrorInformation?
  /// Which target failed first, and where.
  public var failure: Failure?
  /// What it rolled back, or what rolled it back.
  public var rollback: Deployment.RollbackInformation?
  /// Who pushed it, as far as that is known.
  public var deployer: Deployer?
  /// The deployment's page in AWS's console.
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
    /// The instance, function or service, by its id.
    public var target: String?
    /// The event of the deployment's life that failed, such as `ApplicationStart`.
    public var lifecycleEvent: String?
    /// CodeDeploy's code, such as `ScriptFailed`.
    public var errorCode: String?
    /// The script that failed, as the AppSpec names it.
    public var script: String?
    /// What CodeDeploy says of it.
    public var message: String?
    /// The end of the script's log; anybody's text.
    public var logTail: String?

    /// Takes what is known.
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
    /// A name, or a login.
    public var name: String?
    /// An address for mail.
    public var email: String?
    /// How it is known, in a word such as `description` or `commit`.
    public var source: String?

    /// Takes what is known.
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
    description = deployment.description?.cleaned.withoutCredentials
    revision = deployment.revision?.withoutCredentials
    previousRevision = deployment.previousRevision?.withoutCredentials
    compareURL = deployment.revision?.compareURL(since: deployment.previousRevision)
    createdAt = deployment.createdAt
    startedAt = deployment.startedAt
    completedAt = deployment.completedAt
    durationSeconds = Self.duration(of: deployment)
    overview = deployment.overview
    error = deployment.error.map {
      Deployment.ErrorInformation(code: $0.code, message: $0.message?.cleaned.withoutCredentials)
    }
    rollback = deployment.rollback
    rollback?.message = deployment.rollback?.message?.cleaned.withoutCredentials
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
    revision.content = content?.cleaned.withoutCredentials
    return revision
  }
}
