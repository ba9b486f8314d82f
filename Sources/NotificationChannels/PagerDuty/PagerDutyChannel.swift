import ChannelKit
import CodeDeployNotifications
import Crypto
import Foundation

/// Alerts the person on call in PagerDuty about failures, and records other events as change
/// events.
///
/// It uses the Events API v2 (PagerDuty/developer-docs, docs/events-API-v2).
struct PagerDutyChannel: BundledChannel {
  static let type = "pagerduty"
  static let summary = "Opens a PagerDuty alert on a failure; the group's next success resolves it."
  static let guide = ChannelGuide(
    example: "pagerduty,routing_key=env:PAGERDUTY_ROUTING_KEY",
    preparation:
      "On the PagerDuty service that is to be alerted, add the integration “Events API v2” and "
      + "put its integration key where `routing_key` points. Accounts of the EU region also set "
      + "`base_url=https://events.eu.pagerduty.com`.",
    arrival:
      "A failure opens an alert, of severity `critical` where a rollback failed and `error` "
      + "otherwise; failures of one deployment group join one alert. A success is a change "
      + "event, and resolves the group's alert. So does a rollback that succeeded: the service "
      + "works again, and nobody has to get up because a release failed. Starts, stops and "
      + "traffic that is ready are change events, which alert nobody.",
    limits: [
      "With `on=failed` alone nothing resolves the alerts: add `on=succeeded`.",
      "A stopped deployment neither opens nor resolves an alert: somebody stopped it.",
      "A failure that can only be sent after the group's next success opens an alert that is "
        + "resolved at once; a success that can only be sent after the group's next failure leaves "
        + "that failure's alert open.",
      "Alerts are distinguished by region, application and deployment group: two accounts with the "
        + "same three need a routing key each.",
      "`test-channel` with `--event failed` opens a real alert, for the group `test`; `--event "
        + "succeeded` resolves it.",
      "Keys of rulesets, which begin with `R`, accept no change events: use a service's key.",
      "A summary has at most 1,024 characters and an event 512 KB; a longer log loses its "
        + "beginning.",
    ])
  static let settings = [routingKey.any, server.any]

  private static let routingKey = Setting.secret(
    "routing_key", required: true, "The integration key of a service, 32 characters"
  ).reading(checked)
  private static let server = Setting.baseURL(inPlaceOf: "https://events.pagerduty.com")
  /// The note on a deployment whose change event was sent.
  private static let changeIsThere = "change"

  private let key: Secret
  private let alerts: WebAddress
  private let changes: WebAddress

  static func warnings(_ settings: SettingValues) -> [String] {
    guard settings.literal(routingKey)?.hasPrefix("R") == true else { return [] }
    return [
      "a routing key that begins with R belongs to a ruleset, which accepts no change events; a "
        + "service's integration key accepts both"
    ]
  }

  /// A success sends a change event and resolves an alert.
  static func exchanges(_ settings: SettingValues) -> Int { 2 }

  init(settings: SettingValues) throws(SettingProblem) {
    key = try settings[Self.routingKey]
    let server = try settings[Self.server]
    alerts = server.appending("/v2/enqueue")
    changes = server.appending("/v2/change/enqueue")
  }

  /// PagerDuty's own answer would be "Length of 'routing_key' is incorrect (should be 32
  /// characters)".
  private static func checked(_ key: Secret) throws(SettingProblem) -> Secret {
    guard key.revealed.wholeMatch(of: /[A-Za-z0-9_-]{32}/) != nil else {
      throw SettingProblem("must be an integration key, which has 32 characters")
    }
    return key
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    switch message.notification.event {
    case .failed: try await fail(message, with: services)
    case .overdue: try await alert(message, with: services)
    case .succeeded: try await succeed(message, with: services)
    case .started, .ready, .stopped: try await change(message, with: services)
    }
  }

  private func fail(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    let accepted = try await alert(message, with: services)
    // If this alert is late, or concurrent with its own rollback, the success that follows may
    // already have been announced, and nothing else would resolve the alert.
    guard try await services.laterEnd() == .succeeded else { return accepted }
    try await resolve(message.notification, with: services)
    return "alert accepted, and resolved: the group has recovered since"
  }

  private func alert(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    let alert = PagerDutyEvent.alert(
      message, key: Self.dedupKey(of: message.notification), now: services.now)
    try await send(alert, to: alerts, with: services)
    return "alert accepted"
  }

  /// The change event is sent first and noted. If the attempt ends before the second request, the
  /// next attempt only resolves the alert; resolving twice does no harm.
  private func succeed(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    let deployment = message.notification.deploymentID
    if try await services.memory.recall(deployment) != Self.changeIsThere {
      try await change(message, with: services)
      try await services.memory.keep(Self.changeIsThere, deployment)
    }
    if try await services.laterEnd() == .failed {
      return "change event accepted; a later deployment failed, so its alert stays open"
    }
    guard try await services.followsOpenAlert() else { return "change event accepted" }
    try await resolve(message.notification, with: services)
    return "change event accepted; an open alert is resolved"
  }

  @discardableResult
  private func change(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    try await send(PagerDutyEvent.change(message, now: services.now), to: changes, with: services)
    return "change event accepted"
  }

  private func resolve(
    _ notification: DeploymentNotification, with services: ChannelServices
  ) async throws {
    let event = PagerDutyEvent.resolution(key: Self.dedupKey(of: notification))
    try await send(event, to: alerts, with: services)
  }

  /// The key that failures of one group share, and that the group's next success resolves.
  /// Percent-encoded, so that no two groups have the same key, and at most 255 characters,
  /// PagerDuty's limit.
  static func dedupKey(of notification: DeploymentNotification) -> String {
    let region = notification.region
    let parts = [notification.application, notification.deploymentGroup ?? ""]
    let key = (["codedeploy", region] + parts.map(\.percentEncoded)).joined(separator: "/")
    if key.utf16.count <= 255 { return key }
    return "codedeploy/sha256/\(SHA256.hash(data: Array(key.utf8)).hex)"
  }

  private struct Answer: Decodable {
    var status: String
  }

  private func send(
    _ event: PagerDutyEvent, to address: WebAddress, with services: ChannelServices
  ) async throws {
    var event = event
    event.routingKey = key.revealed
    let secrets = [key] + address.secrets
    let response = try await services.answer(
      posting: event, to: address, from: "PagerDuty", redacting: secrets)
    guard let answer = try? ReceivedJSON.decode(Answer.self, from: response.body) else {
      throw HTTPVerdict.oddAnswer(response, from: "PagerDuty", redacting: secrets)
    }
    guard answer.status == "success" else {
      let text = Redaction(secrets).line(response.body)
      throw DeliveryFailure(.refused, "PagerDuty refused: \(text)")
    }
  }
}
