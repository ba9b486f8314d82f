import CodeDeployNotifications
import Foundation

/// Posts to any server: the notification as JSON, signed as Standard Webhooks
/// (https://www.standardwebhooks.com) has it, or a body of the user's own.
struct WebhookChannel: Channel {
  static let type = "webhook"
  static let summary =
    "Posts to any URL: the notification as JSON, signed as Standard Webhooks does, or a body of "
    + "your own."
  static let guide = WebhookGuide.guide
  static let settings: [ChannelSetting] = [
    ChannelSetting(
      "url", .url, secret: true, required: true,
      "Where to post; {{…}} in its path and query are filled in"),
    ChannelSetting(
      "secret", list: true, secret: true,
      "Signs each request: whsec_ and base64, or any other text as its bytes; two while you rotate"),
    ChannelSetting(
      "header.", secret: true, "A header field to send, by its name; takes {{secret.NAME}}"),
    ChannelSetting(
      "timeout", .duration, default: "10s", "How long an answer may take, up to 30s"),
    ChannelSetting(
      "format", .choice(["cdnotify", "cloudevents"]),
      "The notification's JSON as it is, or in a CloudEvent; cdnotify unless set"),
    ChannelSetting("method", .choice(["POST", "PUT"]), default: "POST", "The request's method"),
    ChannelSetting(
      "request_body", .template, "The whole body, a Mustache template; values are escaped"),
    ChannelSetting(
      "content_type", .text,
      "With request_body: JSON, a form or text/*; application/json unless set"),
    ChannelSetting(
      "log_limit", .integer(0...10_000),
      "With request_body: characters of a log's end that are filled in; 1500 unless set"),
    ChannelSetting("secret.", .text, secret: true, "A secret to fill in as {{secret.NAME}}"),
    ChannelSetting(
      "ok_when", .text,
      "What an answer must say to mean success: a JSON pointer and a value, /ok=true"),
  ]

  private enum Content: Sendable {
    case notification, cloudEvent
    case own(RequestBody)
  }

  private let address: WebhookAddress
  private let method: HTTPRequest.Method
  private let signature: WebhookSignature
  private let fields: WebhookFields
  private let content: Content
  private let named: [String: String]
  private let rule: SuccessRule?
  private let timeout: Duration
  private let secrets: [Secret]
  private let redaction: Redaction

  static func check(_ settings: SettingValues) throws(SettingProblem) {
    try WebhookRules.check(settings)
  }

  static func warnings(_ settings: SettingValues) -> [String] { WebhookRules.warnings(settings) }

  static func attemptTime(_ settings: SettingValues) -> Duration? {
    settings.literal("timeout").flatMap { try? WebhookRules.timeout($0) }
  }

  init(settings: SettingValues) throws(SettingProblem) {
    address = try WebhookAddress(settings.required("url"))
    signature = try WebhookSignature(secrets: settings.list("secret"))
    named = Dictionary(settings.family("secret.").map { ($0.name, $0.value) }) { $1 }
    fields = try WebhookFields(settings.family("header."), secrets: named)
    timeout = try WebhookRules.timeout(settings.text("timeout") ?? "10s")
    guard let method = HTTPRequest.Method(rawValue: settings.text("method") ?? "POST"),
      method != .get
    else { throw SettingProblem("method", "must be POST or PUT") }
    self.method = method
    if let rule = settings.text("ok_when") {
      self.rule = try SuccessRule(rule)
    } else {
      rule = nil
    }
    if let body = settings.text("request_body") {
      content = .own(
        try WebhookRules.body(
          body, contentType: settings.text("content_type"), logLimit: settings.text("log_limit")))
    } else {
      switch settings.text("format") ?? "cdnotify" {
      case "cdnotify": content = .notification
      case "cloudevents": content = .cloudEvent
      default: throw SettingProblem("format", "must be cdnotify or cloudevents")
      }
    }
    secrets =
      address.secrets + signature.secrets + fields.secrets + named.values.map { Secret($0) }
    redaction = Redaction(secrets)
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    let (type, body) = try body(of: message, now: services.now)
    let id = message.notification.id
    let timestamp = String(Int(services.now.timeIntervalSince1970))
    var headers = [
      HTTPField("Content-Type", type), HTTPField("webhook-id", id),
      HTTPField("webhook-timestamp", timestamp),
    ]
    if let value = signature.value(of: body, id: id, timestamp: timestamp) {
      headers.append(HTTPField("webhook-signature", value))
    }
    let request = HTTPRequest(
      method, try address.url(try RequestValues(message, secrets: named)),
      headers: headers + fields.fields, body: body, timeout: min(timeout, services.timeout))
    let response = try await HTTPVerdict.answer(
      to: request, from: address.host, with: services, redacting: secrets,
      hints: [410: Self.advice(message.notification.application)])
    try rule?.check(response, from: address.host, redacting: secrets)
    let text = redaction.line(response.body)
    return text.isEmpty ? "\(response.status)" : "\(response.status): \(text)"
  }

  private func body(
    of message: ChannelMessage, now: Date
  ) throws -> (contentType: String, bytes: [UInt8]) {
    switch content {
    case .notification:
      ("application/json", [UInt8](try JSONCoding.encoder().encode(message.notification)))
    case .cloudEvent:
      (
        CloudEvent.contentType,
        [UInt8](try JSONCoding.encoder().encode(CloudEvent(message.notification, now: now)))
      )
    case .own(let body): (body.contentType, try body.bytes(of: message, secrets: named))
    }
  }

  /// What Standard Webhooks means by 410.
  private static func advice(_ application: String) -> String {
    "the receiver wants no more of these: cdnotify unregister "
      + "'\(application.oneLine.substituting("'", with: "'\\''"))' --channel NAME"
  }
}
