/// One fact of a message: a label, a value, and optionally a link.
public struct MessageFact: Sendable, Hashable {
  /// The label, such as `Revision`.
  public var label: String
  /// One line of plain text.
  public var value: String
  /// An address that is safe in any markup; `nil` for none.
  public var url: String?

  /// A fact with plain text and, optionally, a link.
  public init(_ label: String, _ value: String, url: String? = nil) {
    self.label = label
    self.value = value
    self.url = url
  }
}

/// A link to more details.
public struct MessageLink: Sendable, Hashable {
  /// The label, such as `Revision`.
  public var label: String
  /// The address.
  public var url: String

  /// A link with plain text as its label.
  public init(_ label: String, url: String) {
    self.label = label
    self.url = url
  }
}

extension DeploymentNotification {
  /// The facts, the most important first. Unknown ones are left out.
  public var facts: [MessageFact] {
    [
      fact("Version", revision?.label, url: revision?.url),
      fact("Deployment group", deploymentGroup),
      // The default headline already contains it.
      fact("Announced", telling?.hasOwnTitle == true ? lateness : nil),
      fact(targetsLabel, targetsInWords),
      fact("Rollout", deploymentConfig.map(Self.rollout)),
      fact("Deployed by", deployer?.name ?? deployer?.email),
      fact("Started by", creator.flatMap(Self.initiator)),
      fact("Description", description),
      fact("Deployment", deploymentID, url: consoleURL),
      fact("Account", account),
      fact("Region", region),
    ].compactMap { $0 } + labelFacts
  }

  /// The account's name, else its id.
  private var account: String? {
    guard let accountName else { return accountID }
    return accountID.map { "\(accountName) (\($0))" } ?? accountName
  }

  private var labelFacts: [MessageFact] {
    (labels ?? [:]).sorted { $0.key < $1.key }
      .compactMap { fact($0.key.oneLine, $0.value) }
  }

  /// Links to more details.
  public var links: [MessageLink] {
    [
      compareURL.map { MessageLink("Changes", url: $0) },
      consoleURL.map { MessageLink("Console", url: $0) },
    ].compactMap { $0 }
  }

  private func fact(_ label: String, _ value: String?, url: String? = nil) -> MessageFact? {
    guard let line = value?.oneLine, !line.isEmpty else { return nil }
    return MessageFact(label, line, url: url)
  }

  private var targetsLabel: String {
    switch computePlatform {
    case "Lambda": "Functions"
    case "ECS": "Task sets"
    default: "Instances"
    }
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

  /// Who or what made CodeDeploy deploy, in words; `nil` for a user, whom another fact names. The
  /// values are `DeploymentCreator` of CodeDeploy's service model, an open set.
  private static func initiator(_ creator: String) -> String? {
    switch creator {
    case "user": nil
    case "autoscaling": "Auto Scaling, for a new instance"
    case "autoscalingTermination": "Auto Scaling, for an instance that ends"
    case "codeDeployRollback": "CodeDeploy, to roll back"
    case "CodeDeployAutoUpdate": "CodeDeploy, to bring instances up to date"
    case "CloudFormation": "CloudFormation"
    case "CloudFormationRollback": "CloudFormation, to roll back"
    default: creator
    }
  }

  /// How traffic or instances are switched, in words for CodeDeploy's own configurations
  /// (https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html); for
  /// others, the configuration's name.
  static func rollout(_ configuration: String) -> String {
    let own = "CodeDeployDefault."
    guard configuration.hasPrefix(own) else { return configuration }
    let full = configuration.dropFirst(own.count)
    let platform = ["Lambda", "ECS"].first { full.hasPrefix($0) } ?? ""
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
