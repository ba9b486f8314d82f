import CodeDeployNotifications
import Foundation

/// A deployment's message as people in Slack see it: the headline, and beside a bar in the colour of
/// the news all that is behind it.
struct SlackMessage {
  let message: ChannelMessage
  /// Where the deployments that a rollback is about are to be seen, by id.
  var places: [String: String] = [:]
  /// Whom it calls.
  var called: [String] = []

  private typealias Limit = SlackPayload.Limit
  private var notification: DeploymentNotification { message.notification }

  /// The console's pages of what a rollback is about.
  static func consolePages(of notification: DeploymentNotification) -> [String: String] {
    let rollback = notification.rollback
    // A sample has no page, and neither has what it speaks of.
    guard notification.consoleURL != nil else { return [:] }
    var pages: [String: String] = [:]
    for id in [rollback?.triggeredBy, rollback?.rolledBackBy].compactMap({ $0 }) {
      pages[id] = AWSConsole.url(ofDeployment: id.percentEncoded, region: notification.region)
    }
    return pages
  }

  /// The whole. With a thread for it, the failure's detail stays there.
  func payload(detailInThread: Bool) -> SlackPayload {
    let title = message.title
    var head: [SlackPayload.Block]
    var text: String
    if title.isTemplate {
      text = title.text.cut(to: 1000, .utf16, in: .slack)
      head = [Self.section(title.text.cut(to: Limit.section, .utf16, in: .slack))]
    } else {
      let icon = notification.icon + " "
      text = icon + SlackMarkup.fit(title.text, 1000)
      // A header is plain text: marks of style mean nothing in it.
      let room = Limit.header - icon.utf16.count
      head = [.header(icon + SlackMarkup.fitPlain(title.text, room))]
    }
    let fallback = text
    // Edits call nobody: what is updated leaves that to its thread.
    if !detailInThread, let calling = SlackMarkup.calling(called) {
      head.append(.section(calling))
      text += "\n" + calling
    }
    if !message.body.isTemplate {
      let lines = notification.causes.prefix(1) + [notification.rollbackStory].compactMap { $0 }
      for line in lines { text += "\n" + SlackMarkup.fit(line, 500) }
    }
    let blocks =
      message.body.isTemplate
      ? [Self.section(message.templateBody(within: Limit.section, .utf16, in: .slack))]
      : story(detailInThread: detailInThread)
    return SlackPayload(
      text: text, blocks: head,
      attachments: [
        SlackPayload.Attachment(
          color: notification.color, fallback: fallback,
          blocks: blocks + [links, context].compactMap { $0 })
      ],
      metadata: detailInThread ? SlackPayload.Metadata(notification) : nil)
  }

  /// What a template made; a section must not be empty.
  private static func section(_ markup: String) -> SlackPayload.Block {
    .section(markup.allSatisfy(\.isWhitespace) ? "–" : markup)
  }

  private func story(detailInThread: Bool) -> [SlackPayload.Block] {
    var blocks: [SlackPayload.Block] = []
    let causes = notification.causes
    if !causes.isEmpty {
      let shown = detailInThread ? causes.prefix(1).map { ($0, 400) } : causes.map { ($0, 1000) }
      blocks.append(.section(shown.map { SlackMarkup.fit($0.0, $0.1) }.joined(separator: "\n")))
    }
    if let rollback { blocks.append(.section(rollback)) }
    if let description = notification.facts.first(where: { $0.kind == .description }) {
      blocks.append(.section("> " + SlackMarkup.fit(description.value, 1000)))
    }
    let elsewhere: Set<MessageFact.Kind> = [.description, .deployment, .region]
    let fields = notification.facts.filter { !elsewhere.contains($0.kind) }.prefix(10)
      .map { "*\($0.label)*\n" + SlackMarkup.link($0.value, $0.url, 500) }
    if !fields.isEmpty { blocks.append(.section(fields: fields)) }
    if !detailInThread, let log { blocks.append(log) }
    return blocks
  }

  /// The rollback's story, with the deployments in it as links where they are known.
  private var rollback: String? {
    guard let story = notification.rollbackStory else { return nil }
    var text = SlackMarkup.fit(story, 1000)
    let rollback = notification.rollback
    for id in [rollback?.triggeredBy, rollback?.rolledBackBy].compactMap({ $0 }) {
      let link = SlackMarkup.link(id, places[id], 100)
      if let range = text.firstRange(of: SlackMarkup.escape(id)) {
        text.replaceSubrange(range, with: link)
      }
    }
    return text
  }

  private var log: SlackPayload.Block? {
    let heading = "*Last lines of the log*\n"
    return notification.logTail.map {
      .section(heading + SlackMarkup.code($0, Limit.section - heading.utf16.count))
    }
  }

  /// Links in a text and not as buttons: a button tells the app that it was clicked, and where the
  /// app has no server to answer that, Slack puts a warning beside it
  /// (https://github.com/slackapi/node-slack-sdk/issues/869).
  private var links: SlackPayload.Block? {
    let links = notification.links.map { SlackMarkup.link($0.label, $0.url, 100) }
    return links.isEmpty ? nil : .section(links.joined(separator: "  ·  "))
  }

  private var context: SlackPayload.Block? {
    guard !message.body.isTemplate else { return nil }
    let facts = notification.facts.filter { $0.kind == .deployment || $0.kind == .region }
      .map { SlackMarkup.link($0.value, $0.url, 200) }
    let parts = facts + [time].compactMap { $0 }
    return parts.isEmpty ? nil : .context(parts.joined(separator: "  ·  "))
  }

  /// When it happened, in the reader's own time zone.
  private var time: String? {
    let (verb, date): (String, Date?) =
      switch notification.event {
      case .started: ("started", notification.startedAt)
      case .ready, .overdue: ("", nil)
      case .succeeded, .failed, .stopped: ("ended", notification.completedAt)
      }
    guard let date else { return nil }
    let seconds = Int(date.timeIntervalSince1970)
    return "\(verb) <!date^\(seconds)^{date_short_pretty} {time_secs}|\(date.iso8601)>"
  }

  /// Why it ended badly, for the thread; `nil` where there is nothing to say. A reply that is shown
  /// in the channel too says first what it is about, and is worth it for that alone.
  func detail(shownInChannel: Bool) -> SlackPayload? {
    guard notification.event.callsPeople else { return nil }
    let title = notification.icon + " " + SlackMarkup.fit(notification.headline, 1000)
    let causes = notification.causes
    let calling = SlackMarkup.calling(called)
    var blocks: [SlackPayload.Block] =
      shownInChannel || (causes.isEmpty && log == nil && calling != nil) ? [.section(title)] : []
    if let calling { blocks.append(.section(calling)) }
    let lines = causes.map { SlackMarkup.fit($0, 1400) }
    if !lines.isEmpty { blocks.append(.section(lines.joined(separator: "\n"))) }
    if let log { blocks.append(log) }
    guard !blocks.isEmpty else { return nil }
    let text =
      [title] + causes.prefix(1).map { SlackMarkup.fit($0, 1000) } + [calling].compactMap(\.self)
    return SlackPayload(
      text: text.joined(separator: "\n"),
      blocks: blocks)
  }

  /// What the thread of the deployment that was rolled back gets to read.
  func rollbackReply(seen place: String?) -> SlackPayload {
    var text = notification.icon + " " + SlackMarkup.fit(notification.headline, 1000)
    if let place = place ?? notification.consoleURL {
      text += "\n" + SlackMarkup.link(notification.deploymentID, place, 100)
    }
    return SlackPayload(text: text, blocks: [.section(text)])
  }
}

extension DeploymentNotification {
  fileprivate var color: String { SlackMessage.color(tone) }
}

extension SlackMessage {
  static func color(_ tone: DeploymentNotification.Tone) -> String {
    switch tone {
    case .good: "#2eb67d"
    case .bad: "#e01e5a"
    case .doubtful: "#ecb22e"
    case .neutral: "#36c5f0"
    }
  }
}
