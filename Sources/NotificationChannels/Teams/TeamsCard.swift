import ChannelKit
import CodeDeployNotifications

/// A message as an Adaptive Card in Teams.
///
/// Workflows use a parser of version 1.4 (https://github.com/microsoft/AdaptiveCards, issues 8965
/// and 7676), and unknown elements fail silently, after the 202. Hence there is no `CodeBlock`,
/// which phones don't show either (issue 9072). A deployment's texts are in `TextRun`s where
/// possible, which Teams shows as plain text. `TextBlock` and facts are Markdown
/// (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format).
enum TeamsCard {
  /// In bytes. The documented limit is 28 KB, but messages above 21 KB have been refused
  /// (https://www.rubydoc.info/gems/msteams_hermes/MsTeamsHermes/Message).
  static let limit = 20_000

  /// A card has no tags, and a mention needs an entry in the card's `msteams.entities`, which only
  /// `mention` adds. `<` is escaped because of `<http://…>`.
  static let markdown = Markdown(
    marks: ["\\", "*", "`", "[", "]", "<", "~", "|"], lineMarks: ["-", "+", "#", ">", "="],
    hasPlainUnderscores: true, hasEntities: true)

  /// People by addresses (user principal names) or object ids
  /// (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format).
  static let mentions = MentionForm(
    examples: "ada@example.com or 87d349ed-44d7-43e1-9a83-5f2406dee5bd (an object id)"
  ) { id in
    let isPlain = id.utf8.allSatisfy { byte in
      (0x21...0x7E).contains(byte) && !"<>&\"'".utf8.contains(byte)
    }
    let isAddress = id.split(separator: "@", omittingEmptySubsequences: false).count == 2
    let isObject = id.utf8.count == 36 && id.utf8.filter { $0 == UInt8(ascii: "-") }.count == 4
    return isPlain && id.utf8.count <= 200 && (isAddress || isObject)
  }

  static func payload(_ message: ChannelMessage, calling called: [String] = []) throws -> JSONTree {
    let notification = message.notification
    let parts = try MessageParts(message, in: .commonMark).fitted(in: .utf8) { parts in
      try payload(parts, notification, called).encoded().count - limit
    }
    return payload(parts, notification, called)
  }

  private static func payload(
    _ parts: MessageParts, _ notification: DeploymentNotification, _ called: [String]
  ) -> JSONTree {
    var body = head(parts.title.markup(markdown.escape), notification.tone, called)
    body += parts.causes.map { paragraph("Why", $0) }
    if let rollback = parts.rollback { body.append(paragraph("Rollback", rollback)) }
    if let text = parts.body?.text {
      body.append(["type": "TextBlock", "wrap": true, "text": .text(lines(text))])
    }
    if !parts.facts.isEmpty {
      body.append(["type": "FactSet", "facts": .list(parts.facts.map(fact))])
    }
    body += log(parts)
    let actions = parts.links.map { link -> JSONTree in
      ["type": "Action.OpenUrl", "title": .text(link.label), "url": .text(link.url)]
    }
    return card(parts.title.markup(markdown.escape), body, actions, called)
  }

  /// A message with a card, and the text that is shown where cards aren't.
  static func card(
    _ fallback: String, _ body: [JSONTree], _ actions: [JSONTree], _ called: [String]
  ) -> JSONTree {
    var card: [String: JSONTree] = [
      "type": "AdaptiveCard", "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
      "version": "1.4", "fallbackText": .text(fallback), "body": .list(body),
      "msteams": teams(called),
    ]
    if !actions.isEmpty { card["actions"] = .list(actions) }
    return [
      "type": "message",
      "attachments": [
        [
          "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": nil,
          "content": .object(card),
        ]
      ],
    ]
  }

  /// The title on its colour, and the mentions.
  static func head(
    _ title: String, _ tone: DeploymentNotification.Tone, _ called: [String]
  ) -> [JSONTree] {
    var head: [JSONTree] = [
      [
        "type": "Container", "style": style(tone), "bleed": true,
        "items": [
          [
            "type": "TextBlock", "size": "Medium", "weight": "Bolder", "wrap": true,
            "text": .text(title),
          ]
        ],
      ]
    ]
    if !called.isEmpty {
      let people = called.map { "<at>\($0)</at>" }.joined(separator: " ")
      head.append(["type": "TextBlock", "wrap": true, "text": .text(people)])
    }
    return head
  }

  /// The parts of a card that only Teams has: its width, and the mentions in its text.
  private static func teams(_ called: [String]) -> JSONTree {
    guard !called.isEmpty else { return ["width": "Full"] }
    let entities = called.map { id -> JSONTree in
      [
        "type": "mention", "text": .text("<at>\(id)</at>"),
        "mentioned": ["id": .text(id), "name": .text(id)],
      ]
    }
    return ["width": "Full", "entities": .list(entities)]
  }

  private static func style(_ tone: DeploymentNotification.Tone) -> JSONTree {
    switch tone {
    case .good: "good"
    case .bad: "attention"
    case .doubtful: "warning"
    case .neutral: "accent"
    }
  }

  private static func fact(_ fact: MessageFact) -> JSONTree {
    let value = markdown.escape(fact.value)
    return [
      "title": .text(fact.label), "value": .text(fact.url.map { "[\(value)](\($0))" } ?? value),
    ]
  }

  private static func paragraph(_ label: String, _ text: String) -> JSONTree {
    [
      "type": "RichTextBlock",
      "inlines": [
        ["type": "TextRun", "weight": "Bolder", "text": .text("\(label): ")],
        ["type": "TextRun", "text": .text(text)],
      ],
    ]
  }

  /// The log's last lines, each as a block: Teams shows a line end within a text as a blank, and
  /// merges several blanks.
  private static func log(_ parts: MessageParts) -> [JSONTree] {
    let lines = parts.logLines.map { line -> JSONTree in
      let text = line.isEmpty ? "\u{A0}" : line.replacing("  ", with: "\u{A0}\u{A0}")
      return [
        "type": "RichTextBlock", "spacing": "None",
        "inlines": [
          ["type": "TextRun", "fontType": "Monospace", "size": "Small", "text": .text(text)]
        ],
      ]
    }
    guard !lines.isEmpty else { return [] }
    return [
      [
        "type": "RichTextBlock",
        "inlines": [
          ["type": "TextRun", "weight": "Bolder", "text": "The last lines of the log"]
        ],
      ],
      ["type": "Container", "style": "emphasis", "spacing": "Small", "items": .list(lines)],
    ]
  }

  /// A template's lines as lines: in Markdown a single line end is only a blank, except between the
  /// items of a list.
  static func lines(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var joined = ""
    for (index, line) in lines.enumerated() {
      if index > 0 {
        let before = lines[index - 1]
        let stays = before.isEmpty || line.isEmpty || (isItem(before) && isItem(line))
        joined += stays ? "\n" : "\n\n"
      }
      joined += line
    }
    return joined
  }

  private static func isItem(_ line: Substring) -> Bool {
    line.prefixMatch(of: /\s*(?:[-*+]|\d+[.)])\s/) != nil
  }
}
