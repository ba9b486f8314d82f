import CodeDeployNotifications
import Foundation

/// One event of the API: an alert, its resolution, or a change.
struct PagerDutyEvent: Encodable, Sendable {
  var routingKey = ""
  var eventAction: String?
  var dedupKey: String?
  var client: String?
  var clientURL: String?
  var links: [Link]?
  var payload: Payload?

  /// A link to more details.
  struct Link: Encodable, Sendable {
    var href: String
    var text: String
  }

  /// The event's details in PagerDuty's Common Event Format. A change event has only a summary, a
  /// source, a time and custom details.
  struct Payload: Encodable, Sendable {
    var summary: String
    var source: String
    var timestamp: String
    var severity: String?
    var component: String?
    var group: String?
    var eventClass: String?
    var customDetails: [String: String]

    private enum CodingKeys: String, CodingKey {
      case summary, source, timestamp, severity, component, group
      case eventClass = "class"
      case customDetails = "custom_details"
    }
  }

  private enum CodingKeys: String, CodingKey {
    case routingKey = "routing_key"
    case eventAction = "event_action"
    case dedupKey = "dedup_key"
    case client, links, payload
    case clientURL = "client_url"
  }

  /// In bytes, for single texts. Escaped in JSON they are at most twice as long, and together they
  /// stay below 512 KB.
  private enum Limit {
    static let summary = 1_024
    static let fact = 2_048
    static let description = 16_384
    static let causes = 16_384
    static let log = 65_536
    static let body = 131_072
  }

  static func change(_ message: ChannelMessage, now: Date) -> Self {
    Self(links: links(of: message.notification), payload: payload(of: message, now: now))
  }

  static func resolution(key: String) -> Self { Self(eventAction: "resolve", dedupKey: key) }

  static func alert(_ message: ChannelMessage, key: String, now: Date) -> Self {
    let notification = message.notification
    var payload = payload(of: message, now: now)
    // After a failed release the old version mostly still runs; after a failed rollback neither
    // does.
    payload.severity =
      notification.event == .overdue ? "warning" : notification.isRollback ? "critical" : "error"
    payload.component = notification.application.cut(to: Limit.fact, .utf8)
    payload.group = notification.deploymentGroup?.cut(to: Limit.fact, .utf8)
    payload.eventClass =
      (notification.isRollback ? "rollback " : "deployment ") + notification.event.rawValue
    // PagerDuty shows the client's link as "View in …".
    return Self(
      eventAction: "trigger", dedupKey: key, client: "AWS CodeDeploy",
      clientURL: notification.consoleURL, links: links(of: notification), payload: payload)
  }

  private static func payload(of message: ChannelMessage, now: Date) -> Payload {
    let notification = message.notification
    let place = [notification.application, notification.deploymentGroup].compactMap { $0 }
      .joined(separator: "/")
    let summary = message.title.text.oneLine.cut(to: Limit.summary, .utf16)
    return Payload(
      // The summary is mandatory, and a template may have an empty result.
      summary: summary.isEmpty ? notification.headline.cut(to: Limit.summary, .utf16) : summary,
      source: "aws:codedeploy:\(notification.region):\(place)".oneLine.cut(to: Limit.fact, .utf8),
      timestamp: notification.occurred(now: now).iso8601, customDetails: details(of: message))
  }

  private static func details(of message: ChannelMessage) -> [String: String] {
    if message.body.isTemplate {
      return ["Message": message.bodyText(within: Limit.body, .utf8)]
    }
    let notification = message.notification
    var details: [String: String] = [:]
    for fact in notification.facts where fact.kind != .label {
      let limit = fact.kind == .description ? Limit.description : Limit.fact
      details[fact.label] = fact.value.cut(to: limit, .utf8)
    }
    details["Rollback"] = notification.rollbackStory?.cut(to: Limit.fact, .utf8)
    // A `started` event may be announced after the deployment has failed, and isn't about that.
    if notification.event.isEnd {
      let causes = notification.causes.joined(separator: "\n")
      if !causes.isEmpty { details["Why"] = causes.cut(to: Limit.causes, .utf8) }
      details["Log"] = notification.logTail?.cutFront(to: Limit.log, .utf8)
    }
    // Users name their labels as they like, also as a fact is named.
    for label in notification.facts where label.kind == .label {
      let name = details[label.label] == nil ? label.label : "Label \(label.label)"
      details[name] = label.value.cut(to: Limit.fact, .utf8)
    }
    return details
  }

  private static func links(of notification: DeploymentNotification) -> [Link] {
    var links = notification.links
    if let version = notification.revision?.url {
      links.append(MessageLink(.version, "Version", url: version))
    }
    return links.map { Link(href: $0.url, text: $0.label) }
  }
}
