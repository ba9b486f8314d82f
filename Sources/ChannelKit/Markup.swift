import CodeDeployNotifications
import Foundation

/// A provider's markup for the elements of a message, for providers that take a single text.
public struct Markup: Sendable {
  /// Escapes plain text.
  public var escape: @Sendable (String) -> String
  /// Emphasises text that is already in the markup.
  public var strong: @Sendable (String) -> String
  /// A link with a label that is already in the markup.
  public var link: @Sendable (_ label: String, _ url: String) -> String
  /// A block of preformatted plain text, such as a log.
  public var block: @Sendable (String) -> String
  /// The end of a line, such as `<br>`.
  public var lineEnd: String
  /// Whether the provider shows line ends within a text as blanks.
  public var ignoresLineEnds: Bool
  /// The marks that a cut has to close.
  public var dialect: MarkupDialect

  /// A provider's markup; each argument is described at the property of that name.
  public init(
    escape: @escaping @Sendable (String) -> String, strong: @escaping @Sendable (String) -> String,
    link: @escaping @Sendable (_ label: String, _ url: String) -> String,
    block: @escaping @Sendable (String) -> String, lineEnd: String = "\n",
    ignoresLineEnds: Bool = false, dialect: MarkupDialect
  ) {
    self.escape = escape
    self.strong = strong
    self.link = link
    self.block = block
    self.lineEnd = lineEnd
    self.ignoresLineEnds = ignoresLineEnds
    self.dialect = dialect
  }

  /// HTML for chats and tooltips: a few inline elements and `pre`.
  public static let html = Markup(
    escape: { $0.cleaned.escapedHTML }, strong: { "<b>\($0)</b>" },
    link: { "<a href=\"\($1.escapedHTML)\">\($0)</a>" },
    block: { "<pre>\($0.cleaned.escapedHTML)</pre>" }, lineEnd: "<br>", ignoresLineEnds: true,
    dialect: .html)

  /// Markdown for most chats and trackers (https://spec.commonmark.org). An `@` in a deployment's
  /// texts mentions nobody, and a log stays a code block whatever it contains.
  public static let commonMark = Markup(
    escape: { Markdown.commonMark.escape($0).withoutMentions }, strong: { "**\($0)**" },
    link: { label, url in
      let safe = url.substituting("(", with: "%28").substituting(")", with: "%29")
      return "[\(label)](\(safe))"
    },
    block: { log in
      let lines = log.cleaned.withoutMentions.split(
        separator: "\n", omittingEmptySubsequences: false)
      return "\n\n" + lines.map { "    \($0)" }.joined(separator: "\n")
    }, lineEnd: "  \n", dialect: .commonMark)
}

extension ChannelMessage {
  /// How much of a deployment's texts is kept: of each text, of the log, and of a template's text.
  private struct Room {
    var text = 1_000
    var description = 1_000
    var log = 0
    var body = 0
  }

  /// The whole message as one text of at most `limit` UTF-16 units: title, causes, rollback, facts,
  /// links, and last the log with at most `logLimit` units. If that is too long, the log is
  /// shortened first, at its beginning, then the description at its end, then the other texts at
  /// their ends.
  ///
  /// - Parameters:
  ///   - titled: Whether the title is the first line.
  ///   - more: Lines of plain text after the facts.
  public func text(
    in markup: Markup, limit: Int, logLimit: Int = 4_096, titled: Bool = true,
    adding more: [String] = []
  ) -> String {
    func fits(_ room: Room) -> String? {
      let text = render(in: markup, room, titled: titled, adding: more)
      return text.utf16.count <= limit ? text : nil
    }
    if body.isTemplate {
      for each in [1_000, 250, 60, 15] {
        guard let rest = fits(Room(text: each)) else { continue }
        return fits(Room(text: each, body: limit - rest.utf16.count)) ?? rest
      }
    }
    if notification.logTail != nil {
      for log in stride(from: logLimit, to: 0, by: -128) {
        if let text = fits(Room(log: log)) { return text }
      }
    }
    for (each, description) in [
      (1_000, 1_000), (1_000, 300), (1_000, 100), (500, 100), (250, 100), (120, 60), (60, 30),
      (30, 15), (15, 15),
    ] {
      if let text = fits(Room(text: each, description: description)) { return text }
    }
    return markup.escape(notification.deploymentID.cut(to: 30, .utf16))
  }

  /// The same in Markdown for most chats. Lengths are in UTF-16 units.
  public func markdown(limit: Int, logLimit: Int = 4_096) -> String {
    text(in: .commonMark, limit: limit, logLimit: logLimit)
  }

  private func render(
    in markup: Markup, _ room: Room, titled: Bool, adding more: [String]
  ) -> String {
    func plain(_ text: String, _ limit: Int? = nil) -> String {
      markup.escape(text.cut(to: limit ?? room.text, .utf16))
    }
    func line(
      _ label: String, _ value: String, _ url: String? = nil, within limit: Int? = nil
    ) -> String {
      let value = plain(value, limit)
      let linked = url.map { markup.link(value, $0) } ?? value
      return "\(markup.strong(label)): \(linked)"
    }
    var lines: [String] = []
    if titled {
      let text =
        title.isTemplate
        ? title.joined.cut(to: room.text, .utf16, in: markup.dialect) : plain(title.text.oneLine)
      if !text.isEmpty { lines.append(markup.strong(text)) }
    }
    if body.isTemplate {
      // A body without an element is plain text, whose line ends matter.
      let isText = markup.ignoresLineEnds && !body.text.contains("<")
      let words = templateBody(
        within: room.body - markup.lineEnd.utf16.count, .utf16, in: markup.dialect
      ) { isText ? $0.substituting("\n", with: markup.lineEnd) : $0 }
      if !words.isEmpty { lines.append(words) }
    } else {
      // A `started` event may be announced after the deployment has failed, and isn't about that.
      if notification.event.isEnd { lines += notification.causes.map { line("Why", $0) } }
      if let story = notification.rollbackStory { lines.append(line("Rollback", story)) }
      // With little room, an address would displace words.
      lines += notification.facts.map { fact in
        line(
          fact.label, fact.value, room.text > 100 ? fact.url : nil,
          within: fact.kind == .description ? room.description : nil)
      }
    }
    lines += more.map(markup.escape)
    let links = notification.links.filter { $0.url.utf16.count <= max(room.text, 300) }
    if !links.isEmpty {
      lines.append(
        links.map { markup.link(markup.escape($0.label), $0.url) }.joined(separator: " · "))
    }
    var text = lines.joined(separator: markup.lineEnd)
    if !body.isTemplate, notification.event.isEnd, room.log > 0, let log = notification.logTail {
      text += markup.block(log.cutFront(to: room.log, .utf16))
    }
    return text
  }
}

extension ChannelMessage.Wording {
  /// The text on one line, otherwise unchanged: an escape may use a character that a line of plain
  /// text wouldn't keep.
  package var joined: String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

extension DigestParts {
  /// The digest as one text.
  public func text(in markup: Markup) -> String {
    var texts = [markup.strong(markup.escape(title))]
    for line in lines {
      let id = markup.escape(line.deploymentID)
      let link = line.url.map { markup.link(id, $0) } ?? id
      texts.append("\(line.icon) \(markup.escape(line.headline)) · \(link)")
      if let detail = line.detail { texts.append(markup.escape(detail)) }
    }
    if let leftOut { texts.append(markup.escape(leftOut)) }
    return texts.joined(separator: markup.lineEnd)
  }
}

extension String {
  /// The text without mentions: `@name` is one anywhere. An invisible character follows the `@`,
  /// which stays.
  package var withoutMentions: String {
    var text = UnicodeScalarView()
    for scalar in unicodeScalars {
      // Within an address it isn't a mention.
      let isMention =
        scalar == "@" && text.last?.properties.isAlphabetic != true
        && text.last?.properties.numericType == nil
      text.append(scalar)
      if isMention { text.append("\u{200B}") }
    }
    return String(text)
  }
}
