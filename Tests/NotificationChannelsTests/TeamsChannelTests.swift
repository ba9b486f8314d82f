import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

@Suite struct TeamsChannelTests {
  private static let flow =
    "https://default1.2.environment.api.powerplatform.com:443/powerautomate/automations/direct"
    + "/workflows/36e0836ee6804d5fa6f5b09b67693953/triggers/manual/paths/invoke"
    + "?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=pEErS1gnature-0123456789"

  private func card(_ message: ChannelMessage) async throws -> HTTPRequest {
    try await sent(
      "teams", ["webhook_url": [Self.flow]], message, answer: HTTPResponse(status: 202))
  }

  /// The payload around a card's own parts.
  private func payload(style: String, headline: String, _ body: String, links: String)
    throws -> String
  {
    try normalized(
      """
      {"type": "message", "attachments": [{
        "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null,
        "content": {
          "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard",
          "version": "1.4", "fallbackText": "\(headline)", "msteams": {"width": "Full"},
          "body": [
            {"type": "Container", "style": "\(style)", "bleed": true, "items": [
              {"type": "TextBlock", "size": "Medium", "weight": "Bolder", "wrap": true,
               "text": "\(headline)"}]}\(body)],
          "actions": [\(links)]}}]}
      """)
  }

  private func paragraph(_ label: String, _ text: String) -> String {
    """
    {"type": "RichTextBlock", "inlines": [
      {"type": "TextRun", "weight": "Bolder", "text": "\(label): "},
      {"type": "TextRun", "text": "\(text)"}]}
    """
  }

  private func facts(_ instances: String, _ more: String = "") -> String {
    """
    {"type": "FactSet", "facts": [
      {"title": "Version", "value": "[0123456](https://github.com/example/checkout/commit/\
    0123456789abcdef0123456789abcdef01234567)"},
      {"title": "Deployment group", "value": "production"},
      {"title": "Instances", "value": "\(instances)"},\(more)
      {"title": "Description", "value": "Faster carts"},
      {"title": "Deployment", "value": "[d-A1B2C3D4E](\(Self.console))"},
      {"title": "Region", "value": "eu-west-1"}]}
    """
  }

  private static let console =
    "https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-A1B2C3D4E"
    + "?region=eu-west-1"
  private let consoleLink =
    #"{"type": "Action.OpenUrl", "title": "Console", "url": "\#(console)"}"#

  @Test("A success is a card with its facts and links") func succeeded() async throws {
    let request = try await card(
      Sample.story { $0.compareURL = "https://github.com/example/checkout/compare/a...b" })
    #expect(request.method == .post)
    #expect(request.url == Self.flow)
    #expect(request.headers == [HTTPField("Content-Type", "application/json; charset=UTF-8")])
    let changes =
      #"{"type": "Action.OpenUrl", "title": "Changes","#
      + #" "url": "https://github.com/example/checkout/compare/a...b"},"#
    let expected = try payload(
      style: "good", headline: "checkout 0123456: deployment to production succeeded in 4m",
      ",\(facts("12/12"))", links: changes + consoleLink)
    #expect(try normalized(request.text) == expected)
  }

  @Test("A failure says why and shows the log") func failed() async throws {
    let request = try await card(try Sample.failed())
    func line(_ text: String) -> String {
      """
      {"type": "RichTextBlock", "spacing": "None", "inlines": [
        {"type": "TextRun", "fontType": "Monospace", "size": "Small", "text": "\(text)"}]}
      """
    }
    let parts = [
      paragraph(
        "Why",
        "BeforeInstall failed on i-0abc, in scripts/stop.sh: ScriptFailed: exit code 1"),
      paragraph("Why", "HEALTH_CONSTRAINTS: too many failed"),
      paragraph("Rollback", "Rolled back by d-NEXT"), facts("10/12, 1 failed, 1 skipped"),
      """
      {"type": "RichTextBlock", "inlines": [
        {"type": "TextRun", "weight": "Bolder", "text": "The last lines of the log"}]}
      """,
      """
      {"type": "Container", "style": "emphasis", "spacing": "Small", "items": [
        \(line("LifecycleEvent - BeforeInstall")),
        \(line("\u{A0}\u{A0}[stderr]no such_service"))]}
      """,
    ]
    let expected = try payload(
      style: "attention", headline: "checkout 0123456: deployment to production failed after 4m",
      parts.map { ",\($0)" }.joined(), links: consoleLink)
    #expect(try normalized(request.text) == expected)
  }

  @Test("A rollback says what it rolls back") func rollback() async throws {
    let request = try await card(try Sample.rollback())
    let story = paragraph(
      "Rollback", "Rolls back d-FAILED to 0123456 (It failed: rolled back)")
    let starter = #"{"title": "Started by", "value": "CodeDeploy, to roll back"},"#
    let expected = try payload(
      style: "warning", headline: "checkout 0123456: rollback to production succeeded in 4m",
      ",\(story),\(facts("12/12", starter))", links: consoleLink)
    #expect(try normalized(request.text) == expected)
  }

  @Test("A start is neither good nor bad") func started() async throws {
    let text = try await card(try Sample.started()).text
    #expect(text.contains(#""style":"accent""#))
    #expect(text.contains("checkout 0123456: deployment to production started"))
  }

  @Test("A template's markup is the user's, its values are escaped") func templates() async throws {
    let message = try Sample.templates(
      "teams", title: "**{{application}}** {{description}}",
      body: "Who: _{{deployer.name}}_\nWhat:\n- {{description}}\n- [see]({{console_url}})",
      of: Sample.notification { $0.description = "[x](http://e.example) *b*" })
    let text = try await card(message).text
    #expect(text.contains(#"**checkout** \\[x\\]\\(http://e.example) \\*b\\*""#))
    #expect(
      text.contains(
        #"Who: _Ada_\n\nWhat:\n\n- \\[x\\]\\(http://e.example) \\*b\\*\n- [see](\#(Self.console))"#)
    )
    #expect(!text.contains("FactSet"))
    #expect(text.contains(#""title":"Console""#))
  }

  @Test("Hostile text has no markup, mention or link") func hostile() async throws {
    let text = try await card(Sample.hostileMessage).text
    #expect(!text.contains("entities") && !text.contains("\u{202E}"))
    let texts =
      strings(
        in: text, of: { $0["type"] as? String == "TextBlock" ? "text" : nil })
      + strings(in: text, of: { $0["title"] as? String != "Deployment" ? "value" : nil })
    #expect(texts.filter { $0.contains("alert(1)") }.count > 2)
    for text in texts {
      // After removing escaped characters no mark is left.
      let open = text.replacing(/\\./, with: "")
      #expect(!open.contains { "*`[]<~|".contains($0) }, "\(text)")
      #expect(!open.contains("_i") && !open.contains("(http"), "\(text)")
    }
  }

  @Test(
    "However long its texts, a card fits and keeps what matters", arguments: ["a", "*", "é\"", "🚀"])
  func limits(text: String) async throws {
    let request = try await card(try Sample.endless(text))
    #expect(request.body.count <= TeamsCard.limit)
    #expect(request.text.contains("the nearest cause"))
    #expect(request.text.contains(#""title":"Console""#))
    #expect(request.text.contains("checkout 0123456: "))
  }

  @Test("A log alone is cut at its beginning, and only as far as it must") func logLimit()
    async throws
  {
    func message(_ count: Int) throws -> ChannelMessage {
      try Sample.story { notification in
        notification.event = .failed
        notification.failure = .init(
          logTail: "first\n" + String(repeating: "x", count: count) + "\nlast")
      }
    }
    let short = try await card(message(4000)).text
    #expect(short.contains(#""first""#) && short.contains(#""last""#))
    let long = try await card(message(40_000))
    #expect(long.body.count <= TeamsCard.limit && long.body.count > TeamsCard.limit - 500)
    #expect(!long.text.contains("first") && long.text.contains(#""last""#))
    #expect(long.text.contains("Faster carts"))
  }

  @Test(
    "What an answer means",
    arguments: [
      AnswerRow(202, "", nil), AnswerRow(200, "anything the flow answers", nil),
      AnswerRow(
        200,
        "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP "
          + "error 429 with ContextId tcid=0", .limited(after: nil), "429"),
      AnswerRow(
        200,
        "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP "
          + "error 413 with ContextId tcid=0", .refused, "413"),
      AnswerRow(
        200,
        "Webhook message delivery failed with error: Error contacting Microsoft Teams endpoint",
        .tryAgain(after: nil), "Error contacting"),
      AnswerRow(
        200, #"{"error":{"code":"WorkflowTriggerIsNotEnabled","message":"off"}}"#, .refused,
        "WorkflowTriggerIsNotEnabled: off"),
      AnswerRow(
        200, #"{"error":{"code":"WorkflowThrottled","message":"later"}}"#, .limited(after: nil),
        "later"),
      AnswerRow(200, #"{"error":{"code":429,"message":"later"}}"#, .limited(after: nil), "later"),
      AnswerRow(
        401, #"{"error":{"code":"DirectApiAuthorizationRequired","message":"no"}}"#, .refused,
        "(copy the workflow's address again, whole): DirectApiAuthorizationRequired: no"),
      AnswerRow(
        429, #"{"error":{"code":"TooManyRequests","message":"later"}}"#,
        .limited(after: .seconds(7)), "later", headers: [HTTPField("Retry-After", "7")]),
    ])
  func answers(row: AnswerRow) async throws {
    try await row.check("teams", ["webhook_url": [Self.flow]])
  }

  @Test(
    "A connector's 1 is its only yes",
    arguments: [
      AnswerRow(200, "1", nil), AnswerRow(200, "", .oddAnswer),
      AnswerRow(200, "<html>", .oddAnswer, "is an HTML page: <html>"),
      AnswerRow(200, "2", .oddAnswer, "is not 1"),
      AnswerRow(400, "Summary or Text is required.", .refused, "Summary or Text is required."),
      AnswerRow(410, "gone", .refused),
    ])
  func connectorAnswers(row: AnswerRow) async throws {
    let url = "https://example.webhook.office.com/webhookb2/a@b/IncomingWebhook/0123456789abcdef/c"
    try await row.check("teams", ["webhook_url": [url]])
  }

  @Test("Retired addresses are warned of") func warnings() {
    func warnings(_ url: String) -> [String] {
      TeamsChannel.warnings(
        SettingValues(["webhook_url": [url]], settings: TeamsChannel.settings))
    }
    #expect(warnings(Self.flow).isEmpty)
    #expect(warnings("env:TEAMS").isEmpty)
    for url in ["https://a.webhook.office.com/b", "https://outlook.office.com/webhook/b"] {
      #expect(warnings(url).first?.contains("retired Office 365 connectors") == true)
    }
    let old = "https://prod-1.westeurope.logic.azure.com/workflows/1/triggers/manual/paths/invoke"
    #expect(warnings("\(old)?sig=a").first?.contains("2025-11-30") == true)
  }

  @Test("An address that was cut off at its & is refused") func cutAddress() {
    #expect(throws: SettingProblem.self) {
      try channel("teams", ["webhook_url": [String(Self.flow.prefix { $0 != "&" })]])
    }
  }
}

extension ChannelSample {
  static let teams = [
    ChannelSample(
      label: "teams", type: "teams",
      settings: [
        "webhook_url": [
          "https://example.com/workflows/36e0836ee6804d5fa6f5b09b67693953/triggers/manual/paths"
            + "/invoke?sp=%2Frun&sv=1.0&sig=s1gn%2Fature%3D"
        ]
      ],
      transport: .http([""]), readsBody: false,
      secrets: ["s1gn/ature=", "s1gn%2Fature%3D", "36e0836ee6804d5fa6f5b09b67693953"]),
    ChannelSample(
      label: "teams, a connector", type: "teams",
      settings: [
        "webhook_url": [
          "https://example.webhook.office.com/webhookb2/a@b/IncomingWebhook"
            + "/0123456789abcdef0123456789abcdef/c"
        ]
      ],
      transport: .http(["1"]), readsBody: true, secrets: ["0123456789abcdef0123456789abcdef"]),
  ]
}
