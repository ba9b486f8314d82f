import ChannelKit
import CodeDeployNotifications
import Foundation

/// Posts to any server: the notification as JSON, signed as in Standard Webhooks
/// (https://www.standardwebhooks.com), or a body of the user's own.
struct WebhookChannel: BundledChannel {
  static let type = "webhook"
  static let summary =
    "Posts to any URL: the notification as JSON, signed as in Standard Webhooks, or a body of your "
    + "own."
  static let guide = WebhookGuide.guide
  static let settings = [
    url.any, signing.any, header, timeout.any, format.any, method.any, requestBody.any,
    contentType.any, logLimit.any, secret, okWhen.any,
  ]

  static let url = Setting<String>.required(
    ChannelSetting(
      "url", .url, secret: true, required: true,
      "The URL to post to; {{…}} in its path and query are filled in")
  ) { $0 }.reading { url throws(SettingProblem) in try WebhookAddress(url) }
  static let signing = Setting.secrets(
    "secret",
    "The key to sign each request: whsec_ and base64, or any other text as its bytes; two while "
      + "you rotate"
  ).reading(WebhookSignature.init)
  static let header = ChannelSetting(
    "header.", secret: true, "A header field to send; {{…}} in its value is filled in")
  private static let timeout = Setting.duration(
    "timeout", default: "10s", "How long an answer may take, up to 30s"
  ).reading { time throws(SettingProblem) -> Duration in
    guard (.seconds(1) ... .seconds(30)).contains(time) else {
      throw SettingProblem("must be from 1s to 30s")
    }
    return time
  }
  static let format = Setting<Format?>.choice(
    "format", "The notification's JSON as it is, or in a CloudEvent; cdnotify unless set")
  private static let method = Setting.choice(
    "method", default: Method.post, "The request's method")
  static let requestBody = Setting.template(
    "request_body", "The whole body, a Mustache template; values are escaped")
  static let contentType = Setting.text(
    "content_type", "With request_body: JSON, a form or text/*; application/json unless set"
  ).reading { (type: String) throws(SettingProblem) -> String in
    _ = try RequestFormat(contentType: type)
    return type
  }
  static let logLimit = Setting.integer(
    "log_limit", in: 0...10_000,
    "How many characters of a log's end to fill in for {{failure.log_tail}}; 1500 unless set")
  static let secret = ChannelSetting(
    "secret.", secret: true, "A secret to fill in as {{secret.NAME}}")
  private static let okWhen = Setting.text(
    "ok_when",
    "What an answer must have to mean success: a JSON pointer and a value, such as /ok=true"
  ).reading { (rule: String) throws(SettingProblem) in try SuccessRule(rule) }

  enum Format: String, CaseIterable {
    case cdnotify, cloudevents
  }

  private enum Method: String, CaseIterable {
    case post = "POST"
    case put = "PUT"
  }

  /// Standard Webhooks means by 410 that the receiver wants no more.
  private static let goneAdvice =
    "the receiver wants no more notifications: unregister the channel, or give it another url"

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
  /// How many characters of a log's end are filled in, wherever it is.
  private let logLimit: Int
  private let secrets: [Secret]
  /// Without what a message's header fields add.
  private let redaction: Redaction

  static func check(_ settings: SettingValues) throws(SettingProblem) {
    try WebhookRules.check(settings)
  }

  static func checkNew(_ settings: SettingValues) throws(SettingProblem) {
    try WebhookRules.checkNew(settings)
  }

  static func warnings(_ settings: SettingValues) -> [String] { WebhookRules.warnings(settings) }

  static func unusedTemplates(_ settings: SettingValues) -> [String] {
    WebhookRules.unusedTemplates(settings)
  }

  static func attemptTime(_ settings: SettingValues) -> Duration? {
    settings.known(timeout)
  }

  init(settings: SettingValues) throws(SettingProblem) {
    address = try settings[Self.url]
    signature = try settings[Self.signing]
    named = Dictionary(settings.family(Self.secret.name).map { ($0.name, $0.value) }) { $1 }
    fields = try WebhookFields(settings.family(Self.header.name))
    timeout = try settings[Self.timeout]
    method = try settings[Self.method] == .put ? .put : .post
    rule = try settings[Self.okWhen]
    let logLimit = try settings[Self.logLimit]
    self.logLimit = logLimit ?? RequestBody.standardLogLimit
    if let body = try settings[Self.requestBody] {
      let type = try settings[Self.contentType]
      content = .own(try WebhookRules.body(body, contentType: type, logLimit: logLimit))
    } else {
      content = try settings[Self.format] == .cloudevents ? .cloudEvent : .notification
    }
    secrets =
      address.secrets + signature.secrets + fields.secrets + named.values.map { Secret($0) }
    redaction = Redaction(secrets)
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    let (type, body) = try body(of: message, now: services.now)
    let fields = try fields.filled(
      try RequestValues(
        message.fittingRequests(logLimit: min(logLimit, WebhookFields.valueLimit)),
        secrets: named))
    let secrets = secrets + fields.secrets
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
      method,
      try address.url(
        try RequestValues(message.fittingRequests(logLimit: logLimit), secrets: named)),
      headers: headers + fields.fields, body: body, timeout: min(timeout, services.timeout))
    let response = try await HTTPVerdict.answer(
      to: request, from: address.host, with: services, redacting: secrets,
      hints: [410: Self.goneAdvice])
    try rule?.check(response, from: address.host, redacting: secrets)
    let text = (fields.secrets.isEmpty ? redaction : Redaction(secrets)).line(response.body)
    return text.isEmpty ? "\(response.status)" : "\(response.status): \(text)"
  }

  private func body(
    of message: ChannelMessage, now: Date
  ) throws -> (contentType: String, bytes: [UInt8]) {
    switch content {
    case .notification:
      ("application/json", JSONCoding.encoded(message.notification))
    case .cloudEvent:
      (
        CloudEvent.contentType,
        [UInt8](try JSONCoding.encoder().encode(CloudEvent(message.notification, now: now)))
      )
    case .own(let body): (body.contentType, try body.bytes(of: message, secrets: named))
    }
  }
}

extension WebhookChannel: RegistrationChecking {}
