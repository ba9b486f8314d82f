/// One fact of a message: what it is, what it says, and where it leads.
public struct MessageFact: Sendable, Hashable {
  /// What it is, such as `Revision`.
  public var label: String
  /// One line of plain text.
  public var value: String
  /// An address that is safe in any markup.
  public var url: String?

  /// Takes a plain text and, if need be, where it leads.
  public init(_ label: String, _ value: String, url: String? = nil) {
    self.label = label
    self.value = value
    self.url = url
  }
}

/// A page that tells more.
public struct MessageLink: Sendable, Hashable {
  /// What it is, such as `Revision`.
  public var label: String
  /// Where it leads.
  public var url: String

  /// Takes a plain text and an address.
  public init(_ label: String, url: String) {
    self.label = label
    self.url = url
  }
}

extension DeploymentNotification {
  /// What there is to know at a glance, the most telling first; what is unknown is left out.
  public var facts: [MessageFact] {
    [
      fact("Version", revision?.label, url: revision?.url),
      fact("Deployment group", deploymentGroup),
      // The headline says so otherwise.
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

  /// The account by its name where that is known.
  private var account: String? {
    guard let accountName else { return accountID }
    return accountID.map { "\(accountName) (\($0))" } ?? accountName
  }

  private var labelFacts: [MessageFact] {
    (labels ?? [:]).sorted { $0.key < $1.key }
      .compactMap { fact($0.key.oneLine, $0.value) }
  }

  /// The pages that tell more.
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

  /// How many are done: `12/12`, or `10/12, 1 failed, 1 skipped`.
  private var targetsInWords: String? {
    guard let targets, let overview else { return nil }
    var words = "\(overview.succeeded ?? 0)/\(targets)"
    for (count, what) in [(overview.failed, "failed"), (overview.skipped, "skipped")] {
      if let count, count > 0 { words += ", \(count) \(what)" }
    }
    return words
  }

  /// Who or what made CodeDeploy deploy, in words; `nil` for a user, whom another fact names. The
  /// words are `DeploymentCreator` of CodeDeploy's service model, an open set.
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

  /// How traffic or instances are taken over, in words for CodeDeploy's own configurations
  /// (https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html), by
  /// name for others.
  static func rollout(_ configuration: String) -> String {
    let own = "CodeDeployDefault."
    guard configuration.hasPrefix(own) else { return configuration }
    let full = configuration.dropFirst(own.count)
    let platform = ["Lambda", "ECS"].first { full.hasPrefix($0) } ?? ""
    let name = full.dropFirst(platform.count)
    // A literal pattern is parsed anew by each match, so it is left for the names that need one.
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
