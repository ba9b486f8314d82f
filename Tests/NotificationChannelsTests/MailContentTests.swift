import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

/// A mail's content, in which nothing but its own markup is markup.
@Suite struct MailContentTests {
  private func content(
    _ change: (inout DeploymentNotification) -> Void = { _ in }
  ) -> MailContent {
    let notification = Sample.notification(change).cleaned
    return MailContent(
      ChannelMessage(
        notification: notification, title: .init(notification.headline),
        body: .init(notification.story)))
  }

  private func failed(log: String = "line 1\n<b>line</b> 2\n") -> MailContent {
    content {
      $0.event = .failed
      $0.status = .failed
      $0.error = .init(code: "HEALTH_CONSTRAINTS", message: "Too many & too soon")
      $0.failure = .init(
        target: "i-0abc", lifecycleEvent: "BeforeInstall", errorCode: "ScriptFailed",
        script: "stop.sh", message: "exit code 1", logTail: log)
    }
  }

  /// The text between the tags, as a mail program shows it.
  private func words(_ html: String) -> String {
    html.replacing(/(?s)<style>.*?<\/style>|<title>.*?<\/title>|<[^>]*>/, with: " ")
      .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
      .replacing("&#39;", with: "'").replacing("&nbsp;", with: " ").replacing("&amp;", with: "&")
      .replacing(/\s+/, with: " ")
  }

  @Test("A success says what, where, who and how to see more") func success() throws {
    let mail = content()
    #expect(mail.subject == "checkout 0123456: deployment to production succeeded in 4m")
    #expect(mail.text.hasPrefix(mail.subject + "\n"))
    let words = words(mail.html)
    for text in [
      "Succeeded \(mail.subject)", "Version 0123456", "Deployment group production",
      "Deployed by Ada", "Description Faster carts", "Console", "Sent by cdnotify for checkout",
    ] { #expect(words.contains(text), "\(text)") }
    #expect(mail.html.contains(#"href="https://eu-west-1.console.aws.amazon.com/"#))
    #expect(mail.html.contains("#1a7f37") && !words.contains("Why"))
  }

  @Test("A failure says why, and shows the log as it was") func failure() {
    let mail = failed()
    let words = words(mail.html)
    #expect(words.contains("Why BeforeInstall failed on i-0abc, in stop.sh: ScriptFailed: exit"))
    #expect(words.contains("HEALTH_CONSTRAINTS: Too many & too soon"))
    #expect(mail.html.contains(">line 1\n&lt;b&gt;line&lt;/b&gt; 2</pre>"))
    #expect(mail.text.contains("  line 1\n  <b>line</b> 2"))
    #expect(mail.html.contains("Failed</p>") && mail.html.contains("bgcolor=\"#cf222e\""))
  }

  @Test("A rollback says what it rolled back") func rollback() {
    let mail = content {
      $0.rollback = .init(triggeredBy: "d-BROKEN000", message: "as it failed")
    }
    #expect(words(mail.html).contains("Rolled back checkout"))
    #expect(
      words(mail.html).contains("Rollback Rolls back d-BROKEN000 to 0123456 (as it failed)"))
    #expect(mail.text.contains("Rollback: Rolls back d-BROKEN000"))
  }

  @Test("It is whole HTML for light and dark, wide and narrow, that loads and runs nothing")
  func document() throws {
    for html in [content().html, failed().html, MailContent(Sample.hostileMessage).html] {
      #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">") && html.hasSuffix("</html>"))
      #expect(html.contains(#"<meta name="color-scheme" content="light dark">"#))
      #expect(html.contains("prefers-color-scheme: dark") && html.contains("max-width: 480px"))
      for part in ["<script", "<img", "<link", "src=", "url(", "@import", "javascript:", "onload"] {
        #expect(!html.lowercased().contains(part), "\(part)")
      }
      // Every tag that is opened is closed, in order.
      var open: [Substring] = []
      for tag in html.matches(of: /<(\/?)([a-z0-9]+)[^>]*>/) where tag.2 != "meta" && tag.2 != "br"
      {
        if tag.1.isEmpty {
          open.append(tag.2)
        } else {
          #expect(open.popLast() == tag.2)
        }
      }
      #expect(open.isEmpty)
    }
  }

  @Test("Text from a deployment is text") func hostile() {
    let mail = MailContent(Sample.hostileMessage)
    // Compared scalar by scalar, as a browser reads: Swift takes a mark with a combining accent for
    // another character.
    let scalars = Array(mail.html.unicodeScalars)
    let isOpen = zip(scalars, scalars.dropFirst()).contains { $0 == "<" && $1 == "\u{301}" }
    #expect(!isOpen)
    #expect(!mail.html.contains("<script>") && !mail.html.contains("<!channel>"))
    #expect(mail.html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(!mail.subject.contains("\n") && mail.subject.count <= 200)
    // Every link leads to a web page.
    for link in mail.html.matches(of: /href="([^"]*)"/) { #expect(link.1.hasPrefix("https://")) }
  }

  @Test("A template's text is text in both parts, with its line ends") func template() {
    let message = ChannelMessage(
      notification: Sample.notification(),
      title: .init("Live: <checkout> & more", isTemplate: true),
      body: .init("Hello <b>all</b>,\n\nit is up & running.\n", isTemplate: true))
    let mail = MailContent(message)
    #expect(mail.subject == "Live: <checkout> & more")
    #expect(mail.text == "Hello <b>all</b>,\n\nit is up & running.\n")
    #expect(
      mail.html.contains(
        ">Hello &lt;b&gt;all&lt;/b&gt;,<br>\n<br>\nit is up &amp; running.</div>"))
    #expect(mail.html.contains("Live: &lt;checkout&gt; &amp; more</h1>"))
    let words = words(mail.html)
    #expect(!words.contains("Deployment group") && words.contains("Console"))
    #expect(mail.html.contains("#1a7f37"))
  }

  @Test("A template that comes to nothing leaves the headline") func emptyTemplate() {
    let message = ChannelMessage(
      notification: Sample.notification(), title: .init("\n ", isTemplate: true),
      body: .init("  \n", isTemplate: true))
    let mail = MailContent(message)
    #expect(mail.subject.hasPrefix("checkout 0123456: deployment"))
    #expect(mail.text == mail.subject)
  }

  @Test("What is too long loses the beginning of its log first") func limits() {
    let log = "the first line\n" + String(repeating: "é", count: 100_000) + "\nthe last line"
    let mail = failed(log: log)
    #expect(mail.text.utf8.count <= 64 << 10)
    #expect(mail.html.utf8.count < 100_000)
    for text in [mail.text, mail.html] {
      #expect(text.contains("the last line") && !text.contains("the first line"))
      #expect(text.contains("exit code 1"))
    }
    let long = content { $0.description = String(repeating: "<", count: 100_000) }
    #expect(long.html.utf8.count < 100_000 && long.text.utf8.count <= 64 << 10)
  }
}
