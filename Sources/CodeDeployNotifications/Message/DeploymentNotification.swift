import Foundation

/// What is announced: one event of one deployment, in the shape of the JSON that `webhook`, `exec`
/// and `sns` send. Unknown members are left out.
public struct DeploymentNotification: Sendable, Hashable, Codable {
  /// The version of the JSON's shape.
  public var version = 1
  /// The idempotency key: the same on every attempt. Empty until a channel is chosen.
  public var id: String
  /// The event that the deployment reached.
  public var event: DeploymentEvent
  /// CodeDeploy's status of the deployment.
  public var status: DeploymentStatus
  /// CodeDeploy's name of the application.
  public var application: String
  /// The deployment group.
  public var deploymentGroup: String?
  /// CodeDeploy's id, such as `d-A1B2C3D4E`.
  public var deploymentID: String
  /// The id of the AWS account; `nil` where it isn't known.
  public var accountID: String?
  /// The account's name in the registration.
  public var accountName: String?
  /// The AWS region, such as `eu-west-1`.
  public var region: String
  /// The registration's labels, such as a team or an environment, by name.
  public var labels: [String: String]?
  /// What it deploys to.
  public var computePlatform: ComputePlatform?
  /// The name of the deployment configuration, which says how many targets are deployed to at once.
  public var deploymentConfig: String?
  /// Who or what created it.
  public var creator: DeploymentCreator?
  /// The creator's text, without credentials; anybody may have written it.
  public var description: String?
  /// The deployed revision.
  public var revision: Revision?
  /// The revision that was deployed before.
  public var previousRevision: Revision?
  /// GitHub's page with the changes, where both revisions are commits.
  public var compareURL: String?
  /// When it was created, by AWS's clock.
  public var createdAt: Date
  /// When it started.
  public var startedAt: Date?
  /// When it ended.
  public var completedAt: Date?
  /// The time from start to end, in whole seconds.
  public var durationSeconds: Int?
  /// How many targets are in which state.
  public var overview: Deployment.Overview?
  /// The general cause of an end that wasn't a success.
  public var error: Deployment.ErrorInformation?
  /// The target that failed first, and its error.
  public var failure: Failure?
  /// The deployment that it rolled back, or that rolled it back.
  public var rollback: Deployment.RollbackInformation?
  /// Who pushed it; `nil` where that isn't known.
  public var deployer: Deployer?
  /// The deployment's page in AWS's console.
  public var consoleURL: String?
  /// The time of the announcement and the source of its title; not part of the JSON.
  package var telling: Telling?

  /// When a notification is announced, and whether its title is the user's own.
  package struct Telling: Sendable, Hashable {
    package var at: Date
    /// Whether a user's template replaces the headline.
    package var hasOwnTitle: Bool
    /// How long after its creation the registration calls a deployment overdue.
    package var overdueAfter: Duration?
  }

  /// The target that failed first, its lifecycle event, and the last lines of its log.
  public struct Failure: Sendable, Hashable, Codable {
    /// The instance, function or service, by its id.
    public var target: String?
    /// The lifecycle event that failed, such as `ApplicationStart`.
    public var lifecycleEvent: String?
    /// CodeDeploy's code, such as `ScriptFailed`.
    public var errorCode: String?
    /// The script that failed, as the AppSpec names it.
    public var script: String?
    /// CodeDeploy's message.
    public var message: String?
    /// The end of the script's log; the script may have printed anything.
    public var logTail: String?

    /// A failure with the known parts.
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

  /// Who pushed the deployment, and how that was found out.
  public struct Deployer: Sendable, Hashable, Codable {
    /// A name or a login.
    public var name: String?
    /// An e-mail address.
    public var email: String?
    /// The source of the name, such as `description` or `commit`.
    public var source: String?

    /// A deployer with the known parts.
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
  /// Describes `event` of `deployment`, with the deployment's current facts.
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
    // Texts of people and scripts may contain credentials, and the notification is sent to many
    // people.
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

  /// The time from start to end, in whole seconds. Where the start is missing, or later than the
  /// end (which CodeDeploy's model allows), the time of creation counts instead.
  private static func duration(of deployment: Deployment) -> Int? {
    guard let completed = deployment.completedAt else { return nil }
    let start = deployment.startedAt.flatMap { $0 <= completed ? $0 : nil } ?? deployment.createdAt
    return max(0, Int(exactly: completed.timeIntervalSince(start).rounded()) ?? 0)
  }
}

extension Revision {
  /// The revision with credentials in an AppSpec's text masked.
  var withoutCredentials: Self {
    var revision = self
    revision.content = content?.cleaned.withoutCredentials
    return revision
  }
}
