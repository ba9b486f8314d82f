import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

/// What a template of a webhook's request may hold: bounds of its texts, and secrets.
@Suite struct WebhookTemplateTests {
  private static let url = "https://hooks.example.com/in"
  private static let words = ["request_body": [#"["{{title}}", "{{body}}"]"#]]

  private func texts(
    _ settings: [String: [String]], _ message: ChannelMessage
  ) async throws -> [String] {
    let provider = Provider(bodies: [""])
    let channel = try channel("webhook", ["url": [Self.url]].merging(settings) { $1 })
    _ = try await channel.deliver(message, with: provider.services())
    let request = try #require(await provider.requests.first)
    return try JSONDecoder().decode([String].self, from: Data(request.body))
  }

  private func failure(
    _ templates: ChannelConfiguration = ChannelConfiguration(type: "webhook"),
    _ change: (inout DeploymentNotification) -> Void = { _ in }
  ) throws -> ChannelMessage {
    let log = String(repeating: "a line\n", count: 1_000) + "the cause"
    return try ChannelMessage(
      Sample.failedMessage(log: log, change).notification, templates: templates)
  }

  @Test("The standard story has a bound, whichever of its texts is long", arguments: 0..<5)
  func bound(text: Int) async throws {
    let long = String(repeating: "long ", count: 1_500)
    let message = try failure { notification in
      notification.accountID = "123456789012"
      switch text {
      case 0: notification.description = long
      case 1: notification.accountName = long
      case 2: notification.failure?.message = long
      case 3: notification.error?.message = long
      default: notification.rollback = .init(triggeredBy: "d-0", message: long)
      }
    }
    let standard = try await texts(Self.words, message)[1]
    #expect(standard.utf16.count <= 3_500)
    #expect(standard.contains(String(repeating: "long ", count: 190)))
    #expect(standard.contains("Console: https://") && standard.hasSuffix("the cause"))
    let short = try await texts(Self.words.merging(["log_limit": ["20"]]) { $1 }, message)[1]
    #expect(short.utf16.count <= 2_020)
    #expect(short.hasSuffix("the cause"))
    // Under its own name a text is whole.
    let body = ["request_body": [#"["{{description}}"]"#]]
    if text == 0 { #expect(try await texts(body, message) == [message.notification.description]) }
  }

  @Test("A log is cut in the words of templates too", arguments: [20, 1_500])
  func templates(limit: Int) async throws {
    let template = "LOG: {{failure.log_tail}}"
    let message = try failure(
      ChannelConfiguration(type: "webhook", title: template, body: template))
    let texts = try await texts(
      Self.words.merging(["log_limit": ["\(limit)"]]) { $1 }, message)
    for text in texts { #expect(text.utf16.count == limit + 5 && text.hasSuffix("the cause")) }
    let only = ChannelConfiguration(type: "webhook", title: "{{failure.log_tail}}")
    let none = try await self.texts(
      Self.words.merging(["log_limit": ["0"]]) { $1 }, try failure(only))
    #expect(none[0].hasPrefix("checkout 0123456: deployment to production failed"))
  }

  @Test(
    "A secret is filled in by its name and as it is, or refused",
    arguments: [
      ("{{lowercased(secret.s)}}", "lowercased(…) around a secret"),
      ("{{plain(uppercased(secret.s))}}", "plain(…) around a secret"),
      ("{{#empty(secret.s)}}x{{/empty(secret.s)}}", "empty(…) around a secret"),
      ("{{secret}}", "{{secret}}, which would be every secret"),
      ("{{{ secret }}}", "which would be every secret"),
      ("{{#secret}}{{s}}{{/secret}}", "which would be every secret"),
      ("{{}}", "an empty tag"), ("{{{ }}}", "an empty tag"), ("{{& }}", "an empty tag"),
    ])
  func secrets(template: String, says: String) {
    for place in ["request_body", "header.X-A", "url"] {
      let value = place == "url" ? "\(Self.url)?\(template)" : template
      let settings = [
        "url": [Self.url], "request_body": ["x"], "content_type": ["text/plain"],
        "secret.s": ["sesame"],
      ].merging([place: [value]]) { $1 }
      do {
        _ = try channel("webhook", settings)
        Issue.record("\(template) is accepted in \(place)")
      } catch {
        #expect("\(error)".contains(says), "\(error)")
      }
    }
  }

  @Test("No function and no section lets a secret out in another form, whatever was checked")
  func outlets() throws {
    let values = try RequestValues(Sample.message(), secrets: ["s": "Sesame"])
    for (text, result) in [
      ("{{.secret}}", ""),
      ("{{#secret.s}}{{.}}{{reversed(.)}}{{/secret.s}}", "SesameSesame"),
    ] {
      let template = try RequestTemplate(text, setting: "request_body")
      #expect(template.render(values) { $0 } == result, "\(text)")
    }
    let all = try RequestTemplate("{{.}}", setting: "request_body").render(values) { $0 }
    #expect(all.contains("checkout") && !all.contains("Sesame"))
  }

  @Test("A body whose content type is kept elsewhere is held to no form") func typeElsewhere()
    throws
  {
    let settings = [
      "url": [Self.url], "request_body": ["a={{title}}"], "content_type": ["env:TYPE"],
    ]
    let values = SettingValues(settings, settings: WebhookChannel.settings)
    try WebhookChannel.checkAll(values)
    let broken = settings.merging(["request_body": ["a={{title"]]) { $1 }
    #expect(throws: SettingProblem.self) {
      try WebhookChannel.checkAll(SettingValues(broken, settings: WebhookChannel.settings))
    }
  }
}
