import CodeDeployNotifications

/// A message taken apart, for providers that lay its parts out themselves and bound their lengths.
public struct MessageParts: Sendable {
  /// A line of at most 300 UTF-16 units.
  public var title: ChannelMessage.Wording
  /// What a user's template says; it stands for the story, so there is either this or the parts
  /// below.
  public var body: ChannelMessage.Wording?
  /// Why it failed, the nearest cause first; at most 1,000 UTF-16 units each.
  public var causes: [String] = []
  /// What was rolled back, or by what; at most 500 UTF-16 units.
  public var rollback: String?
  /// Names and values, the most telling first.
  public var facts: [MessageFact] = []
  /// The last lines of the log of a script that failed, plain text.
  public var log: String?
  /// The pages that tell more; they stay, whoever words the message.
  public var links: [MessageLink]
  private let message: ChannelMessage
  private let dialect: MarkupDialect

  /// A part that can be shortened.
  public enum Part: Sendable, CaseIterable {
    case log, longestFact, body, causes, otherFacts
  }

  /// Takes a message apart.
  ///
  /// - Parameter logLines: As many of the log's last lines are kept; more of them would push
  ///   everything else off the screen.
  public init(_ message: ChannelMessage, in dialect: MarkupDialect, logLines: Int = 40) {
    let notification = message.notification
    self.message = message
    self.dialect = dialect
    title = message.title
    // A template's values went through the channel's escape, which may have put characters without
    // a shape between others; they stay.
    title.text =
      title.isTemplate
      ? title.joined.cut(to: 300, .utf16, in: dialect) : title.text.oneLine.cut(to: 300, .utf16)
    links = notification.links
    guard !message.body.isTemplate else {
      body = message.body
      return
    }
    // Nobody reads on that far, and it bounds what the parts together can be.
    causes = notification.causes.map { $0.cut(to: 1000, .utf16) }
    rollback = notification.rollbackStory?.cut(to: 500, .utf16)
    facts = notification.facts.map { $0.cut(to: 1000, .utf16) }
    log = notification.logTail.map { Self.end(of: $0, lines: logLines) }
  }

  /// The parts, shortened one after the other until `excess` finds nothing over its bound. What is
  /// over is counted in `unit` in the finished message, where a text is never shorter than here.
  public func fitted(
    in unit: TextUnit, shortening order: [Part] = Part.allCases,
    excess: (MessageParts) throws -> Int
  ) rethrows -> MessageParts {
    var parts = self
    for part in order {
      let surplus = try excess(parts)
      guard surplus > 0 else { break }
      parts.shorten(part, by: surplus, unit)
    }
    return parts
  }

  private mutating func shorten(_ part: Part, by surplus: Int, _ unit: TextUnit) {
    func shorter(_ text: String) -> String {
      text.cut(to: max(0, unit.count(text) - surplus), unit)
    }
    switch part {
    case .log:
      // Of a log the last lines say most.
      log = log.map { $0.cutFront(to: max(0, unit.count($0) - surplus), unit) }
      if log?.allSatisfy({ $0.isWhitespace || $0 == "…" }) == true { log = nil }
    case .longestFact:
      guard let longest = facts.indices.max(by: { facts[$0].value.count < facts[$1].value.count })
      else { return }
      let value = shorter(facts[longest].value)
      if value.isEmpty { facts.remove(at: longest) } else { facts[longest].value = value }
    case .body:
      guard let text = body?.text else { return }
      body?.text = message.templateBody(
        within: max(0, unit.count(text) - surplus), unit, in: dialect)
    case .causes:
      // The nearest cause comes first and says most.
      causes = causes.prefix(1).map { $0.cut(to: max(200, unit.count($0) - surplus), unit) }
    case .otherFacts:
      facts = facts.prefix(4).map { $0.cut(to: 200, unit) }
    }
  }
}

extension MessageParts {
  /// The log as lines.
  public var logLines: [String] {
    log?.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) ?? []
  }

  private static func end(of log: String, lines limit: Int) -> String {
    var lines = log.split(separator: "\n", omittingEmptySubsequences: false)
    while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    return lines.suffix(limit).joined(separator: "\n").cleaned
      .substituting("\t", with: "    ")
  }
}

extension String {
  /// As much of the text's beginning as fits once it is escaped, escaped.
  package func cut(to limit: Int, _ unit: TextUnit, escapedBy escape: (String) -> String) -> String
  {
    var room = limit
    var escaped = escape(cut(to: room, unit))
    while unit.count(escaped) > limit, room > 0 {
      room = min(room - 1, room * limit / unit.count(escaped))
      escaped = escape(cut(to: room, unit))
    }
    return escaped
  }
}
