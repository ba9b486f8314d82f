import ChannelKit
import CodeDeployNotifications
import Foundation

/// Posts events to Datadog, to overlay on dashboards and to search.
///
/// By the Events API v1 (https://docs.datadoghq.com/api/latest/events/post-an-event).
struct DatadogChannel: BundledChannel {
  static let type = "datadog"
  static let summary =
    "Posts an event to Datadog, to overlay on dashboards and to search, or a DORA deployment."
  static let guide = ChannelGuide(
    example: "datadog,api_key=env:DD_API_KEY,site=datadoghq.eu,tags=service:checkout,tags=env:prod",
    preparation:
      "Create an API key in Organization Settings → API Keys (no application key is needed), and "
      + "set `site` to the site that the account is on. Tags of your own, such as `service:…` and "
      + "`env:…`, tie the events to the services and dashboards that have them. For both an event "
      + "and DORA metrics register two channels: "
      + "`datadog,name=dora,send=dora,service=checkout,env=prod,api_key=…`.",
    arrival:
      "An event of source `amazon_codedeploy`, of type success, error, warning or info, with the "
      + "story in Markdown and the tags `application`, `deployment_group`, `event`, `status`, "
      + "`region`, `version` and, of a rollback, `rollback:true`. The events of one deployment are "
      + "grouped. With `send=dora` it is a deployment of `service` to `env` with its times, commit "
      + "and our id, for the DORA metrics; successes only, unless `on` says otherwise.",
    limits: [
      "A title has 100 characters at the most and a text 4,000; the middle of a longer title and "
        + "the beginning of a longer log are left out.",
      "Datadog refuses a time more than 18 hours ago: such an event gets the present one, and the "
        + "true one is in its text.",
      "Tags are lower case, with `_` for what Datadog doesn't take, and 200 characters at the most.",
      "There is no idempotency: a request whose answer was lost is sent again, as another event of "
        + "the same group. A DORA deployment carries our id, and is the same one.",
      "The sites ddog-gov.com and us2.ddog-gov.com have no DORA metrics, and `send=dora` is refused.",
    ])
  static let settings: [ChannelSetting] = [
    ChannelSetting("api_key", secret: true, required: true, "An API key of the account"),
    ChannelSetting(
      "site", .choice(sites), default: "datadoghq.com", "The site that the account is on"),
    ChannelSetting(
      "send", .choice(["event", "dora"]), default: "event",
      "An event, or a deployment for the DORA metrics"),
    ChannelSetting("service", .text, "With send=dora: the service that was deployed"),
    ChannelSetting("env", .text, "With send=dora: where to; the deployment group unless set"),
    ChannelSetting("base_url", .url, "Another server in place of https://api.SITE"),
    ChannelSetting(
      "tags", list: true, references: false, "More tags, such as service:checkout and env:prod"),
  ]

  /// https://docs.datadoghq.com/getting_started/site. A list, because the key goes to whatever
  /// host stands here; `base_url` is for others.
  private static let sites = [
    "datadoghq.com", "us3.datadoghq.com", "us5.datadoghq.com", "datadoghq.eu",
    "ap1.datadoghq.com", "ap2.datadoghq.com", "uk1.datadoghq.com", "ddog-gov.com",
    "us2.ddog-gov.com",
  ]

  private let address: WebAddress
  private let key: Secret
  private let tags: [String]
  /// What is deployed, where DORA deployments are sent.
  private let dora: (service: String, environment: String?)?

  static func defaultEvents(_ settings: SettingValues) -> Set<DeploymentEvent> {
    settings.text("send") == "dora" ? [.succeeded] : defaultEvents
  }

  static func escape(_ text: String) -> String { DatadogEvent.markup.escape(text) }

  static func check(_ settings: SettingValues) throws(SettingProblem) {
    if let key = settings.literal("api_key") { _ = try Secret(forHeader: key, setting: "api_key") }
    if let base = settings.literal("base_url") { _ = try WebAddress.of("", on: "", movedTo: base) }
    _ = try tags(of: settings)
    guard settings.literal("send") == "dora" else {
      for name in ["service", "env"] where settings.isSet(name) && settings.literal("send") != nil {
        throw SettingProblem(name, "needs send=dora; an event has it as a tag, tags=\(name):…")
      }
      return
    }
    try checkDORA(settings.literal("site"), hasService: settings.isSet("service"))
  }

  private static func checkDORA(_ site: String?, hasService: Bool) throws(SettingProblem) {
    guard hasService else {
      throw SettingProblem("service", "is missing: send=dora needs it")
    }
    if let site, DatadogDORA.sitesWithout.contains(site) {
      throw SettingProblem("send", "can't be dora: \(site) has no DORA metrics")
    }
  }

  init(settings: SettingValues) throws(SettingProblem) {
    key = try Secret(forHeader: settings.required("api_key"), setting: "api_key")
    let site = settings.text("site") ?? "datadoghq.com"
    guard Self.sites.contains(site) else {
      throw SettingProblem("site", "must be one of \(Self.sites.joined(separator: ", "))")
    }
    switch settings.text("send") ?? "event" {
    case "event": dora = nil
    case "dora":
      try Self.checkDORA(site, hasService: settings.isSet("service"))
      dora = (try settings.required("service"), settings.text("env"))
    default: throw SettingProblem("send", "must be event or dora")
    }
    address = try WebAddress.of(
      dora == nil ? "/api/v1/events" : "/api/v2/dora/deployment", on: "https://api.\(site)",
      movedTo: settings.text("base_url"))
    tags = try Self.tags(of: settings)
  }

  private static func tags(of settings: SettingValues) throws(SettingProblem) -> [String] {
    var tags: [String] = []
    for tag in settings.list("tags") {
      guard let tag = DatadogEvent.tag(tag) else {
        throw SettingProblem("tags", "must begin with a letter, as in env:prod")
      }
      tags.append(tag)
    }
    return tags
  }

  private struct Answer: Decodable {
    var status: String
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    if let dora {
      let notification = message.notification
      let deployment = try DatadogDORA(
        notification, service: dora.service, environment: dora.environment,
        tags: DatadogEvent.tags(of: notification) + tags)
      let made = try await post(deployment, as: DatadogDORA.Answer.self, with: services)
      return "deployment \(Redaction(secrets).line(made.data.id)) accepted"
    }
    let event = DatadogEvent(message, tags: tags, now: services.now)
    let answer = try await post(event, as: Answer.self, with: services)
    guard answer.status == "ok" else {
      throw DeliveryFailure(
        .refused, "Datadog refused: status \(Redaction(secrets).line(answer.status))")
    }
    return "event accepted"
  }

  private var secrets: [Secret] { [key] + address.secrets }

  private func post<Value: Decodable>(
    _ body: some Encodable, as type: Value.Type, with services: ChannelServices
  ) async throws -> Value {
    let request = HTTPRequest(
      .post, address.url,
      headers: [
        HTTPField("Content-Type", "application/json"), HTTPField("DD-API-KEY", key.revealed),
      ], body: [UInt8](try JSONCoding.encoder().encode(body)), timeout: services.timeout)
    let hint = "check api_key, and that site is the account's"
    let response = try await HTTPVerdict.answer(
      to: request, from: "Datadog", with: services.readingResets(of: ["X-RateLimit"]),
      redacting: secrets, hints: [401: hint, 403: hint])
    guard let answer = try? ReceivedJSON.decode(type, from: response.body) else {
      throw HTTPVerdict.oddAnswer(response, from: "Datadog", redacting: secrets)
    }
    return answer
  }
}
