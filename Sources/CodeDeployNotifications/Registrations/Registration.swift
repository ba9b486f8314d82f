import Foundation

/// A registration: an application of CodeDeploy, and the channels on which its deployments are
/// announced.
public struct Registration: Sendable, Hashable, Codable {
  /// CodeDeploy's name of the application.
  public var application: String
  /// The account and region whose deployments are listed.
  public var scope: AWSScope
  /// The external id for assuming the scope's role; `nil` for none.
  public var externalID: String?
  /// Patterns of deployment groups; empty for all groups.
  public var deploymentGroups: [String]
  /// The events that channels without their own list get; `nil` for each type's default.
  public var events: [DeploymentEvent]?
  /// The creators whose deployments are announced; `nil` for all except Auto Scaling.
  public var creators: [DeploymentCreator]?
  /// E-mail addresses of people who deploy, by their identities.
  public var deployers: [String: String]
  /// Ids of the same people, by type of channel and identity; `nil` for none.
  public var deployerIDs: [String: [String: String]]?
  /// The only domains of addresses that `to=deployer` writes to; `nil` for any.
  public var deployerDomains: [String]?
  /// Labels, such as a team or an environment, by name.
  public var labels: [String: String]
  /// How long after its creation a deployment in flight becomes overdue; `nil` for never.
  public var overdueAfter: Duration? {
    get { overdueAfterSeconds.map { .seconds($0) } }
    set { overdueAfterSeconds = newValue.map { Int($0.components.seconds) } }
  }
  /// Stored in whole seconds: the encoded form of `Duration` has numbers that JSON readers needn't
  /// support.
  private var overdueAfterSeconds: Int?
  /// Names of AWS accounts, by account id.
  public var accounts: [String: String]
  /// The channels on which its deployments are announced.
  public var channels: [ChannelConfiguration]

  /// A registration. Nothing is checked before it is registered.
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

  /// Identifies a registration: one application can be registered in several scopes.
  public struct Identity: Hashable, Sendable, Codable {
    /// CodeDeploy's name of the application.
    public var application: String
    /// The account and region.
    public var scope: AWSScope

    /// The identity of an application's registration in a scope.
    public init(application: String, scope: AWSScope) {
      self.application = application
      self.scope = scope
    }
  }

  /// Also reads what earlier versions stored, which had fewer keys.
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

  /// The ids by which a type of channel mentions people, by their identities. Teams also accepts
  /// addresses.
  package func mentions(on channelType: String) -> [String: String] {
    let ids = (deployerIDs ?? [:]).compactMapValues { $0[channelType] }
    return channelType == "teams" ? deployers.merging(ids) { $1 } : ids
  }

  /// The identity, which no other registration has.
  public var identity: Identity { Identity(application: application, scope: scope) }

  /// Whether `to=deployer` may write to an address. The address may come from a description or an
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

/// One channel of a registration: its type, its events and its settings.
public struct ChannelConfiguration: Sendable, Hashable, Codable {
  /// The channel's type, such as `newrelic`.
  public var type: String
  /// The channel's name in its registration; its type unless the user chose one.
  public var name: String
  /// The channel's events; `nil` for the registration's, or else the type's default.
  public var events: [DeploymentEvent]?
  /// Patterns that narrow the registration's deployment groups; empty for all of them.
  public var deploymentGroups: [String]
  /// The Mustache template of the title; `nil` for the default title.
  public var title: String?
  /// The Mustache template of the body; `nil` for the default body.
  public var body: String?
  /// The settings as they are registered: literals and references, each a list of one or more.
  public var settings: [String: [String]]

  /// A channel of a type, with its settings by name. Nothing is checked.
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
