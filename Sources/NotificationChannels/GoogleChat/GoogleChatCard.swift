import ChannelKit
import CodeDeployNotifications

/// Converts a message into a card of Google Chat
/// (https://developers.google.com/workspace/chat/api/reference/rest/v1/cards).
///
/// Texts in widgets may have a few HTML elements: b, i, u, s, font, a and br
/// (https://developers.google.com/workspace/chat/format-messages#card-formatting).
enum GoogleChatCard {
  /// For the whole message, in bytes
  /// (https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages/create).
  static let limit = 32_000

  static func escape(_ text: String) -> String {
    text.cleaned.escapedHTML
  }

  /// Text for places that are documented neither as HTML nor as plain: without anything that would
  /// be a tag or a mention (`<users/all>`).
  static func plain(_ text: String) -> String {
    text.oneLine.substituting("<", with: "‹").substituting(">", with: "›")
  }

  /// A headline without markup; a template's own markup is removed.
  private static func plain(_ title: ChannelMessage.Wording) -> String {
    guard title.isTemplate else { return plain(title.text) }
    return plain(
      title.text.replacing(/<[^<>]*>/, with: "").substituting("&lt;", with: "<")
        .substituting("&gt;", with: ">").substituting("&quot;", with: "\"")
        .substituting("&#39;", with: "'").substituting("&amp;", with: "&"))
  }

  /// People by ids or addresses, and everybody in a space
  /// (https://developers.google.com/workspace/chat/format-messages#messages-@mention).
  static let mentions = MentionForm(examples: "users/123456789012345678901 or all") { id in
    if id == "all" { return true }
    guard id.hasPrefix("users/"), (7...200).contains(id.utf8.count) else { return false }
    return id.dropFirst(6).utf8.allSatisfy {
      (0x21...0x7E).contains($0) && !"<>&/|".utf8.contains($0)
    }
  }

  static func payload(
    _ message: ChannelMessage, thread: String?, calling called: [String] = []
  ) throws -> JSONTree {
    let notification = message.notification
    let parts = try MessageParts(message, in: .html).fitted(in: .utf8) { parts in
      try payload(parts, notification, thread, called).encoded().count - limit
    }
    return payload(parts, notification, thread, called)
  }

  private static func payload(
    _ parts: MessageParts, _ notification: DeploymentNotification, _ thread: String?,
    _ called: [String]
  ) -> JSONTree {
    var sections: [JSONTree] = [["widgets": .list(story(parts, notification.tone))]]
    if !parts.facts.isEmpty {
      // The most important facts come first; the others are collapsed.
      sections.append([
        "header": "Details", "collapsible": true, "uncollapsibleWidgetsCount": 4,
        "widgets": .list(parts.facts.map(fact)),
      ])
    }
    let log = parts.logLines
    if !log.isEmpty {
      sections.append([
        "header": "The last lines of the log",
        "widgets": [paragraph(log.map(line).joined(separator: "<br>"))],
      ])
    }
    let group = notification.deploymentGroup.map { " · \($0.cut(to: 100, .utf16))" } ?? ""
    let header: JSONTree = [
      "title": .text(plain(notification.application.cut(to: 100, .utf16))),
      "subtitle": .text(plain("AWS CodeDeploy\(group)")),
    ]
    var message = self.message(plain(parts.title), header, sections, called)
    if let thread { message["thread"] = ["threadKey": .text(thread)] }
    return .object(message)
  }

  private static func message(
    _ fallback: String, _ header: JSONTree, _ sections: [JSONTree], _ called: [String]
  ) -> [String: JSONTree] {
    var message: [String: JSONTree] = [
      // The text that a phone's notification shows.
      "fallbackText": .text(fallback),
      "cardsV2": [
        ["cardId": "deployment", "card": ["header": header, "sections": .list(sections)]]
      ],
    ]
    // A card mentions nobody.
    if !called.isEmpty {
      let people = called.map { $0 == "all" ? "<users/all>" : "<\($0)>" }
      message["text"] = .text(people.joined(separator: " "))
    }
    return message
  }

  /// A section for each tone, with a paragraph for each deployment.
  static func payload(_ digest: ChannelDigest, calling called: [String]) throws -> JSONTree {
    let parts = try DigestParts(digest).fitted { parts in
      try payload(parts, called).encoded().count - limit
    }
    return payload(parts, called)
  }

  private static func payload(_ parts: DigestParts, _ called: [String]) -> JSONTree {
    var sections = parts.groups.map { group -> JSONTree in
      ["widgets": .list(group.map { paragraph(line($0)) })]
    }
    if let leftOut = parts.leftOut { sections.append(["widgets": [paragraph(escape(leftOut))]]) }
    let header: JSONTree = ["title": .text(plain(parts.title)), "subtitle": "AWS CodeDeploy"]
    return .object(message(plain(parts.title), header, sections, called))
  }

  private static func line(_ line: DigestParts.Line) -> String {
    let id = escape(line.deploymentID)
    let link = line.url.map { "<a href=\"\(escape($0))\">\(id)</a>" } ?? id
    let detail = line.detail.map { "<br>\(escape($0))" } ?? ""
    let color = look(line.tone).color
    return "\(line.icon) <b><font color=\"\(color)\">\(escape(line.headline))</font></b>"
      + " · \(link)\(detail)"
  }

  private static func story(
    _ parts: MessageParts, _ tone: DeploymentNotification.Tone
  ) -> [JSONTree] {
    let (icon, color) = look(tone)
    let headline = parts.title.markup(escape)
    var widgets: [JSONTree] = [
      [
        "decoratedText": [
          "startIcon": ["materialIcon": ["name": .text(icon)]], "wrapText": true,
          "text": .text("<b><font color=\"\(color)\">\(headline)</font></b>"),
        ]
      ]
    ]
    widgets += parts.causes.map { paragraph("<b>Why:</b> \(escape($0))") }
    if let rollback = parts.rollback {
      widgets.append(paragraph("<b>Rollback:</b> \(escape(rollback))"))
    }
    if let body = parts.body?.text, !body.isBlank {
      widgets.append(paragraph(body.substituting("\n", with: "<br>")))
    }
    if !parts.links.isEmpty {
      let buttons = parts.links.map { link -> JSONTree in
        ["text": .text(link.label), "onClick": ["openLink": ["url": .text(link.url)]]]
      }
      widgets.append(["buttonList": ["buttons": .list(buttons)]])
    }
    return widgets
  }

  private static func look(_ tone: DeploymentNotification.Tone) -> (icon: String, color: String) {
    switch tone {
    case .good: ("check_circle", "#188038")
    case .bad: ("error", "#d93025")
    case .doubtful: ("warning", "#b06000")
    case .neutral: ("schedule", "#1967d2")
    }
  }

  private static func paragraph(_ html: String) -> JSONTree {
    ["textParagraph": ["text": .text(html)]]
  }

  private static func fact(_ fact: MessageFact) -> JSONTree {
    let value = escape(fact.value)
    let text = fact.url.map { "<a href=\"\(escape($0))\">\(value)</a>" } ?? value
    return [
      "decoratedText": ["topLabel": .text(fact.label), "text": .text(text), "wrapText": true]
    ]
  }

  /// A line of the log. Google Chat would merge several blanks into one.
  private static func line(_ text: String) -> String {
    escape(text).substituting("  ", with: "&nbsp;&nbsp;")
  }
}
