import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

/// What a template of a webhook's request may hold: bounds of its texts, and secrets.
@Suite struct WebhookTemplateTests {
  private static let url = "https://hooks.example.com/in"

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
