import ChannelKit
import CodeDeployNotifications
import Foundation

/// Marks deployments on Grafana's dashboards, from start to end.
///
/// It uses the annotations API
/// (https://grafana.com/docs/grafana/latest/developers/http_api/annotations).
struct GrafanaChannel: BundledChannel {
  static let type = "grafana"
  static let summary = "Marks deployments on Grafana's dashboards as annotations."
  static let guide = ChannelGuide(
    example: "grafana,url=https://grafana.example.com,token=env:GRAFANA_TOKEN,tags=team:payments",
    preparation:
      "Create a service account with the role Editor, or with the permission `annotations:create` "
      + "in the scope `annotations:type:organization`, and a token for it. On a dashboard, add "
      + "an annotation query of the data source “-- Grafana --”, filtered by tags such as "
      + "`deployment` and `application:checkout`.",
    arrival:
      "An annotation of the organization that spans the deployment, with the story in its tooltip "
      + "and the tags `deployment`, `event:…`, `application:…`, `deployment_group:…`, `region:…` "
      + "and, of a rollback, `rollback`.",
    limits: [
      "Grafana deprecated this API, `/api/annotations`, on 2026-10-29. It still works, and its "
        + "successor is an alpha that doesn't store annotations permanently yet; this channel will "
        + "use it once it is stable, with the same settings.",
      "Grafana accepts 500 bytes of tags in all by default: your own can have 150, and of the "
        + "other tags those that don't fit are left out.",
      "A text has at most 4,000 characters, 1,000 of them for the end of the log.",
      "There is no idempotency: a request whose answer was lost is sent again and makes a second "
        + "annotation.",
    ])
  static let settings = [url.any, token.any, tags.any]

  private static let url = Setting.url(
    "url", required: true, "The base URL of the server, with its sub-path"
  ).reading(annotations)
  private static let token = Setting.headerSecret(
    "token", required: true, "A token of a service account")
  private static let tags = Setting.list(
    "tags", references: false, "More tags, to filter annotations by"
  ).reading(fitting)

  private let address: WebAddress
  private let token: Secret
  private let tags: [String]

  static func escape(_ text: String) -> String { Markup.html.escape(text) }

  init(settings: SettingValues) throws(SettingProblem) {
    address = try settings[Self.url]
    token = try settings[Self.token]
    tags = try settings[Self.tags]
  }

  private static func annotations(on address: WebAddress) throws(SettingProblem) -> WebAddress {
    let base = address.url
    guard !base.contains("?"), !base.contains("#") else {
      throw SettingProblem("must be the server's base URL, without a query or a fragment")
    }
    let trimmed = base.replacing(/\/+$/, with: "")
    guard !trimmed.hasSuffix("/api"), !trimmed.hasSuffix("/api/annotations") else {
      throw SettingProblem("must be the server's base URL, because /api/annotations is appended")
    }
    return address.appending("/api/annotations")
  }

  private static func fitting(tags: [String]) throws(SettingProblem) -> [String] {
    for tag in tags where tag.isEmpty || tag != tag.oneLine || tag.utf16.count > 100 {
      throw SettingProblem("must have 1 to 100 characters each, and no line ends")
    }
    guard tags.reduce(0, { $0 + $1.utf8.count }) <= 150 else {
      throw SettingProblem("must have at most 150 bytes together")
    }
    return tags
  }

  private struct Answer: Decodable {
    var id: Int
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    let annotation = GrafanaAnnotation(message, tags: tags, now: services.now)
    let response = try await services.answer(
      posting: annotation, to: address, by: .bearer(token), from: "Grafana",
      hints: [
        401: "check token",
        403: "the token's account needs annotations:create, which the role Editor has",
        404: "check url: it must be the server's base URL",
      ])
    guard let answer = try? ReceivedJSON.decode(Answer.self, from: response.body) else {
      throw HTTPVerdict.oddAnswer(response, from: "Grafana", redacting: [token] + address.secrets)
    }
    return "annotation \(answer.id) added"
  }
}

/// An annotation. It names no dashboard, and so belongs to the whole organization.
struct GrafanaAnnotation: Encodable, Sendable {
  var time: Int64
  var timeEnd: Int64?
  var tags: [String]
  var text: String

  /// The default of `[annotations] tags_length` is 500, for all tags as a JSON list; the column of
  /// one tag has 100 characters (pkg/services/annotations/annotationsimpl of grafana/grafana).
  private static let tagsLimit = 500
  private static let tagLimit = 100
  private static let textLimit = 4_000
  private static let logLimit = 1_000

  init(_ message: ChannelMessage, tags own: [String], now: Date) {
    let notification = message.notification
    if notification.event.isEnd {
      let end = notification.completedAt ?? now
      // CodeDeploy's model allows a start after the end.
      let start = [notification.startedAt, notification.createdAt].compactMap { $0 }
        .first { $0 <= end }
      time = (start ?? end).milliseconds
      timeEnd = time == end.milliseconds ? nil : end.milliseconds
    } else {
      time = notification.occurred(now: now).milliseconds
    }
    tags = Self.tags(of: notification, own)
    // The tooltip shows sanitised HTML.
    text = message.text(in: .html, limit: Self.textLimit, logLimit: Self.logLimit)
  }

  private static func tags(of notification: DeploymentNotification, _ own: [String]) -> [String] {
    let wanted: [String?] =
      ["deployment", "event:\(notification.event.rawValue)"] + own + [
        "application:\(notification.application)", notification.isRollback ? "rollback" : nil,
        notification.deploymentGroup.map { "deployment_group:\($0)" },
        "region:\(notification.region)",
      ]
    var tags: [String] = []
    for case let tag? in wanted {
      let more = tags + [tag.oneLine.cut(to: tagLimit, .utf16)]
      guard let json = try? JSONCoding.encoder().encode(more), json.count <= tagsLimit else {
        continue
      }
      tags = more
    }
    return tags
  }
}
