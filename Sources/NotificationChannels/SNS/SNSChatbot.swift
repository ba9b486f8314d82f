import ChannelKit
import CodeDeployNotifications

/// A message for Amazon Q Developer in chat applications
/// (https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html), in the markup of
/// whichever chat the topic leads to.
struct SNSChatbot: Encodable {
  var version = "1.0"
  var source = "custom"
  var id: String
  var content: Content
  var metadata: Metadata

  struct Content: Encodable {
    var textType = "client-markdown"
    var title: String
    var description: String
    var nextSteps: [String]?
    var keywords: [String]
  }

  struct Metadata: Encodable {
    /// Messages with the same thread id stay together.
    var threadId: String
    var summary: String
    var eventType: String
    var relatedResources: [String]?
    var additionalContext: [String: String]
  }

  /// How much chats show of a text, in UTF-16 units; neither number is documented.
  private enum Limit {
    static let title = 200
    static let description = 2_500
    static let log = 1_500
  }

  init(_ message: ChannelMessage) {
    let notification = message.notification
    id = notification.id
    let title = message.title.text.oneLine
    let headline = title.isEmpty ? notification.headline : title
    content = Content(
      title: notification.icon + " " + Self.escape(headline.cut(to: Limit.title, .utf16)),
      description: Self.description(of: message), nextSteps: Self.steps(notification),
      keywords: [
        notification.application, notification.deploymentGroup, notification.event.rawValue,
        notification.isRollback ? "rollback" : nil,
      ].compactMap { $0?.oneLine.cut(to: 100, .utf16) })
    metadata = Metadata(
      // A rollback belongs to the thread of the deployment that it undoes.
      threadId: notification.rollback?.triggeredBy ?? notification.deploymentID,
      summary: Self.escape(headline.cut(to: Limit.title, .utf16)),
      eventType: "codedeploy-deployment-\(notification.event.rawValue)",
      relatedResources: notification.deploymentGroup.map { ["\(notification.application)/\($0)"] },
      additionalContext: Dictionary(
        [
          ("application", notification.application),
          ("deployment_group", notification.deploymentGroup),
          ("deployment_id", notification.deploymentID), ("region", notification.region),
          ("event", notification.event.rawValue), ("status", notification.status.rawValue),
          ("revision", notification.revision?.label),
        ].compactMap { name, value in value.map { (name, $0.oneLine.cut(to: 200, .utf16)) } },
        uniquingKeysWith: { first, _ in first }))
  }

  /// The description. A template's text is escaped too, since it is unknown whose markup it has.
  private static func description(of message: ChannelMessage) -> String {
    let notification = message.notification
    if message.body.isTemplate {
      let text = message.templateBody(within: Limit.description, .utf16, in: .plain, finish: escape)
      return text.isBlank ? escape(notification.headline) : text
    }
    var lines: [String] = []
    if notification.event.isEnd {
      lines += notification.causes.map { "*Why:* \(escape($0.cut(to: 800, .utf16)))" }
    }
    if let story = notification.rollbackStory {
      lines.append("*Rollback:* \(escape(story.cut(to: 500, .utf16)))")
    }
    lines += notification.facts.map { fact in
      "*\(fact.label):* \(escape(fact.value.cut(to: 300, .utf16)))"
    }
    var text = ""
    for line in lines where text.utf16.count + line.utf16.count < Limit.description {
      text += text.isEmpty ? line : "\n\(line)"
    }
    if notification.event.isEnd, let log = notification.logTail {
      text += "\n" + SlackMarkup.code(log, Limit.log)
    }
    return text
  }

  /// Bare addresses become links in every chat.
  private static func steps(_ notification: DeploymentNotification) -> [String]? {
    let steps = notification.links.map { link in
      link.kind == .console ? "See the deployment: \(link.url)" : "\(link.label): \(link.url)"
    }
    return steps.isEmpty ? nil : steps
  }

  /// Escapes text for Slack's markup and for that of Teams, where `[label](address)` would be a
  /// link.
  private static func escape(_ text: String) -> String {
    SlackMarkup.escape(text).substituting("](", with: "]\u{2060}(")
  }
}
