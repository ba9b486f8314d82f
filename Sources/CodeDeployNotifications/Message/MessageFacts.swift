/// One fact of a message: a label, a value, and optionally a link.
public struct MessageFact: Sendable, Hashable {
  /// What a fact is about, independent of its label. An open set: layouts also have a place for
  /// kinds that they don't know.
  public struct Kind: RawRepresentable, Sendable, Hashable {
    /// A name that isn't shown to anybody.
    public let rawValue: String

    /// Takes the name of a kind.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The revision.
    public static let version = Self(rawValue: "version")
    /// The deployment group.
    public static let deploymentGroup = Self(rawValue: "deployment_group")
    /// How late the event is announced.
    public static let lateness = Self(rawValue: "lateness")
    /// Since when an overdue deployment is in flight.
    public static let inFlight = Self(rawValue: "in_flight")
    /// How many targets are done.
    public static let targets = Self(rawValue: "targets")
    /// How traffic or instances are switched.
    public static let rollout = Self(rawValue: "rollout")
    /// Who pushed the deployed revision.
    public static let deployer = Self(rawValue: "deployer")
    /// What created the deployment, if it wasn't a person.
    public static let creator = Self(rawValue: "creator")
    /// The creator's text.
    public static let description = Self(rawValue: "description")
    /// The deployment's id.
    public static let deployment = Self(rawValue: "deployment")
    /// The AWS account.
    public static let account = Self(rawValue: "account")
    /// The AWS region.
    public static let region = Self(rawValue: "region")
    /// One of the registration's own labels, under a name that users chose.
    public static let label = Self(rawValue: "label")
  }

  /// What the fact is about.
  public var kind: Kind
  /// The label, such as `Version`.
  public var label: String
  /// One line of plain text.
  public var value: String
  /// An address that is safe in any markup; `nil` for none.
  public var url: String?

  /// A fact with plain texts and, optionally, a link.
  public init(_ kind: Kind, _ label: String, _ value: String, url: String? = nil) {
    self.kind = kind
    self.label = label
    self.value = value
    self.url = url
  }

  /// The fact with its value shortened to `limit`.
  package func cut(to limit: Int, _ unit: TextUnit) -> Self {
    Self(kind, label, value.cut(to: limit, unit), url: url)
  }
}

/// A link to more details.
public struct MessageLink: Sendable, Hashable {
  /// What the linked page shows, independent of the link's label. An open set.
  public struct Kind: RawRepresentable, Sendable, Hashable {
    /// A name that isn't shown to anybody.
    public let rawValue: String

    /// Takes the name of a kind.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// What changed since the revision before.
    public static let changes = Self(rawValue: "changes")
    /// The deployment in the AWS console.
    public static let console = Self(rawValue: "console")
    /// The revision.
    public static let version = Self(rawValue: "version")
  }

  /// What the linked page shows.
  public var kind: Kind
  /// The label, such as `Changes`.
  public var label: String
  /// The address.
  public var url: String

  /// A link with plain text as its label.
  public init(_ kind: Kind, _ label: String, url: String) {
    self.kind = kind
    self.label = label
    self.url = url
  }
}

extension DeploymentNotification {
  /// The facts, the most important first. Unknown ones are left out.
  public var facts: [MessageFact] {
    [
      fact(.version, "Version", revision?.label, url: revision?.url),
      fact(.deploymentGroup, "Deployment group", deploymentGroup),
      // The default headline already contains it.
      fact(.lateness, "Announced", telling?.hasOwnTitle == true ? lateness : nil),
      fact(.inFlight, "In progress", overdueStory),
      fact(.targets, (computePlatform ?? .server).targets, targetsInWords),
      fact(.rollout, "Rollout", deploymentConfig.map(Self.rollout)),
      fact(.deployer, "Deployed by", deployer?.name ?? deployer?.email),
      fact(.creator, "Started by", creator?.inWords),
      fact(.description, "Description", description),
      fact(.deployment, "Deployment", deploymentID, url: consoleURL),
      fact(.account, "Account", AccountText.text(name: accountName, id: accountID)),
      fact(.region, "Region", region),
    ].compactMap { $0 } + labelFacts
  }

  /// The labels by name. Where a message has little room, its log and then its story give way to
  /// facts, so that the labels have a bound: JSON and templates have them all.
  private var labelFacts: [MessageFact] {
    let all = (labels ?? [:]).sorted { $0.key < $1.key }
      .compactMap { fact(.label, $0.key.oneLine, $0.value) }
    var room = 600
    let shown = all.prefix { label in
      room -= label.label.count + label.value.count
      return room >= 0
    }
    guard shown.count < all.count else { return all }
    return Array(shown) + [
      MessageFact(.label, "More labels", "\(all.count - shown.count) not shown")
    ]
  }

  /// Links to more details.
  public var links: [MessageLink] {
    [
      compareURL.map { MessageLink(.changes, "Changes", url: $0) },
      consoleURL.map { MessageLink(.console, "Console", url: $0) },
    ].compactMap { $0 }
  }

  private func fact(
    _ kind: MessageFact.Kind, _ label: String, _ value: String?, url: String? = nil
  ) -> MessageFact? {
    guard let line = value?.oneLine, !line.isEmpty else { return nil }
    return MessageFact(kind, label, line, url: url)
  }

  /// How many targets are done: `12/12`, or `10/12, 1 failed, 1 skipped`.
  private var targetsInWords: String? {
    guard let targets, let overview else { return nil }
    var words = "\(overview.succeeded ?? 0)/\(targets)"
    for (count, what) in [(overview.failed, "failed"), (overview.skipped, "skipped")] {
      if let count, count > 0 { words += ", \(count) \(what)" }
    }
    return words
  }

  /// How traffic or instances are switched, in words for CodeDeploy's own configurations
  /// (https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html); for
  /// others, the configuration's name.
  static func rollout(_ configuration: String) -> String {
    let own = "CodeDeployDefault."
    guard configuration.hasPrefix(own) else { return configuration }
    let full = configuration.dropFirst(own.count)
    let platforms: [ComputePlatform] = [.lambda, .ecs]
    let platform = platforms.map(\.rawValue).first { full.hasPrefix($0) } ?? ""
    let name = full.dropFirst(platform.count)
    // A literal pattern is parsed again for each match, so only names that need one reach it.
    switch name {
    case "AllAtOnce": return "all at once"
    case "HalfAtATime": return "half at a time"
    case "OneAtATime": return "one at a time"
    default: break
    }
    if name.hasPrefix("Canary"),
      let canary = name.wholeMatch(of: /Canary(\d+)Percent(\d+)Minutes/)
    {
      return "canary: \(canary.1) % for \(canary.2) min, then all"
    }
    if name.hasPrefix("Linear"),
      let linear = name.wholeMatch(of: /Linear(\d+)PercentEvery(\d+)Minutes?/)
    {
      return "linear: \(linear.1) % every \(linear.2) min"
    }
    return configuration
  }
}
