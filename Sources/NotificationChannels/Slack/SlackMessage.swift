import CodeDeployNotifications
import Foundation

/// A deployment's message in Slack: the headline, and the details beside a bar in the colour of its
/// tone.
struct SlackMessage {
  let message: ChannelMessage
  /// Links to the deployments of a rollback, by deployment id.
  var places: [String: String] = [:]
  /// The ids that it mentions.
  var called: [String] = []

  private typealias Limit = SlackPayload.Limit
  private var notification: DeploymentNotification { message.notification }

  /// The console's pages of a rollback's deployments.
  static func consolePages(of notification: DeploymentNotification) -> [String: String] {
    let rollback = notification.rollback
    // A sample has no page, and its rollback neither.
    guard notification.consoleURL != nil else { return [:] }
    var pages: [String: String] = [:]
    for id in [rollback?.triggeredBy, rollback?.rolledBackBy].compactMap({ $0 }) {
      pages[id] = AWSConsole.url(ofDeployment: id.percentEncoded, region: notification.region)
    }
    return pages
  }

  /// The whole message. If there is a thread, the failure's detail goes there instead.
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
      // A header is plain text without styles.
      let room = Limit.header - icon.utf16.count
      head = [.header(icon + SlackMarkup.fitPlain(title.text, room))]
    }
    let fallback = text
    // An update notifies nobody, so its mentions go into the thread.
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

  /// How many sections of facts a message has at the most: a registration's labels have no bound.
  private static let fieldSections = 4

  /// The result of a template; a section must not be empty.
  private static func section(_ markup: String) -> SlackPayload.Block {
    .section(markup.isBlank ? "–" : markup)
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
    let fields = notification.facts.filter { !elsewhere.contains($0.kind) }
      .prefix(Limit.fields * Self.fieldSections)
      .map { "*\($0.label)*\n" + SlackMarkup.link($0.value, $0.url, 500) }
    blocks += fields.parts(of: Limit.fields).map { .section(fields: Array($0)) }
    if !detailInThread, let log { blocks.append(log) }
    return blocks
  }

  /// The rollback's story, with links to its deployments where they are known.
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

  /// The links are text and not buttons: a click on a button is sent to the app, and if the app has
  /// no server that answers, Slack shows a warning
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

  /// The time of the event, in the reader's own time zone.
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

  /// Why the deployment ended badly, for the thread; `nil` where there is nothing to say. A reply
  /// that is also shown in the channel begins with what it is about, and is posted for that alone
  /// too.
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

  /// The reply in the thread of the rolled back deployment.
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
