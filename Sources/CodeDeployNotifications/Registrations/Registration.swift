import Foundation

/// What a team asks for: an application of CodeDeploy and the channels its deployments are
/// announced on.
public struct Registration: Sendable, Hashable, Codable {
  /// CodeDeploy's name of the application.
  public var application: String
  /// Where the application's deployments are listed.
  public var scope: AWSScope
  /// Passed along when the scope's role is assumed.
  public var externalID: String?
  /// Patterns of deployment groups; empty for all of them.
  public var deploymentGroups: [String]
  /// The events that channels without their own list get; `nil` for each type's default.
  public var events: [DeploymentEvent]?
  /// The creators whose deployments are announced; `nil` for all but those that scale out.
  public var creators: [DeploymentCreator]?
  /// Identities of people who deploy, each with an address.
  public var deployers: [String: String]
  /// The same people's ids, by type of channel; `nil` for none.
  public var deployerIDs: [String: [String: String]]?
  /// The domains of the only addresses that `to=deployer` writes to; `nil` for any.
  public var deployerDomains: [String]?
  /// What the application belongs to, such as a team or an environment, by the label's name.
  public var labels: [String: String]
  /// How long after its creation a deployment that is still in flight is overdue; `nil` for never.
  public var overdueAfter: Duration? {
    get { overdueAfterSeconds.map { .seconds($0) } }
    set { overdueAfterSeconds = newValue.map { Int($0.components.seconds) } }
  }
  /// Stored in whole seconds: `Duration`'s own form has numbers that no reader of JSON has to take.
  private var overdueAfterSeconds: Int?
  /// Names of AWS accounts, by their ids.
  public var accounts: [String: String]
  /// Whom its deployments are announced to.
  public var channels: [ChannelConfiguration]

  /// A registration; nothing of it is checked before it is registered.
  public init(
    application: String, scope: AWSScope, externalID: String? = nil,
    deploymentGroups: [String] = [], events: [DeploymentEvent]? = nil,
    creators: [DeploymentCreator]? = nil,
    deployers: [String: String] = [:], deployerIDs: [String: [String: String]]? = nil,
    deployerDomains: [String]? = nil, labels: [String: String] = [:],
    overdueAfter: Duration? = nil, accounts: [String: String] = [:],
    channels: [ChannelConfiguration] = []
  ) {
    self.application = application
    self.scope = scope
    self.externalID = externalID
    self.deploymentGroups = deploymentGroups
    self.events = events
    self.creators = creators
    self.deployers = deployers
    self.deployerIDs = deployerIDs
    self.deployerDomains = deployerDomains
    self.labels = labels
    overdueAfterSeconds = overdueAfter.map { Int($0.components.seconds) }
    self.accounts = accounts
    self.channels = channels
  }

  /// What tells registrations apart: one application can be registered in several scopes.
  public struct Identity: Hashable, Sendable, Codable {
    /// CodeDeploy's name of the application.
    public var application: String
    /// The account and region that it is deployed in.
    public var scope: AWSScope

    /// The registration of an application in a scope.
    public init(application: String, scope: AWSScope) {
      self.application = application
      self.scope = scope
    }
  }

  /// Reads what earlier versions stored too, which had fewer keys.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      application: try container.decode(String.self, forKey: .application),
      scope: try container.decode(AWSScope.self, forKey: .scope),
      externalID: try container.decodeIfPresent(String.self, forKey: .externalID),
      deploymentGroups: try container.decode([String].self, forKey: .deploymentGroups),
      events: try container.decodeIfPresent([DeploymentEvent].self, forKey: .events),
      creators: try container.decodeIfPresent([DeploymentCreator].self, forKey: .creators),
      deployers: try container.decode([String: String].self, forKey: .deployers),
      deployerIDs: try container.decodeIfPresent(
        [String: [String: String]].self, forKey: .deployerIDs),
      deployerDomains: try container.decodeIfPresent([String].self, forKey: .deployerDomains),
      labels: try container.decodeIfPresent([String: String].self, forKey: .labels) ?? [:],
      overdueAfter: try container.decodeIfPresent(Int.self, forKey: .overdueAfterSeconds)
        .map { .seconds($0) },
      accounts: try container.decodeIfPresent([String: String].self, forKey: .accounts) ?? [:],
      channels: try container.decode([ChannelConfiguration].self, forKey: .channels))
  }

  /// How a type of channel calls people, by their identities. Teams knows people by their addresses
  /// too.
  func mentions(on channelType: String) -> [String: String] {
    let ids = (deployerIDs ?? [:]).compactMapValues { $0[channelType] }
    return channelType == "teams" ? deployers.merging(ids) { $1 } : ids
  }

  /// What tells it from other registrations.
  public var identity: Identity { Identity(application: application, scope: scope) }

  /// Whether `to=deployer` may write to an address. It may come from a description or an
  /// unauthenticated commit, which anybody can write.
  public func mayWrite(to address: String) -> Bool {
    guard let deployerDomains else { return true }
    guard let sign = address.lastIndex(of: "@") else { return false }
    let domain = address[address.index(after: sign)...].lowercased()
    return deployerDomains.contains { $0.lowercased() == domain }
  }

  /// Whether what somebody or something creates is announced. What Auto Scaling creates at every
  /// scale-out goes only to those who ask for it by name.
  func accepts(_ creator: DeploymentCreator) -> Bool {
    creators?.contains(creator) ?? !DeploymentCreator.scaleOuts.contains(creator)
  }
}

/// One channel of a registration: where to announce, what, and with which settings.
public struct ChannelConfiguration: Sendable, Hashable, Codable {
  /// The channel's type, such as `newrelic`.
  public var type: String
  /// Tells channels of one registration apart; the type unless the user says otherwise.
  public var name: String
  /// `nil` for the registration's events, or else the type's default.
  public var events: [DeploymentEvent]?
  /// Patterns that narrow the registration's deployment groups; empty for all of them.
  public var deploymentGroups: [String]
  /// Mustache templates that replace the default wording.
  public var title: String?
  /// The template of the message's text; `nil` for the channel's own.
  public var body: String?
  /// The settings as they were written: literals and references, each a list of one or more.
  public var settings: [String: [String]]

  /// A channel of a type, with its settings by name; nothing of it is checked.
  public init(
    type: String, name: String? = nil, events: [DeploymentEvent]? = nil,
    deploymentGroups: [String] = [], title: String? = nil, body: String? = nil,
    settings: [String: [String]] = [:]
  ) {
    self.type = type
    self.name = name ?? type
    self.events = events
    self.deploymentGroups = deploymentGroups
    self.title = title
    self.body = body
    self.settings = settings
  }
}
