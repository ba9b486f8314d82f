import CodeDeployNotifications
import Crypto
import Foundation

/// Posts the notification as JSON to any server, signed as Standard Webhooks
/// (https://www.standardwebhooks.com) has it.
struct WebhookChannel: Channel {
  static let type = "webhook"
  static let summary = "Posts the notification as JSON to a URL, signed as Standard Webhooks does."
  static let guide = ChannelGuide(
    example: "webhook,url=https://hooks.example.com/in,secret=env:HOOK_SECRET",
    preparation:
      "Any server that takes a POST. With a `secret`, verify `webhook-signature` with one of the "
      + "[Standard Webhooks](https://www.standardwebhooks.com) libraries.",
    arrival:
      "The notification as JSON. `webhook-id` is the same on every attempt: a receiver that "
      + "remembers it sees each notification once.",
    limits: [
      "An answer other than 2xx within 10 seconds isn't success; redirects aren't followed.",
      "`title` and `body` have no place in the notification's JSON and change nothing.",
    ]
  )
  static let settings: [ChannelSetting] = [
    ChannelSetting("url", .url, required: true, "Where to post"),
    ChannelSetting(
      "secret", secret: true,
      "Signs each request: whsec_ and base64, or any other text as its bytes"),
    ChannelSetting("header.", secret: true, "A header field to send, by its name"),
  ]

  /// Fields that the channel or the transport sets; one given twice would be ambiguous.
  private static let ownFields: Set<String> = [
    "content-type", "content-length", "host", "transfer-encoding", "connection",
  ]

  private let address: WebAddress
  private let key: SymmetricKey?
  private let fields: [HTTPField]
  private let secrets: [Secret]

  static func check(_ settings: SettingValues) throws(SettingProblem) {
    if let url = settings.literal("url") { _ = try WebAddress(url, setting: "url") }
    if let secret = settings.literal("secret") { _ = try key(secret) }
    for (name, value) in settings.family("header.") {
      try check(field: name, value: SettingValues.literal(value))
    }
  }

  init(settings: SettingValues) throws(SettingProblem) {
    address = try WebAddress(settings.required("url"), setting: "url")
    let secret = settings.text("secret")
    key = try secret.map { text throws(SettingProblem) in try Self.key(text) }
    var fields: [HTTPField] = []
    var secrets = address.secrets
    if let secret {
      secrets += [Secret(secret), Secret(String(secret.trimmingPrefix("whsec_")))]
    }
    for (name, value) in settings.family("header.") {
      try Self.check(field: name, value: value)
      fields.append(HTTPField(name, value))
      // `Bearer abc` may come back as `abc`.
      secrets += [Secret(value), Secret(String(value.split(separator: " ").last ?? ""))]
    }
    self.fields = fields
    self.secrets = secrets
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    let body = [UInt8](try JSONCoding.encoder().encode(message.notification))
    let id = message.notification.id
    let timestamp = String(Int(services.now.timeIntervalSince1970))
    var headers = [
      HTTPField("Content-Type", "application/json"),
      HTTPField("webhook-id", id),
      HTTPField("webhook-timestamp", timestamp),
    ]
    if let key {
      let signature = Self.signature(of: body, id: id, timestamp: timestamp, key: key)
      headers.append(HTTPField("webhook-signature", signature))
    }
    let request = HTTPRequest(
      .post, address.url, headers: headers + fields, body: body, timeout: services.timeout)
    let response = try await HTTPVerdict.answer(
      to: request, from: address.host, with: services, redacting: secrets)
    let text = Redaction(secrets).line(response.body)
    return text.isEmpty ? "\(response.status)" : "\(response.status): \(text)"
  }

  /// The signature scheme `v1` of Standard Webhooks: HMAC-SHA256 over id, timestamp and body,
  /// joined by full stops.
  static func signature(
    of body: [UInt8], id: String, timestamp: String, key: SymmetricKey
  ) -> String {
    var hmac = HMAC<SHA256>(key: key)
    hmac.update(data: Array("\(id).\(timestamp).".utf8))
    hmac.update(data: body)
    return "v1," + Data(hmac.finalize()).base64EncodedString()
  }

  /// The key that a secret stands for.
  static func key(_ secret: String) throws(SettingProblem) -> SymmetricKey {
    guard !secret.isEmpty else { throw SettingProblem("secret", "is empty") }
    guard secret.hasPrefix("whsec_") else { return SymmetricKey(data: Array(secret.utf8)) }
    guard let bytes = Data(base64Encoded: String(secret.dropFirst(6))), !bytes.isEmpty else {
      throw SettingProblem("secret", "must have base64 after whsec_")
    }
    return SymmetricKey(data: bytes)
  }

  /// Checks a header field; `value` is `nil` while it is a reference.
  private static func check(field name: String, value: String?) throws(SettingProblem) {
    let setting = "header.\(name)"
    // `token` of RFC 9110, 5.6.2.
    guard name.wholeMatch(of: /[A-Za-z0-9!#$%&'*+.^_`|~-]+/) != nil else {
      throw SettingProblem(setting, "isn't a header field's name")
    }
    let lowercased = name.lowercased()
    guard !ownFields.contains(lowercased), !lowercased.hasPrefix("webhook-") else {
      throw SettingProblem(setting, "is set by the channel itself")
    }
    let isBroken = value?.unicodeScalars.contains { $0.value < 32 && $0 != "\t" || $0.value == 127 }
    if isBroken == true {
      throw SettingProblem(setting, "must not contain line ends or other control characters")
    }
  }
}
