import CodeDeployNotifications

/// The parts of a message, for providers that lay them out and limit their lengths.
public struct MessageParts: Sendable {
  /// One line of at most 300 UTF-16 units.
  public var title: ChannelMessage.Wording
  /// The result of a user's template. It replaces the story, so that either this or the parts below
  /// are set.
  public var body: ChannelMessage.Wording?
  /// Why it failed, the most direct cause first; at most 1,000 UTF-16 units each.
  public var causes: [String] = []
  /// What was rolled back, or by what; at most 500 UTF-16 units.
  public var rollback: String?
  /// Labels and values, the most important first.
  public var facts: [MessageFact] = []
  /// The last lines of a failed script's log, plain text.
  public var log: String?
  /// Links to more details, also beside a user's template.
  public var links: [MessageLink]
  private let message: ChannelMessage
  private let dialect: MarkupDialect

  /// A part that can be shortened.
  public enum Part: Sendable, CaseIterable {
    case log, longestFact, body, causes, otherFacts
  }

  /// Splits a message into parts.
  ///
  /// - Parameter logLines: How many of the log's last lines are kept. More of them would push
  ///   everything else off the screen.
  public init(_ message: ChannelMessage, in dialect: MarkupDialect, logLines: Int = 40) {
    let notification = message.notification
    self.message = message
    self.dialect = dialect
    title = message.title
    // The values in a template went through the channel's escape, which may have inserted invisible
    // characters. These have to stay.
    title.text =
      title.isTemplate
      ? title.joined.cut(to: 300, .utf16, in: dialect) : title.text.oneLine.cut(to: 300, .utf16)
    links = notification.links
    guard !message.body.isTemplate else {
      body = message.body
      return
    }
    // Nobody reads a longer text, and this bounds the length of all parts together.
    causes = notification.causes.map { $0.cut(to: 1000, .utf16) }
    rollback = notification.rollbackStory?.cut(to: 500, .utf16)
    facts = notification.facts.map { $0.cut(to: 1000, .utf16) }
    log = notification.logTail.map { Self.end(of: $0, lines: logLines) }
  }

  /// The parts, shortened one after the other until `excess` returns no positive number. The excess
  /// is counted in `unit` in the finished message, where a text is never shorter than here. Throws
  /// what `excess` throws.
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
      // A log's last lines matter most.
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
      // The most direct cause comes first and says most.
      causes = causes.prefix(1).map { $0.cut(to: max(200, unit.count($0) - surplus), unit) }
    case .otherFacts:
      facts = facts.prefix(4).map { $0.cut(to: 200, unit) }
    }
  }
}

extension MessageParts {
  /// The log's lines.
  public var logLines: [String] {
    log?.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) ?? []
  }

  private static func end(of log: String, lines limit: Int) -> String {
    var lines = log.split(separator: "\n", omittingEmptySubsequences: false)
    while lines.last?.isBlank == true { lines.removeLast() }
    return lines.suffix(limit).joined(separator: "\n").cleaned
      .substituting("\t", with: "    ")
  }
}

extension String {
  /// As much of the text's beginning as fits once it is escaped. Returns the escaped text.
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
