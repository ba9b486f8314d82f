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
      "A title has at most 100 characters and a text 4,000; the middle of a longer title and the "
        + "beginning of a longer log are left out.",
      "Datadog refuses a time more than 18 hours ago: such an event gets the current time, and its "
        + "text has the true one.",
      "Tags are in lower case, with `_` for what Datadog doesn't accept, and have at most 200 "
        + "characters.",
      "There is no idempotency: a request whose answer was lost is sent again, as another event of "
        + "the same group. A DORA deployment has our id, so it isn't duplicated.",
      "The sites ddog-gov.com and us2.ddog-gov.com have no DORA metrics, and `send=dora` is refused.",
    ])
  static let settings = [
    apiKey.any, site.any, send.any, service.any, environment.any, server.any, tags.any,
  ]

  private static let apiKey = Setting.headerSecret(
    "api_key", required: true, "An API key of the account")
  private static let site = Setting.choice(
    "site", of: sites, default: "datadoghq.com", "The site that the account is on")
  private static let send = Setting.choice(
    "send", default: What.event, "An event, or a deployment for the DORA metrics")
  private static let service = Setting.text(
    "service", "With send=dora: the service that was deployed")
  private static let environment = Setting.text(
    "env", "With send=dora: the environment; the deployment group unless set")
  private static let server = Setting<WebAddress?>.baseURL(
    "base_url", "Another server in place of https://api.SITE")
  private static let tags = Setting.list(
    "tags", references: false, "More tags, such as service:checkout and env:prod"
  ).readingEach { text throws(SettingProblem) -> String in
    guard let tag = DatadogEvent.tag(text) else {
      throw SettingProblem("must begin with a letter, as in env:prod")
    }
    return tag
  }

  private enum What: String, CaseIterable {
    case event, dora
  }

  /// https://docs.datadoghq.com/getting_started/site. A fixed list, because the key is sent to the
  /// host of the site; `base_url` is for other hosts.
  private static let sites = [
    "datadoghq.com", "us3.datadoghq.com", "us5.datadoghq.com", "datadoghq.eu",
    "ap1.datadoghq.com", "ap2.datadoghq.com", "uk1.datadoghq.com", "ddog-gov.com",
    "us2.ddog-gov.com",
  ]

  private let address: WebAddress
  private let key: Secret
  private let tags: [String]
  /// The service and environment for DORA deployments; `nil` where none are sent.
  private let dora: (service: String, environment: String?)?

  static func defaultEvents(_ settings: SettingValues) -> Set<DeploymentEvent> {
    settings.known(send) == .dora ? [.succeeded] : defaultEvents
  }

  static func escape(_ text: String) -> String { DatadogEvent.markup.escape(text) }

  static func check(_ settings: SettingValues) throws(SettingProblem) {
    switch settings.known(send) {
    case .dora: try checkDORA(settings.known(site), hasService: settings.isSet(service))
    case .event:
      for setting in [service, environment] where settings.isSet(setting) {
        throw SettingProblem(
          setting, "needs send=dora; for an event write it as a tag, tags=\(setting.name):…")
      }
    case nil: break
    }
  }

  static func check(
    events: [DeploymentEvent], _ settings: SettingValues
  ) throws(SettingProblem) {
    let running = events.filter { !$0.isEnd }.map(\.rawValue)
    guard settings.known(send) == .dora, !running.isEmpty else { return }
    throw SettingProblem(
      "DORA metrics accept only deployments that have ended: succeeded, failed and stopped, not "
        + running.joined(separator: " and "))
  }

  static func unusedTemplates(_ settings: SettingValues) -> [String] {
    settings.known(send) == .dora ? ["title", "body"] : []
  }

  private static func checkDORA(_ site: String?, hasService: Bool) throws(SettingProblem) {
    guard hasService else {
      throw SettingProblem(service, "is missing: send=dora needs it")
    }
    if let site, DatadogDORA.sitesWithout.contains(site) {
      throw SettingProblem(send, "can't be dora: \(site) has no DORA metrics")
    }
  }

  init(settings: SettingValues) throws(SettingProblem) {
    key = try settings[Self.apiKey]
    let site = try settings[Self.site]
    if try settings[Self.send] == .dora {
      let service = try settings[Self.service]
      try Self.checkDORA(site, hasService: service != nil)
      dora = (service ?? "", try settings[Self.environment])
    } else {
      dora = nil
    }
    address = try (settings[Self.server] ?? .known("https://api.\(site)"))
      .appending(dora == nil ? "/api/v1/events" : "/api/v2/dora/deployment")
    tags = try settings[Self.tags]
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
    let hint = "check api_key, and that site is the account's"
    let response = try await services.readingResets(of: ["X-RateLimit"]).answer(
      posting: body, to: address, by: .header("DD-API-KEY", key), from: "Datadog",
      hints: [401: hint, 403: hint])
    guard let answer = try? ReceivedJSON.decode(type, from: response.body) else {
      throw HTTPVerdict.oddAnswer(response, from: "Datadog", redacting: secrets)
    }
    return answer
  }
}
