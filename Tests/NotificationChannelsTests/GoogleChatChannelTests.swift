import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

@Suite struct GoogleChatChannelTests {
  private static let base = "https://chat.googleapis.com/v1/spaces/AAAAtest/messages"
  private static let url = "\(base)?key=AIzaSyTest-key&token=t0ken-with_dash%3D"
  private static let posted = #"{"name":"spaces/AAAAtest/messages/1.2","thread":{"name":"t"}}"#

  private func post(_ message: ChannelMessage, url: String = url) async throws -> HTTPRequest {
    try await sent(
      "googlechat", ["webhook_url": [url]], message,
      answer: HTTPResponse(status: 200, body: Array(Self.posted.utf8)))
  }

  private static let console =
    "https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-A1B2C3D4E"
    + "?region=eu-west-1"

  private func payload(
    icon: String, color: String, headline: String, story: [String] = [], changes: String = "",
    instances: String, _ more: String = "", log: String = "", thread: String = "d-A1B2C3D4E"
  ) throws -> String {
    func fact(_ label: String, _ text: String) -> String {
      #"{"decoratedText": {"topLabel": "\#(label)", "wrapText": true, "text": "\#(text)"}}"#
    }
    let paragraphs = story.map { #"{"textParagraph": {"text": "\#($0)"}},"# }.joined()
    return try normalized(
      """
      {"fallbackText": "\(headline)", "thread": {"threadKey": "\(thread)"},
       "cardsV2": [{"cardId": "deployment", "card": {
        "header": {"title": "checkout", "subtitle": "AWS CodeDeploy · production"},
        "sections": [
          {"widgets": [
            {"decoratedText": {
              "startIcon": {"materialIcon": {"name": "\(icon)"}}, "wrapText": true,
              "text": "<b><font color=\\"\(color)\\">\(headline)</font></b>"}},
            \(paragraphs)
            {"buttonList": {"buttons": [\(changes)
              {"text": "Console", "onClick": {"openLink": {"url": "\(Self.console)"}}}]}}]},
          {"header": "Details", "collapsible": true, "uncollapsibleWidgetsCount": 4, "widgets": [
            \(fact(
        "Version",
        #"<a href=\"https://github.com/example/checkout/commit/"#
          + #"0123456789abcdef0123456789abcdef01234567\">0123456</a>"#)),
            \(fact("Deployment group", "production")), \(fact("Instances", instances)),\(more)
            \(fact("Description", "Faster carts")),
            \(fact("Deployment", #"<a href=\"\#(Self.console)\">d-A1B2C3D4E</a>"#)),
            \(fact("Region", "eu-west-1"))]}\(log)]}}]}
      """)
  }

  @Test("A success is a card with its facts and links, under the notification's id")
  func succeeded() async throws {
    let request = try await post(
      Sample.story { $0.compareURL = "https://github.com/example/checkout/compare/a...b" })
    #expect(request.method == .post)
    #expect(
      request.url
        == "\(Self.url)&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD&requestId=key-1")
    #expect(request.headers == [HTTPField("Content-Type", "application/json; charset=UTF-8")])
    let changes = #"{"text": "Changes", "onClick": {"openLink": {"url":"#
    let expected = try payload(
      icon: "check_circle", color: "#188038",
      headline: "checkout 0123456: deployment to production succeeded in 4m",
      changes: changes + #""https://github.com/example/checkout/compare/a...b"}}},"#,
      instances: "12/12")
    #expect(try normalized(request.text) == expected)
  }

  @Test("A failure says why and shows the log") func failed() async throws {
    let log =
      #",{"header": "The last lines of the log", "widgets": [{"textParagraph": {"text":"#
      + #""LifecycleEvent - BeforeInstall<br>&nbsp;&nbsp;[stderr]no such_service"}}]}"#
    let expected = try payload(
      icon: "error", color: "#d93025",
      headline: "checkout 0123456: deployment to production failed after 4m",
      story: [
        "<b>Why:</b> BeforeInstall failed on i-0abc, in scripts/stop.sh: ScriptFailed: exit code 1",
        "<b>Why:</b> HEALTH_CONSTRAINTS: too many failed",
        "<b>Rollback:</b> Rolled back by d-NEXT",
      ], instances: "10/12, 1 failed, 1 skipped", log: log)
    #expect(try normalized(try await post(try Sample.failed()).text) == expected)
  }

  @Test("A rollback stands in the thread of what it rolls back") func rollback() async throws {
    let expected = try payload(
      icon: "warning", color: "#b06000",
      headline: "checkout 0123456: rollback to production succeeded in 4m",
      story: ["<b>Rollback:</b> Rolls back d-FAILED to 0123456 (It failed: rolled back)"],
      instances: "12/12",
      #"{"decoratedText": {"topLabel": "Started by", "wrapText": true,"#
        + #" "text": "CodeDeploy, to roll back"}},"#,
      thread: "d-FAILED")
    #expect(try normalized(try await post(try Sample.rollback()).text) == expected)
  }

  @Test("A start is neither good nor bad, in the thread of its end") func started() async throws {
    let text = try await post(try Sample.started()).text
    #expect(text.contains(##"color=\"#1967d2\">checkout 0123456: deployment"##))
    #expect(text.contains(#""threadKey":"d-A1B2C3D4E""#))
  }

  @Test("A template's markup is the user's, its values are escaped") func templates() async throws {
    let message = try Sample.templates(
      "googlechat", title: "<i>{{application}}</i> {{description}}",
      body: "Who: <i>{{deployer.name}}</i>\n<a href=\"{{console_url}}\">{{description}}</a>",
      of: Sample.notification { $0.description = "<b>x</b> & \"y\"" })
    let text = try await post(message).text
    let value = "&lt;b&gt;x&lt;/b&gt; &amp; &quot;y&quot;"
    #expect(text.contains("<i>checkout</i> \(value)</font></b>"))
    #expect(
      text.contains(#"Who: <i>Ada</i><br><a href=\"\#(Self.console)\">\#(value)</a>"#), "\(text)")
    #expect(text.contains(#""fallbackText":"checkout ‹b›x‹/b› & \"y\"""#), "\(text)")
    #expect(!text.contains("topLabel") && text.contains(#""text":"Console""#))
  }

  @Test("Hostile text has no markup, mention or link") func hostile() async throws {
    let text = try await post(Sample.hostileMessage).text
    #expect(!text.contains("\u{202E}") && !text.contains("<script") && !text.contains("<!"))
    for text in strings(in: text, of: { $0["onClick"] == nil ? "text" : nil }) {
      let open = text.replacing(/<\/?(?:b|font|br)>|<font color="#[0-9a-f]{6}">/, with: "")
      if !open.hasPrefix("<a href=\"https://eu-west-1.console") {
        #expect(!open.contains("<") && !open.contains(">"), "\(text)")
      }
    }
    for key in ["title", "subtitle", "fallbackText"] {
      for text in strings(in: text, of: { _ in key }) { #expect(!text.contains("<"), "\(text)") }
    }
  }

  @Test(
    "However long its texts, a message fits and keeps what matters",
    arguments: ["a", "<", "é\"", "🚀"])
  func limits(text: String) async throws {
    let request = try await post(try Sample.endless(text))
    #expect(request.body.count <= GoogleChatCard.limit)
    #expect(request.text.contains("the nearest cause"))
    #expect(request.text.contains(#""text":"Console""#))
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
    let short = try await post(message(20_000)).text
    #expect(short.contains("first<br>x") && short.contains("x<br>last\""))
    let long = try await post(message(60_000))
    #expect((31_900...32_000).contains(long.body.count))
    #expect(!long.text.contains("first") && long.text.contains("x<br>last\""))
    #expect(long.text.contains("Faster carts"))
  }

  @Test("A template that is too long isn't cut within a tag or an entity") func cutTemplate()
    async throws
  {
    for (text, limit, expected) in [
      ("a <b>b</b> <a href=\"http://e\">x</a>", 20, "a <b>b</b> …"), ("a &amp; b and", 6, "a …"),
      ("a &#39; b and", 6, "a …"), ("a <b>c</b>", 5, "a …"), ("a < b", 9, "a < b"),
      ("a&amp;bcd", 7, "a&amp;…"),
    ] {
      #expect(text.cut(to: limit, .utf16, in: .html) == expected)
    }
    let message = try Sample.templates(
      "googlechat", title: "t", body: String(repeating: "<b>{{description}}</b>&amp;", count: 2400),
      of: Sample.notification())
    let request = try await post(message)
    #expect((31_000...32_000).contains(request.body.count))
    let body = strings(in: request.text, of: { $0["onClick"] == nil ? "text" : nil }).last
    #expect(body?.replacing(/<\/?b>|&amp;|Faster carts|…/, with: "").count ?? 99 < 13)
    #expect(body?.ranges(of: "<b>").count == body?.ranges(of: "</b>").count)
  }

  @Test("A thread in the address is the user's choice") func ownThread() async throws {
    let request = try await post(
      Sample.message(), url: "\(Self.url)&threadKey=deploys&messageReplyOption=x")
    #expect(!request.text.contains("threadKey"))
    #expect(
      request.url == "\(Self.url)&threadKey=deploys"
        + "&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD&requestId=key-1")
  }

  @Test(
    "An address that lost a part is refused",
    arguments: [
      (base, "lacks its key"), ("\(base)?key=AIzaSyTest-key", "lacks its token"),
      ("\(base)?key=AIzaSyTest-key&token=", "lacks its token"),
      (
        "https://chat.googleapis.com/v1/spaces/AAAAtest?key=AIzaSyTest-key&token=t",
        "must look like https://chat.googleapis.com/v1/spaces/…/messages?key=…&token=…"
      ),
    ])
  func problems(url: String, says: String) {
    let problem = #expect(throws: SettingProblem.self) {
      try channel("googlechat", ["webhook_url": [url]])
    }
    #expect(problem?.description.contains("AIzaSy") == false)
    #expect(problem?.reason.hasPrefix(says) == true, "\(String(describing: problem))")
  }

  private static func error(_ code: Int, _ status: String, _ more: String = "") -> String {
    #"{"error":{"code":\#(code),"message":"The reason.","status":"\#(status)"\#(more)}}"#
  }

  @Test(
    "What an answer means",
    arguments: [
      AnswerRow(200, posted, nil, "posted as spaces/AAAAtest/messages/1.2"),
      AnswerRow(200, "{}", .oddAnswer),
      AnswerRow(
        200, error(429, "RESOURCE_EXHAUSTED"), .limited(after: nil),
        "RESOURCE_EXHAUSTED: The reason."),
      AnswerRow(200, error(403, "PERMISSION_DENIED"), .refused, "PERMISSION_DENIED"),
      AnswerRow(200, error(0, "UNAVAILABLE"), .tryAgain(after: nil), "UNAVAILABLE"),
      AnswerRow(200, error(0, "INVALID_ARGUMENT"), .refused, "INVALID_ARGUMENT"),
      AnswerRow(
        429,
        error(
          429, "RESOURCE_EXHAUSTED",
          #","details":[{"reason":"x"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","#
            + #""retryDelay":"3.5s"}]"#), .limited(after: .seconds(4))),
      AnswerRow(503, error(503, "UNAVAILABLE"), .tryAgain(after: nil)),
      AnswerRow(
        403, error(403, "PERMISSION_DENIED"), .refused,
        "403 (copy the webhook's address again): PERMISSION_DENIED: The reason."),
      AnswerRow(404, error(404, "NOT_FOUND"), .refused, "still exist): NOT_FOUND"),
    ])
  func answers(row: AnswerRow) async throws {
    try await row.check("googlechat", ["webhook_url": [Self.url]])
  }
}

extension ChannelSample {
  static let googleChat = [
    ChannelSample(
      label: "googlechat", type: "googlechat",
      settings: [
        "webhook_url": [
          "https://chat.googleapis.com/v1/spaces/A/messages?key=AIzaSyTest-key&token=t0k%2Fen%3D"
        ]
      ],
      transport: .http([#"{"name":"spaces/A/messages/1"}"#]), readsBody: true,
      secrets: ["AIzaSyTest-key", "t0k/en=", "t0k%2Fen%3D"])
  ]
}
