import Foundation

/// What a team asks for: an application of CodeDeploy and the channels its deployments are
/// announced on.
public struct Registration: Sendable, Hashable, Codable {
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
  public var creators: [String]?
  /// Identities of people who deploy, each with an address.
  public var deployers: [String: String]
  public var channels: [ChannelConfiguration]

  public init(
    application: String, scope: AWSScope, externalID: String? = nil,
    deploymentGroups: [String] = [], events: [DeploymentEvent]? = nil, creators: [String]? = nil,
    deployers: [String: String] = [:], channels: [ChannelConfiguration] = []
  ) {
    self.application = application
    self.scope = scope
    self.externalID = externalID
    self.deploymentGroups = deploymentGroups
    self.events = events
    self.creators = creators
    self.deployers = deployers
    self.channels = channels
  }

  /// What tells registrations apart: one application can be registered in several scopes.
  public struct Identity: Hashable, Sendable, Codable {
    public var application: String
    public var scope: AWSScope

    public init(application: String, scope: AWSScope) {
      self.application = application
      self.scope = scope
    }
  }

  public var identity: Identity { Identity(application: application, scope: scope) }

  /// Creators that fire on every scale-out; announced only to those who ask for them by name.
  public static let creatorsLeftOut: Set<String> = ["autoscaling", "autoscalingTermination"]
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
  public var body: String?
  /// The settings as they were written: literals and references, each a list of one or more.
  public var settings: [String: [String]]

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
