import ChannelKit
import CodeDeployNotifications
import Foundation

/// Shows deployments on GitHub: as GitHub deployments of the commit and their statuses, or as a
/// status of the commit.
struct GitHubChannel: BundledChannel {
  static let type = "github"
  static let summary = "Shows deployments on GitHub, beside the commits that they are of."
  static let defaultEvents: Set<DeploymentEvent> = [.started, .succeeded, .failed, .stopped]
  static let guide = ChannelGuide(
    example: "github,token=env:GITHUB_TOKEN,environment_url=https://checkout.example.com",
    preparation:
      "A fine-grained token, or an app's, for the repository with Deployments: read and write (for "
      + "`as=status`: Commit statuses: read and write); a classic one needs `repo_deployment` or "
      + "`repo:status`. For GitHub Enterprise, `base_url=https://HOST/api/v3`.",
    arrival:
      "A GitHub deployment of the commit to the environment, made with the first event that is "
      + "announced, and a status of it for each: in progress, success, failure, or error where it "
      + "was stopped, with the console as its log. It carries CodeDeploy's id in its payload and is "
      + "looked for by it before one is made, so that hosts and repeated attempts share one. What "
      + "was rolled back becomes inactive when the rollback has succeeded, and each of the two "
      + "names the other. With `as=status` it is a commit status named by `context` instead.",
    limits: [
      "A revision that is no commit on GitHub needs `repository` and `ref`, a template of the JSON's "
        + "names such as `v{{revision.version}}`; without them it has failed, and says so. A commit "
        + "status needs the commit's whole SHA.",
      "`environment`, `environment_url` and `context` are templates too.",
      "Merging is never asked for, nor that the commit's checks have passed: CodeDeploy has "
        + "deployed it by now.",
      "GitHub's limits, the secondary ones too, are waited for as long as it says.",
      "A description has 140 characters at the most; what is longer is cut.",
    ])
  static let settings: [ChannelSetting] = [
    ChannelSetting("token", secret: true, required: true, "A token that may write deployments"),
    ChannelSetting("repository", .text, "OWNER/NAME; the revision's unless set"),
    ChannelSetting(
      "as", .choice(["deployment", "status"]), default: "deployment",
      "A GitHub deployment, or a status of the commit"),
    ChannelSetting(
      "environment", .template, "A template of the environment's name; the deployment group"),
    ChannelSetting("environment_url", .template, "A template of the address that it is served at"),
    ChannelSetting(
      "ref", .template, "A template of the branch, tag or commit; the revision's commit"),
    ChannelSetting(
      "context", .template,
      "With as=status: a template of its name; codedeploy/APPLICATION/GROUP"),
    ChannelSetting("base_url", .url, "Another server in place of https://api.github.com"),
  ]

  /// Templates of the user's, by their settings.
  private static let templated = ["environment", "environment_url", "ref", "context"]

  private let api: GitHubAPI
  private let repository: String?
  private let isStatus: Bool
  private let templates: [String: RequestTemplate]

  static func check(_ settings: SettingValues) throws(SettingProblem) {
    if let token = settings.literal("token") { _ = try Secret(forHeader: token, setting: "token") }
    if let base = settings.literal("base_url") { _ = try WebAddress.of("", on: "", movedTo: base) }
    if let repository = settings.literal("repository") {
      guard GitHubAPI.isRepository(repository) else {
        throw SettingProblem("repository", "must be OWNER/NAME, as in example/checkout")
      }
    }
    for name in templated {
      if let text = settings.literal(name) { _ = try template(text, name) }
    }
    let isStatus = settings.literal("as") == "status"
    if isStatus {
      for name in ["environment", "environment_url"] where settings.isSet(name) {
        throw SettingProblem(name, "is a deployment's; as=status has none")
      }
    } else if settings.isSet("context"), settings.literal("as") != nil {
      throw SettingProblem("context", "needs as=status: a deployment has none")
    }
  }

  private static func template(
    _ text: String, _ setting: String
  ) throws(SettingProblem) -> RequestTemplate {
    do { return try RequestTemplate(text, setting: setting) } catch {
      throw SettingProblem(setting, "\(error)")
    }
  }

  init(settings: SettingValues) throws(SettingProblem) {
    let token = try Secret(forHeader: settings.required("token"), setting: "token")
    let address = try WebAddress.of(
      "", on: "https://api.github.com", movedTo: settings.text("base_url"))
    api = GitHubAPI(address: address, token: token)
    repository = settings.text("repository")
    if let repository, !GitHubAPI.isRepository(repository) {
      throw SettingProblem("repository", "must be OWNER/NAME, as in example/checkout")
    }
    switch settings.text("as") ?? "deployment" {
    case "deployment": isStatus = false
    case "status": isStatus = true
    default: throw SettingProblem("as", "must be deployment or status")
    }
    var templates: [String: RequestTemplate] = [:]
    for name in Self.templated {
      guard let text = settings.text(name) else { continue }
      templates[name] = try Self.template(text, name)
    }
    self.templates = templates
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    let subject = try subject(of: message)
    let services = services.readingGitHubLimits()
    return isStatus
      ? try await GitHubCommitStatus(api: api, subject: subject).show(message, with: services)
      : try await GitHubDeployment(api: api, subject: subject).show(message, with: services)
  }

  private func subject(of message: ChannelMessage) throws -> GitHubSubject {
    let values = try RequestValues(message, secrets: [:])
    func filled(_ name: String) -> String? {
      guard let template = templates[name] else { return nil }
      // Within an address values must not end its parts; names are sent in JSON or encoded later.
      let text = template.render(values) { name == "environment_url" ? $0.percentEncoded : $0 }
      return text.oneLine.isEmpty ? nil : text.oneLine
    }
    let revision = message.notification.revision
    guard let repository = repository ?? revision?.repository, GitHubAPI.isRepository(repository)
    else { throw Self.noCommit("repository") }
    guard let ref = filled("ref") ?? revision?.commit, !ref.isEmpty else {
      throw Self.noCommit("ref")
    }
    let notification = message.notification
    let place = [notification.application, notification.deploymentGroup].compactMap { $0 }
    return GitHubSubject(
      repository: repository, ref: ref,
      environment: (filled("environment") ?? place.last ?? notification.application)
        .oneLine.cut(to: 255, .utf16),
      environmentURL: filled("environment_url"),
      context: filled("context") ?? (["codedeploy"] + place).joined(separator: "/").oneLine)
  }

  private static func noCommit(_ setting: String) -> DeliveryFailure {
    DeliveryFailure(
      .refused,
      "the revision is no commit on GitHub that could be shown: set repository and ref; "
        + "\(setting) is missing or comes to nothing")
  }
}

/// What is shown on GitHub, and where.
struct GitHubSubject: Sendable {
  var repository: String
  /// A branch, a tag or a commit.
  var ref: String
  var environment: String
  var environmentURL: String?
  /// The name of a commit status.
  var context: String
}
