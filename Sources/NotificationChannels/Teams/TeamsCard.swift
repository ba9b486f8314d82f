import CodeDeployNotifications

/// A message as an Adaptive Card in Teams.
///
/// Workflows post it through a parser of version 1.4 (https://github.com/microsoft/AdaptiveCards,
/// issues 8965 and 7676), and whatever that doesn't know fails unseen, after the 202: hence no
/// `CodeBlock`, which isn't shown on phones either (issue 9072). What a deployment says stands in
/// `TextRun`s wherever it can, which Teams takes as plain text. `TextBlock` and facts are Markdown
/// (https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format).
enum TeamsCard {
  /// 28 KB is documented; messages above 21 KB were seen to be refused
  /// (https://www.rubydoc.info/gems/msteams_hermes/MsTeamsHermes/Message).
  static let limit = 20_000

  /// Tags mean nothing in a card, and a mention needs an entry in the card's `msteams.entities`,
  /// which there never is; `<` is escaped because of `<http://…>`.
  static let markdown = Markdown(
    marks: ["\\", "*", "`", "[", "]", "<", "~", "|"], lineMarks: ["-", "+", "#", ">", "="],
    hasPlainUnderscores: true, hasEntities: true)

  static func payload(_ message: ChannelMessage) throws -> JSONTree {
    let notification = message.notification
    let parts = try MessageParts(message).fitted(in: .utf8) { parts in
      try payload(parts, notification).encoded().count - limit
    }
    return payload(parts, notification)
  }

  private static func payload(
    _ parts: MessageParts, _ notification: DeploymentNotification
  ) -> JSONTree {
    var body: [JSONTree] = [
      [
        "type": "Container", "style": style(notification.tone), "bleed": true,
        "items": [
          [
            "type": "TextBlock", "size": "Medium", "weight": "Bolder", "wrap": true,
            "text": .text(parts.title.markup(markdown.escape)),
          ]
        ],
      ]
    ]
    body += parts.causes.map { paragraph("Why", $0) }
    if let rollback = parts.rollback { body.append(paragraph("Rollback", rollback)) }
    if let text = parts.body?.text {
      body.append(["type": "TextBlock", "wrap": true, "text": .text(lines(text))])
    }
    if !parts.facts.isEmpty {
      body.append(["type": "FactSet", "facts": .list(parts.facts.map(fact))])
    }
    body += log(parts)
    var card: [String: JSONTree] = [
      "type": "AdaptiveCard", "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
      "version": "1.4", "fallbackText": .text(parts.title.markup(markdown.escape)),
      "body": .list(body), "msteams": ["width": "Full"],
    ]
    if !parts.links.isEmpty {
      card["actions"] = .list(
        parts.links.map { link in
          ["type": "Action.OpenUrl", "title": .text(link.label), "url": .text(link.url)]
        })
    }
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

  /// The log's last lines, each a block of its own: a line end within a text is a blank in Teams,
  /// and so are several blanks.
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

  /// A template's lines as lines: in Markdown one line end is no more than a blank, except between
  /// the items of a list.
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
