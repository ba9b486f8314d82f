import ChannelKit
import CodeDeployNotifications
import Foundation

/// Shows deployments on GitHub: as GitHub deployments of the commit with their statuses, or as a
/// commit status.
struct GitHubChannel: BundledChannel {
  static let type = "github"
  static let summary = "Shows deployments on GitHub, beside their commits."
  static let defaultEvents: Set<DeploymentEvent> = [.started, .succeeded, .failed, .stopped]
  static let guide = ChannelGuide(
    example: "github,token=env:GITHUB_TOKEN,environment_url=https://checkout.example.com",
    preparation:
      "A fine-grained token, or an app's, for the repository with Deployments: read and write (for "
      + "`as=status`: Commit statuses: read and write); a classic one needs `repo_deployment` or "
      + "`repo:status`. For GitHub Enterprise, `base_url=https://HOST/api/v3`.",
    arrival:
      "A GitHub deployment of the commit to the environment, made with the first event that is "
      + "announced, and a status of it for each: in progress, success, failure, or error where "
      + "it was stopped, with the console as its log. Its payload has CodeDeploy's id, by which "
      + "it is found again, so that hosts and repeated attempts share one. What was rolled back "
      + "becomes inactive when the rollback has succeeded, and each of the two names the other. "
      + "With `as=status` it is a commit status named by `context` instead.",
    limits: [
      "A revision that is not a commit on GitHub needs `repository` and `ref`, a template of the "
        + "JSON's names such as `v{{revision.version}}`; without them the notification fails, and "
        + "says so. A commit status needs the commit's whole SHA.",
      "`environment`, `environment_url` and `context` are templates too. If a name in one has no "
        + "value, it counts as not set, and so does such a `ref`.",
      "Two channels with the same `environment` share one GitHub deployment, which has one address.",
      "`test-channel` shows nothing without `ref`, because a sample has no commit. If `repository` is "
        + "set, it says whether the token may write.",
      "No merge is requested, and the commit's checks need not have passed: CodeDeploy has "
        + "deployed it already.",
      "When GitHub limits requests (also by its secondary limits), they wait for as long as it "
        + "says.",
      "A description has at most 140 characters; a longer one is cut.",
    ],
    picture: "github.png")
  static let settings = [
    token.any, repository.any, form.any, environment.any, environmentURL.any, ref.any, context.any,
    server.any,
  ]

  private static let token = Setting.headerSecret(
    "token", required: true, "A token that may write deployments")
  private static let repository = Setting.text(
    "repository", "OWNER/NAME; the revision's unless set"
  )
  .reading { (name: String) throws(SettingProblem) -> String in
    guard GitHubAPI.isRepository(name) else {
      throw SettingProblem("must be OWNER/NAME, as in example/checkout")
    }
    return name
  }
  private static let form = Setting.choice(
    "as", default: GitHubAPI.Form.deployment, "A GitHub deployment, or a status of the commit")
  private static let environment = Setting.requestTemplate(
    "environment", "A template of the environment's name; the deployment group unless set")
  private static let environmentURL = Setting.requestTemplate(
    "environment_url",
    "A template of the address of the deployed application", checking: checkAddress)
  private static let ref = Setting.requestTemplate(
    "ref", "A template of the branch, tag or commit; the revision's commit unless set")
  private static let context = Setting.requestTemplate(
    "context",
    "With as=status: a template of the status's name; codedeploy/APPLICATION/GROUP unless set")
  private static let server = Setting.baseURL(inPlaceOf: "https://api.github.com")

  /// Values are percent-encoded when they are filled in, so the scheme has to stand in the template.
  private static func checkAddress(_ template: String) throws(SettingProblem) {
    let example = template.replacing(/\{\{.*?\}\}\}?/, with: "x")
    guard (try? WebAddress(example)) != nil else {
      throw SettingProblem(
        "must be an http or https URL; one looks like https://{{application}}.example.com")
    }
  }

  private let api: GitHubAPI
  private let repository: String?
  private let environment: RequestTemplate?
  private let environmentURL: RequestTemplate?
  private let ref: RequestTemplate?
  private let context: RequestTemplate?

  static func check(_ settings: SettingValues) throws(SettingProblem) {
    switch settings.known(form) {
    case .status:
      for setting in [environment, environmentURL] where settings.isSet(setting) {
        throw SettingProblem(setting, "can't be used with as=status, only for a deployment")
      }
    case .deployment where settings.isSet(context):
      throw SettingProblem(context, "needs as=status: it is the name of a commit status")
    case .deployment, nil: break
    }
  }

  static func warnings(_ settings: SettingValues) -> [String] {
    [environment, environmentURL, ref, context].flatMap { setting in
      TemplateNames.warnings(setting.name, settings.literal(setting) ?? "", ofRequest: true)
    }
  }

  static func unusedTemplates(_ settings: SettingValues) -> [String] { ["body"] }

  static func place(_ settings: SettingValues) -> ChannelPlace? {
    guard let form = settings.known(form) else { return nil }
    // Where it isn't set, what it is then.
    let shown =
      form == .status
      ? settings.text(context.name) ?? "codedeploy/{{application}}/{{deployment_group}}"
      : settings.text(environment.name) ?? "{{deployment_group}}"
    let names = [server.name, repository.name]
    return ChannelPlace(
      names.map { settings.text($0) ?? "" } + [
        shown.replacing(/\{\{ *(.*?) *\}\}/) { "{{\($0.1)}}" }, form.rawValue,
      ],
      advice: form == .status
        ? "the later status replaces the other: give each its own context"
        : "they share a GitHub deployment, which has one address: give each its own environment")
  }

  init(settings: SettingValues) throws(SettingProblem) {
    api = try GitHubAPI(
      address: settings[Self.server], token: settings[Self.token], form: settings[Self.form])
    repository = try settings[Self.repository]
    environment = try settings[Self.environment]
    environmentURL = try settings[Self.environmentURL]
    ref = try settings[Self.ref]
    context = try settings[Self.context]
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    if message.isSample, ref == nil { return try await checkAccess(for: message, services) }
    let subject = try subject(of: message)
    return switch api.form {
    case .status:
      try await GitHubCommitStatus(api: api, subject: subject).show(message, with: services)
    case .deployment:
      try await GitHubDeployment(api: api, subject: subject).show(message, with: services)
    }
  }

  /// A sample is of no commit that it could be shown at. A test finds out whether the token may show
  /// one.
  private func checkAccess(
    for message: ChannelMessage, _ services: ChannelServices
  ) async throws -> String {
    guard repository != nil else {
      throw DeliveryFailure(
        .refused, "a sample has no repository: set repository to test this channel")
    }
    let subject = try subject(of: message)
    switch api.form {
    case .status:
      try await GitHubCommitStatus(api: api, subject: subject).tryIt(message, with: services)
    case .deployment:
      try await GitHubDeployment(api: api, subject: subject).tryIt(message, with: services)
    }
    return "the token may write to \(subject.repository); nothing was shown, because a sample has "
      + "no commit there"
  }

  private func subject(of message: ChannelMessage) throws -> GitHubSubject {
    let values = try RequestValues(message, secrets: [:])
    let revision = message.notification.revision
    guard let repository = repository ?? revision?.repository, GitHubAPI.isRepository(repository)
    else { throw Self.noCommit("repository") }
    guard let ref = try ref?.filled(values) ?? revision?.commit, !ref.isEmpty else {
      throw Self.noCommit("ref")
    }
    let notification = message.notification
    let place = [notification.application, notification.deploymentGroup].compactMap { $0 }
    return GitHubSubject(
      repository: repository, ref: ref,
      environment: (try environment?.filled(values) ?? place.last ?? notification.application)
        .oneLine.cut(to: 255, .utf16),
      // A value must not end a part of the address. Names are sent in JSON, or encoded later.
      environmentURL: try environmentURL?.filled(values) { $0.percentEncoded },
      context: try context?.filled(values)
        ?? (["codedeploy"] + place).joined(separator: "/").oneLine)
  }

  private static func noCommit(_ setting: String) -> DeliveryFailure {
    DeliveryFailure(
      .refused,
      "the revision is not a commit on GitHub: set repository and ref; \(setting) is missing or "
        + "has no value")
  }
}

/// What is shown on GitHub, and in which repository.
struct GitHubSubject: Sendable {
  var repository: String
  /// A branch, a tag or a commit.
  var ref: String
  var environment: String
  var environmentURL: String?
  /// The name of a commit status.
  var context: String
}

extension Setting where Value == RequestTemplate? {
  /// A setting with a template for a part of a request.
  fileprivate static func requestTemplate(
    _ name: String, _ summary: String,
    checking check: @escaping @Sendable (String) throws(SettingProblem) -> Void = { _ in }
  ) -> Self {
    Setting<String?>.template(name, summary).reading {
      (text: String) throws(SettingProblem) -> RequestTemplate in
      try check(text)
      return try RequestTemplate(text, setting: name)
    }
  }
}
