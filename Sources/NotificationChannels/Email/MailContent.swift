import ChannelKit
import CodeDeployNotifications
import Foundation

/// The subject, plain text and HTML of a mail.
struct MailContent {
  /// Mail programs don't show more of a subject.
  private static let subjectLength = 200
  private static let textBytes = 64 << 10
  /// Mail programs stop showing a message after about 100 KB (Gmail: 102).
  private static let logBytes = 32 << 10
  private static let htmlBytes = 96 << 10

  let subject: String
  let text: String
  let html: String

  init(_ digest: ChannelDigest) {
    let parts = DigestParts(digest).fitted { parts in
      max(
        parts.text.utf8.count - Self.textBytes,
        MailHTML.document(of: parts).utf8.count - Self.htmlBytes)
    }
    subject = parts.title.cut(to: Self.subjectLength, .utf16)
    text = parts.text
    html = MailHTML.document(of: parts)
  }

  init(_ message: ChannelMessage) {
    var message = message
    let log = message.notification.failure?.logTail
    message.notification.failure?.logTail = log?.cutFront(to: Self.logBytes, .utf8)
    let line = message.title.text.oneLine
    // A title template may have an empty result.
    let title = line.isEmpty ? message.notification.headline : line
    subject = title.cut(to: Self.subjectLength, .utf16)

    var body: String
    if message.body.isTemplate {
      body = message.bodyText(within: Self.textBytes, .utf8)
    } else {
      body = message.body.text.cleaned
      // Renders the story again, this time with the shortened log.
      if body.utf8.count > Self.textBytes { body = message.notification.story.cleaned }
      body = body.cut(to: Self.textBytes, .utf8)
    }
    text = body.isBlank ? subject : body
    html =
      MailHTML(message.notification, title: subject, body: message.body.isTemplate ? body : nil)
      .document
  }
}
