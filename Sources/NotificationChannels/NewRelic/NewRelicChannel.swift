import ChannelKit
import CodeDeployNotifications
import Foundation

/// Marks deployments on an application's charts in New Relic.
///
/// It uses `changeTrackingCreateEvent` of NerdGraph (change tracking), or REST v2, which New Relic
/// ends on 2027-07-31 together with every other way to record deployments there.
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
      "New Relic refuses a time that is more than 24 hours off: such a time is moved to that "
        + "limit, and the attribute `occurredAt` has the true one.",
      "Texts have at most 4,095 characters; in a longer one the log loses its beginning.",
      "There is no idempotency key: the notification's id is in the attribute `idempotencyId`.",
      "REST v2 (`api=rest-v2`) ends on 2027-07-31.",
    ])
  static let settings = [
    applicationName.any, entityGUID.any, apiKey.any, accountID.any, region.any, api.any, server.any,
  ]

  private static let applicationName = Setting.text(
    "application_name", "The application's exact name in New Relic APM"
  ).reading { (name: String) throws(SettingProblem) -> String in
    guard !name.isEmpty else { throw SettingProblem("is empty") }
    return name
  }
  /// A GUID is base64. It is checked because New Relic would only answer that nothing was found.
  private static let entityGUID = Setting.text(
    "entity_guid", "The entity's GUID, instead of application_name"
  ).reading { (guid: String) throws(SettingProblem) -> String in
    guard guid.wholeMatch(of: /[A-Za-z0-9+\/=_-]+/) != nil else {
      throw SettingProblem("isn't an entity GUID; one looks like MTIzfEFQTXxB…")
    }
    return guid
  }
  private static let apiKey = Setting.secret(
    "api_key", default: "env:NEW_RELIC_API_KEY", "A user key (NRAK-…)")
  private static let accountID = Setting.integer(
    "account_id", in: 1...Int.max, "The account, if several have the application")
  private static let region = Setting.choice(
    "region", default: Region.us, "The region of the account's data")
  private static let api = Setting.choice(
    "api", default: API.changeTracking, "rest-v2 ends on 2027-07-31")
  private static let server = Setting<WebAddress?>.baseURL(
    "base_url", "Another server in place of https://api.newrelic.com")

  private enum Region: String, CaseIterable {
    case us, eu

    var origin: String {
      switch self {
      case .us: "https://api.newrelic.com"
      case .eu: "https://api.eu.newrelic.com"
      }
    }
  }

  private enum API: String, CaseIterable {
    case changeTracking = "changetracking"
    case restV2 = "rest-v2"
  }

  /// What is marked: an application that is looked up by name, or a known entity.
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
    switch (settings.isSet(applicationName), settings.isSet(entityGUID)) {
    case (true, true):
      throw SettingProblem(entityGUID, "excludes application_name: set one of them")
    case (false, false):
      throw noTarget
    default: break
    }
    guard settings.known(api) == .restV2 else { return }
    // REST v2 identifies applications by number, and only those in the key's own account.
    for setting in [entityGUID.any, accountID.any] where settings.isSet(setting.name) {
      throw SettingProblem(setting.name, "needs api=changetracking")
    }
  }

  static func warnings(_ settings: SettingValues) -> [String] {
    guard settings.known(api) == .restV2 else { return [] }
    return [
      "New Relic ends REST v2 on 2027-07-31; api=changetracking, the default, stays"
    ]
  }

  /// Looking up the entity by name takes another exchange.
  static func exchanges(_ settings: SettingValues) -> Int {
    settings.isSet(entityGUID) ? 1 : 2
  }

  init(settings: SettingValues) throws(SettingProblem) {
    let key = try settings[Self.apiKey]
    let origin = try settings[Self.region].origin
    let server = try settings[Self.server] ?? .known(origin)
    let application = try settings[Self.applicationName]
    let account = try settings[Self.accountID]
    let guid = try settings[Self.entityGUID]
    switch try settings[Self.api] {
    case .changeTracking:
      let graph = NerdGraph(address: server.appending("/graphql"), key: key)
      interface = .changeTracking(graph)
    case .restV2:
      let rest = NewRelicRestV2(address: server.appending("/v2/applications"), key: key)
      guard let application else {
        throw SettingProblem(Self.applicationName, "is missing or empty")
      }
      interface = .restV2(rest, application: application)
    }
    if let guid {
      target = .entity(guid)
    } else if let application {
      target = .application(application, account: account)
    } else {
      throw Self.noTarget
    }
  }

  private static let noTarget = SettingProblem(nil, "set application_name or entity_guid")

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
