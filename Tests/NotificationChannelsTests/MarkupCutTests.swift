import ChannelKit
import ChannelTesting
import CodeDeployNotifications
import Testing

@testable import NotificationChannels

/// Templates whose results are cut.
@Suite struct MarkupCutTests {
  @Test(
    "Whatever a cut leaves open is closed",
    arguments: [
      ("**bold and more of it**", 12, "**bold an…**"),
      ("**bold** and more of it", 14, "**bold** and …"),
      ("a **b _c d e f g h i j_**", 14, "a **b _c d…_**"), ("~~gone for good~~", 10, "~~gone …~~"),
      ("```\nline one\nline two\n```", 20, "```\nline one\nli…\n```"),
      ("see `code that is long`", 14, "see `code th…`"), (#"a \*b c d e f"#, 8, #"a \*b c…"#),
      (#"abcdef\*ghi"#, 8, "abcdef…"), ("read [the page](https://e.example/a)", 20, "read …"),
      ("2 * 3 ** 4 snake_case_name", 22, "2 * 3 ** 4 snake_case…"),
      ("`**` is bold, it is said", 15, "`**` is bold, …"),
    ])
  func discord(text: String, limit: Int, cut: String) {
    #expect(text.cut(to: limit, .utf16, in: .discord) == cut)
    #expect(cut.utf16.count <= limit)
  }

  @Test("An empty line ends a style in CommonMark") func paragraphs() {
    #expect("**a\n\nbcdefghij".cut(to: 9, .utf16, in: .commonMark) == "**a\n\nbcd…")
  }

  @Test(
    "Elements are closed in their order",
    arguments: [
      ("<b>bold <i>both</i> and more</b>", 30, "<b>bold <i>both</i> and m…</b>"),
      ("<b>bold <i>both and more</i></b>", 28, "<b>bold <i>both and…</i></b>"),
      ("one<br>two<br/><a href=\"https://e.example\">there</a>", 20, "one<br>two<br/>…"),
      ("R&amp;D &lt;x", 11, "R&amp;D …"),
      ("<p>a</p><p>b and c and d</p>", 20, "<p>a</p><p>b an…</p>"),
      ("<b></x>abcdefghijkl", 16, "<b></x>abcd…</b>"),
    ])
  func html(text: String, limit: Int, cut: String) {
    #expect(text.cut(to: limit, .utf16, in: .html) == cut)
    #expect(cut.utf16.count <= limit)
  }

  @Test("Any cut fits, and cutting again changes nothing", arguments: 0...60)
  func fits(limit: Int) {
    for dialect in [MarkupDialect.plain, .html, .slack, .discord, .commonMark] {
      for text in [
        "**a** <b>b <i>c</i></b> `d` ```e``` [f](g) _h_ &amp; \\* ~~i~~ ||j|| and the rest",
        String(repeating: "<b>*", count: 40), String(repeating: "`", count: 90),
        String(repeating: "[", count: 90), String(repeating: "\\", count: 90),
      ] {
        let cut = text.cut(to: limit, .utf16, in: dialect)
        #expect(cut.utf16.count <= limit)
        #expect(cut.cut(to: limit, .utf16, in: dialect) == cut)
      }
    }
  }

  /// A log with that many lines.
  private static func log(_ count: Int) -> String {
    "the first line\n" + (1...count).map { "line \($0)\n" }.joined() + "the error itself"
  }

  @Test(
    "Of a long log in a template the end arrives, and what holds it is closed",
    arguments: [
      ("discord", "```\n{{failure.log_tail}}\n```", "the error itself\\n```"),
      ("teams", "**{{failure.log_tail}}**", "the error itself**"),
      ("datadog", "```\n{{failure.log_tail}}\n```", "the error itself\\n```"),
      ("grafana", "<pre>{{failure.log_tail}}</pre>", "the error itself</pre>"),
      ("hipchat", "<pre>{{failure.log_tail}}</pre>", "the error itself</pre>"),
      ("googlechat", "<b>{{failure.log_tail}}</b>", "the error itself</b>"),
      ("slack", "```\n{{failure.log_tail}}\n```", "the error itself\\n```"),
      ("pagerduty", "Log: {{failure.log_tail}} (end)", "the error itself (end)"),
      ("newrelic", "Log: {{failure.log_tail}} (end)", "the error itself (end)"),
    ])
  func logs(type: String, template: String, end: String) async throws {
    let sample = try #require(ChannelSample.all.first { $0.type == type && !$0.bodies.isEmpty })
    var notification = Sample.notification { $0.event = .failed }
    notification.failure = DeploymentNotification.Failure(
      lifecycleEvent: "AfterInstall",
      logTail: Self.log(type == "pagerduty" ? 14_000 : 4_000))
    let escape = try #require(ChannelCatalog.all.type(named: type)).escape
    let message = try ChannelMessage(
      notification, templates: ChannelConfiguration(type: type, body: template), escaping: escape)
    let provider = sample.provider()
    _ = try await channel(type, sample.settings).deliver(message, with: provider.services())
    let bodies = await provider.requests.map { String(decoding: $0.body, as: UTF8.self) }
    #expect(bodies.contains { $0.contains(end) }, "\(bodies.map { $0.suffix(600) })")
    #expect(bodies.contains { $0.contains("…") })
    #expect(!bodies.contains { $0.contains("the first line") })
  }
}
