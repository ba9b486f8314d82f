import CodeDeployNotifications

/// Escapes text for mrkdwn, Slack's markup.
///
/// `&`, `<` and `>` are written as entities, as
/// https://docs.slack.dev/messaging/formatting-message-text requires; without a `<` there is no
/// mention, no link and no date. The marks of bold, italics, strike-through and code have no escape
/// in mrkdwn; as is common, similar-looking characters replace them.
enum SlackMarkup {
  /// Escapes a text for mrkdwn.
  static func escape(_ text: String) -> String { entities(withoutEmoji(plainMarks(text))) }

  /// The text without any `:name:` that would become an emoji, such as the `:100:` of
  /// `main.go:100:12`. A colon can't be escaped; an invisible character after it (a word joiner)
  /// prevents the emoji.
  private static func withoutEmoji(_ text: String) -> String {
    text.breakingShortcodes(with: "\u{2060}", before: false)
  }

  /// The text with `&`, `<` and `>` as entities, even if a combining accent follows.
  static func entities(_ text: String) -> String {
    text.replacing(in: "&<>") { byte in
      switch byte {
      case UInt8(ascii: "&"): "&amp;"
      case UInt8(ascii: "<"): "&lt;"
      default: "&gt;"
      }
    }
  }

  private static let lookAlikes: [Unicode.Scalar: Unicode.Scalar] = [
    "*": "\u{2217}", "_": "\u{2CD}", "~": "\u{223C}", "`": "\u{2CB}", ">": "\u{203A}",
  ]

  /// People, user groups, and everybody in a channel
  /// (https://docs.slack.dev/messaging/formatting-message-text#mentioning-users).
  static let mentions = MentionForm(
    examples: "U024BE7LH (a person), S0614TZR7 (a group), here or channel"
  ) { id in
    if ["here", "channel"].contains(id) { return true }
    guard let kind = id.first, "UWS".contains(kind), (3...30).contains(id.utf8.count) else {
      return false
    }
    return id.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
  }

  /// The mentions on one line; `nil` for none.
  static func calling(_ ids: [String]) -> String? {
    guard !ids.isEmpty else { return nil }
    return ids.map { id in
      if ["here", "channel"].contains(id) { return "<!\(id)>" }
      return id.hasPrefix("S") ? "<!subteam^\(id)>" : "<@\(id)>"
    }.joined(separator: " ")
  }

  /// Replaces marks by similar-looking characters where they would take effect: a mark of style
  /// anywhere but inside a word, so that `snake_case` stays as it is; a back-tick anywhere; a
  /// quote's `>` at the beginning of a line.
  private static func plainMarks(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var plain = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      let before = index > 0 ? scalars[index - 1] : "\n"
      let after = index + 1 < scalars.count ? scalars[index + 1] : "\n"
      let isMark =
        switch scalar {
        case "*", "_", "~": !(isOfWord(before) && isOfWord(after))
        case "`": true
        case ">": before == "\n"
        default: false
        }
      plain.append(isMark ? lookAlikes[scalar] ?? scalar : scalar)
    }
    return String(plain)
  }

  private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }

  /// A log for a code block: without three back-ticks in a row, which would end it.
  private static func withoutFences(_ text: String) -> String {
    var kept = String.UnicodeScalarView()
    var run = 0
    for scalar in text.unicodeScalars {
      run = scalar == "`" ? run + 1 : 0
      kept.append(scalar == "`" && run.isMultiple(of: 3) ? "\u{2CB}" : scalar)
    }
    return String(kept)
  }

  /// As much of a text's beginning as fits once it is escaped.
  static func fit(_ text: String, _ limit: Int) -> String {
    fit(text, limit, { $0.cut(to: $1, .utf16) }, escape)
  }

  /// The same where marks have no meaning.
  static func fitPlain(_ text: String, _ limit: Int) -> String {
    fit(text, limit, { $0.cut(to: $1, .utf16) }, { entities(withoutEmoji($0)) })
  }

  /// A link with plain text, or only the text if the address can't be in a link.
  static func link(_ text: String, _ url: String?, _ limit: Int) -> String {
    let label = fit(text, limit)
    guard let url, url.utf16.count <= 1000,
      url.unicodeScalars.allSatisfy({ $0.isASCII && $0 > " " && !"|<>".unicodeScalars.contains($0) }
      )
    else { return label }
    return "<\(entities(url))|\(label)>"
  }

  /// The end of a log as a code block that nothing in it can end.
  static func code(_ log: String, _ limit: Int) -> String {
    let fence = "```"
    let room = limit - 2 * (fence.count + 1)
    let text = fit(
      log.cleaned.trimmingSuffix { $0.isNewline }, room, { $0.cutFront(to: $1, .utf16) },
      { entities(withoutFences($0)) })
    return "\(fence)\n\(text)\n\(fence)"
  }

  /// Shortens a text until it fits escaped, so that no cut is inside an escape.
  private static func fit(
    _ text: String, _ limit: Int, _ cut: (String, Int) -> String, _ escape: (String) -> String
  ) -> String {
    var room = limit
    while room > 0 {
      let escaped = escape(cut(text, room))
      let excess = escaped.utf16.count - limit
      if excess <= 0 { return escaped }
      // `&amp;` is five times as long as `&`, and no other escape is longer.
      room -= max(1, excess / 5)
    }
    return ""
  }
}

extension String {
  fileprivate func trimmingSuffix(_ isTrimmed: (Character) -> Bool) -> String {
    var text = self
    while let last = text.last, isTrimmed(last) { text.removeLast() }
    return text
  }
}
