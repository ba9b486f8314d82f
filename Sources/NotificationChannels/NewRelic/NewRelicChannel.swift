import ChannelKit
import CodeDeployNotifications
import Foundation

/// Marks deployments on an application's charts in New Relic.
///
/// By change tracking's `changeTrackingCreateEvent` of NerdGraph, or by REST v2, which New Relic
/// ends on 2027-07-31 together with everything else that records deployments there.
struct NewRelicChannel: BundledChannel {
  static let type = "newrelic"
  static let summary = "Marks deployments on an application's charts in New Relic."
  static let defaultEvents: Set<DeploymentEvent> = [.succeeded]
  static let guide = ChannelGuide(
    example: "newrelic,application_name=\"Checkout API\"",
    preparation:
      "Create a user key (`NRAK-…`) at one.newrelic.com → API keys, and put it where "
      + "`api_key` points: `NEW_RELIC_API_KEY`, unless set otherwise.",
    arrival:
      "A change event of category Deployment on the application's charts, with version, commit, "
      + "who deployed and a link to the console.",
    limits: [
      "`application_name` must match one APM application exactly; none or several is a failure "
        + "that names them.",
      "A time more than 24 hours off would be refused: it is moved to that bound, and the true "
        + "time is in the attribute `occurredAt`.",
      "Texts have 4,095 characters at the most: of a longer story the log loses its beginning.",
      "There is no idempotency key: the notification's id is in the attribute `idempotencyId`.",
      "REST v2 (`api=rest-v2`) ends on 2027-07-31.",
    ])
  static let settings: [ChannelSetting] = [
    ChannelSetting(
      "application_name", .text, "The application's name in New Relic APM, letter by letter"),
    ChannelSetting("entity_guid", .text, "The entity's GUID, in place of application_name"),
    ChannelSetting(
      "api_key", secret: true, default: "env:NEW_RELIC_API_KEY", "A user key (NRAK-…)"),
    ChannelSetting(
      "account_id", .integer(1...Int.max), "The account, where several have the application"),
    ChannelSetting("region", .choice(["us", "eu"]), default: "us", "Where the account's data is"),
    ChannelSetting(
      "api", .choice(["changetracking", "rest-v2"]), default: "changetracking",
      "rest-v2 ends on 2027-07-31"),
    ChannelSetting("base_url", .url, "Another server in place of https://api.newrelic.com"),
  ]

  /// What is marked: an application that is looked up by name, or an entity that is known.
  enum Target: Sendable, Hashable {
    case application(String, account: Int?)
    case entity(String)
  }

  private enum Interface {
    case changeTracking(NerdGraph)
    case restV2(NewRelicRestV2, application: String)
  }

  private let target: Target
  private let interface: Interface

  static func check(_ settings: SettingValues) throws(SettingProblem) {
    switch (settings.isSet("application_name"), settings.isSet("entity_guid")) {
    case (true, true):
      throw SettingProblem("entity_guid", "excludes application_name: set one of them")
    case (false, false):
      throw SettingProblem(nil, "set application_name or entity_guid")
    default: break
    }
    if settings.literal("application_name")?.isEmpty == true {
      throw SettingProblem("application_name", "is empty")
    }
    if let guid = settings.literal("entity_guid") { try check(guid: guid) }
    if let base = settings.literal("base_url") {
      _ = try WebAddress.of("", on: "", movedTo: base)
    }
    guard settings.literal("api") == "rest-v2" else { return }
    // REST v2 knows applications by number, and only those of the key's own account.
    for name in ["entity_guid", "account_id"] where settings.isSet(name) {
      throw SettingProblem(name, "needs api=changetracking")
    }
  }

  static func warnings(_ settings: SettingValues) -> [String] {
    guard settings.literal("api") == "rest-v2" else { return [] }
    return [
      "New Relic ends REST v2 on 2027-07-31; api=changetracking, the default, stays"
    ]
  }

  /// The entity is looked up by its name.
  static func exchanges(_ settings: SettingValues) -> Int {
    settings.isSet("entity_guid") ? 1 : 2
  }

  init(settings: SettingValues) throws(SettingProblem) {
    try Self.check(settings)
    let key = Secret(try settings.required("api_key"))
    let origin =
      switch settings.text("region") ?? "us" {
      case "us": "https://api.newrelic.com"
      case "eu": "https://api.eu.newrelic.com"
      default: throw SettingProblem("region", "must be us or eu")
      }
    if settings.isSet("application_name") {
      let name = try settings.required("application_name")
      if settings.isSet("account_id"), settings.integer("account_id") == nil {
        throw SettingProblem("account_id", "must be a number")
      }
      target = .application(name, account: settings.integer("account_id"))
    } else {
      target = .entity(try settings.required("entity_guid"))
    }
    let base = settings.text("base_url")
    switch settings.text("api") ?? "changetracking" {
    case "changetracking":
      let address = try WebAddress.of("/graphql", on: origin, movedTo: base)
      interface = .changeTracking(NerdGraph(address: address, key: key))
    case "rest-v2":
      let address = try WebAddress.of("/v2/applications", on: origin, movedTo: base)
      interface = .restV2(
        NewRelicRestV2(address: address, key: key),
        application: try settings.required("application_name"))
    default:
      throw SettingProblem("api", "must be changetracking or rest-v2")
    }
  }

  /// A GUID is base64. Checked, because a wrong value would only say that nothing was found.
  private static func check(guid: String) throws(SettingProblem) {
    guard guid.wholeMatch(of: /[A-Za-z0-9+\/=_-]+/) != nil else {
      throw SettingProblem("entity_guid", "isn't an entity's GUID, which looks like MTIzfEFQTXxB…")
    }
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    switch interface {
    case .changeTracking(let nerdGraph):
      let guid =
        switch target {
        case .application(let name, let account):
          try await nerdGraph.guid(ofApplication: name, account: account, with: services)
        case .entity(let guid): guid
        }
      let event = ChangeTrackingEvent(message, entity: guid, now: services.now)
      return try await nerdGraph.create(event, with: services)
    case .restV2(let rest, let application):
      let id = try await rest.id(ofApplication: application, with: services)
      return try await rest.record(message, application: id, with: services)
    }
  }
}
