import CodeDeployNotifications
import Foundation

/// Posts events to Datadog, to overlay on dashboards and to search.
///
/// By the Events API v1 (https://docs.datadoghq.com/api/latest/events/post-an-event).
struct DatadogChannel: Channel {
  static let type = "datadog"
  static let summary = "Posts an event to Datadog, to overlay on dashboards and to search."
  static let guide = ChannelGuide(
    example: "datadog,api_key=env:DD_API_KEY,site=datadoghq.eu,tags=service:checkout,tags=env:prod",
    preparation:
      "Create an API key in Organization Settings → API Keys (no application key is needed), and "
      + "set `site` to the site that the account is on. Tags of your own, such as `service:…` and "
      + "`env:…`, tie the events to the services and dashboards that have them.",
    arrival:
      "An event of source `amazon_codedeploy`, of type success, error, warning or info, with the "
      + "story in Markdown and the tags `application`, `deployment_group`, `event`, `status`, "
      + "`region`, `version` and, of a rollback, `rollback:true`. The events of one deployment are "
      + "grouped.",
    limits: [
      "A title has 100 characters at the most and a text 4,000; the middle of a longer title and "
        + "the beginning of a longer log are left out.",
      "Datadog refuses a time more than 18 hours ago: such an event gets the present one, and the "
        + "true one is in its text.",
      "Tags are lower case, with `_` for what Datadog doesn't take, and 200 characters at the most.",
      "There is no idempotency: a request whose answer was lost is sent again, as another event of "
        + "the same group.",
    ])
  static let settings: [ChannelSetting] = [
    ChannelSetting("api_key", secret: true, required: true, "An API key of the account"),
    ChannelSetting(
      "site", .choice(sites), default: "datadoghq.com", "The site that the account is on"),
    ChannelSetting("base_url", .url, "Another server in place of https://api.SITE"),
    ChannelSetting(
      "tags", list: true, references: false, "More tags, such as service:checkout and env:prod"),
  ]

  /// https://docs.datadoghq.com/getting_started/site. A list, because the key goes to whatever
  /// host stands here; `base_url` is for others.
  private static let sites = [
    "datadoghq.com", "us3.datadoghq.com", "us5.datadoghq.com", "datadoghq.eu",
    "ap1.datadoghq.com", "ap2.datadoghq.com", "ddog-gov.com", "us2.ddog-gov.com",
  ]

  private let address: WebAddress
  private let key: Secret
  private let tags: [String]

  static func escape(_ text: String) -> String { DatadogEvent.markup.escape(text) }

  static func check(_ settings: SettingValues) throws(SettingProblem) {
    if let key = settings.literal("api_key") { _ = try Secret(forHeader: key, setting: "api_key") }
    if let base = settings.literal("base_url") { _ = try WebAddress.of("", on: "", movedTo: base) }
    _ = try tags(of: settings)
  }

  init(settings: SettingValues) throws(SettingProblem) {
    key = try Secret(forHeader: settings.required("api_key"), setting: "api_key")
    let site = settings.text("site") ?? "datadoghq.com"
    guard Self.sites.contains(site) else {
      throw SettingProblem("site", "must be one of \(Self.sites.joined(separator: ", "))")
    }
    address = try WebAddress.of(
      "/api/v1/events", on: "https://api.\(site)", movedTo: settings.text("base_url"))
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
    let event = DatadogEvent(message, tags: tags, now: services.now)
    let request = HTTPRequest(
      .post, address.url,
      headers: [
        HTTPField("Content-Type", "application/json"), HTTPField("DD-API-KEY", key.revealed),
      ], body: [UInt8](try JSONCoding.encoder().encode(event)), timeout: services.timeout)
    let secrets = [key] + address.secrets
    let hint = "check api_key, and that site is the account's"
    let response = try await HTTPVerdict.answer(
      to: request, from: "Datadog", with: services.readingResets(of: ["X-RateLimit"]),
      redacting: secrets, hints: [401: hint, 403: hint])
    guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)) else {
      throw HTTPVerdict.unreadable(response, from: "Datadog", redacting: secrets)
    }
    guard answer.status == "ok" else {
      throw DeliveryFailure(
        .refused, "Datadog refused: \(Redaction(secrets).line(response.body))")
    }
    return "event accepted"
  }
}
