import ChannelTesting
import CodeDeployNotifications
import Crypto
import Foundation
import Testing

@testable import NotificationChannels

@Suite struct WebhookChannelTests {
  private static let url = "https://hooks.example.com/in?team=1"

  private func request(
    _ settings: [String: [String]], _ message: ChannelMessage = Sample.message()
  ) async throws -> HTTPRequest {
    let provider = Provider(bodies: [""])
    let channel = try channel("webhook", settings)
    #expect(try await channel.deliver(message, with: provider.services()) == "200")
    return try #require(await provider.requests.first)
  }

  @Test("The signature is the published test vector's") func vector() throws {
    // From the tests of https://github.com/standard-webhooks/standard-webhooks.
    let signature = WebhookSignature.signature(
      of: Array(#"{"test": 2432232314}"#.utf8), id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      timestamp: "1614265330",
      key: try WebhookSignature.key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    )
    #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
  }

  @Test("Posts the notification, unsigned without a secret") func unsigned() async throws {
    let request = try await request(["url": [Self.url]])
    #expect(request.method == .post)
    #expect(request.url == Self.url)
    #expect(
      request.headers == [
        HTTPField("Content-Type", "application/json"), HTTPField("webhook-id", "key-1"),
        HTTPField("webhook-timestamp", "1800000000"),
      ])
    #expect(request.body == Array(try JSONCoding.encoder().encode(Sample.notification())))
  }

  @Test(
    "Signs what it sends",
    arguments: [("whsec_c2VjcmV0IGtleQ==", "secret key"), ("plain text", "plain text")])
  func signed(secret: String, key: String) async throws {
    let settings = [
      "url": [Self.url], "secret": [secret], "header.X-Team": ["payments"],
      "header.Authorization": ["Bearer abc"],
    ]
    let request = try await request(settings)
    var signed = Array("key-1.1800000000.".utf8)
    signed += request.body
    let code = HMAC<SHA256>.authenticationCode(
      for: signed, using: SymmetricKey(data: Array(key.utf8)))
    #expect(
      request.headers.dropFirst(3) == [
        HTTPField("webhook-signature", "v1," + Data(code).base64EncodedString()),
        HTTPField("Authorization", "Bearer abc"), HTTPField("X-Team", "payments"),
      ])
  }

  @Test("Any text goes through JSON whole") func hostile() async throws {
    let message = Sample.message { notification in
      notification.application = #"O'Brien's "app" \ 🚀"#
      notification.failure = DeploymentNotification.Failure(
        logTail: "\u{1b}[31m" + String(repeating: "log\n", count: 80_000))
    }
    let request = try await request(["url": [Self.url]], message)
    let received = try JSONCoding.decoder().decode(
      DeploymentNotification.self, from: Data(request.body))
    #expect(received == message.notification)
  }

  @Test(
    "Refuses settings that can't be sent",
    arguments: [
      ("url", "hooks.example.com"), ("url", "ftp://hooks.example.com"), ("url", "https://"),
      ("secret", ""), ("secret", "whsec_"), ("secret", "whsec_no base64"),
      ("header.", "x"), ("header.X Y", "x"), ("header.X:", "x"), ("header.Ä", "x"),
      ("header.Content-Type", "text/plain"), ("header.WEBHOOK-ID", "1"), ("header.host", "x"),
      ("header.content-length", "1"),
    ])
  func problems(setting: String, value: String) {
    let settings = ["url": [Self.url]].merging([setting: [value]]) { $1 }
    #expect(throws: SettingProblem.self) { try channel("webhook", settings) }
    // The same check after a reference is resolved, which `check` hasn't seen.
    let values = SettingValues(settings, settings: WebhookChannel.settings)
    #expect(throws: SettingProblem.self) { try WebhookChannel(settings: values) }
  }

  @Test("A literal that looks like a reference is checked as what it stands for")
  func literal() throws {
    let good = SettingValues(["url": ["literal:https://a.example"]], settings: [])
    try WebhookChannel.checkAll(good)
    let bad = SettingValues(["url": ["literal:nonsense"]], settings: [])
    #expect(throws: SettingProblem.self) { try WebhookChannel.checkAll(bad) }
  }
}

extension ChannelSample {
  static let webhook = [
    ChannelSample(
      label: "webhook", type: "webhook",
      settings: [
        "url": ["https://user:Basic-pass-1@hooks.example.com/in"],
        "secret": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        "header.Authorization": [#"Bearer t0ken/"quoted"&more"#],
      ],
      transport: .http(["ok"]), readsBody: false,
      secrets: [
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        #"t0ken/"quoted"&more"#, "Basic-pass-1",
      ], acceptsPages: true),
    ChannelSample(
      label: "webhook with a body", type: "webhook",
      settings: [
        "url": ["https://hooks.example.com/bot{{secret.token}}/send"],
        "request_body": [#"{"text": "{{title}}\n{{body}}", "key": "{{secret.key}}"}"#],
        "secret.token": ["123456:AAtoken/with&all"], "secret.key": [#"k3y"quoted"\more"#],
        "header.X-Key": ["Key {{secret.key}}"], "ok_when": ["/ok=true"],
      ],
      transport: .http([#"{"ok":true}"#]), readsBody: true,
      secrets: ["123456:AAtoken/with&all", #"k3y"quoted"\more"#]),
  ]
}
