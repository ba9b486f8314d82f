import ChannelKit
import CodeDeployNotifications

/// A message in the form of Slack's webhooks, `chat.postMessage` and `chat.update`. Notifications
/// and screen readers use `text`, not the blocks
/// (https://docs.slack.dev/reference/methods/chat.postMessage).
struct SlackPayload: Encodable, Sendable {
  var channel: String?
  /// The timestamp of the message to update.
  var ts: String?
  /// The timestamp of the message to reply to.
  var threadTS: String?
  /// Whether a reply is also shown in the channel.
  var replyBroadcast: Bool?
  var text: String
  var blocks: [Block]
  var attachments: [Attachment] = []
  var metadata: Metadata?

  enum CodingKeys: String, CodingKey {
    case channel, ts, text, blocks, attachments, metadata, parse
    case threadTS = "thread_ts"
    case replyBroadcast = "reply_broadcast"
    case linkNames = "link_names"
    case unfurlLinks = "unfurl_links"
    case unfurlMedia = "unfurl_media"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(channel, forKey: .channel)
    try container.encodeIfPresent(ts, forKey: .ts)
    try container.encodeIfPresent(threadTS, forKey: .threadTS)
    try container.encodeIfPresent(replyBroadcast, forKey: .replyBroadcast)
    try container.encode(text, forKey: .text)
    try container.encode(blocks, forKey: .blocks)
    // In an update, a missing field keeps its old value.
    try container.encode(attachments, forKey: .attachments)
    try container.encodeIfPresent(metadata, forKey: .metadata)
    // Slack's defaults, made explicit: no name in a text becomes a mention.
    try container.encode("none", forKey: .parse)
    try container.encode(false, forKey: .linkNames)
    guard ts == nil else { return }
    try container.encode(false, forKey: .unfurlLinks)
    try container.encode(false, forKey: .unfurlMedia)
  }

  /// Blocks beside a coloured bar.
  struct Attachment: Encodable, Sendable {
    var color: String
    var fallback: String
    var blocks: [Block]
  }

  /// One block of Block Kit (https://docs.slack.dev/reference/block-kit/blocks).
  struct Block: Encodable, Sendable {
    var type: String
    var text: Text?
    var fields: [Text]?
    var elements: [Text]?

    static func header(_ text: String) -> Self { Self(type: "header", text: .plain(text)) }
    static func section(_ markup: String) -> Self { Self(type: "section", text: .markup(markup)) }
    static func section(fields: [String]) -> Self {
      Self(type: "section", fields: fields.map(Text.markup))
    }
    static func context(_ markup: String) -> Self {
      Self(type: "context", elements: [.markup(markup)])
    }
  }

  /// A text object. `verbatim` keeps Slack from turning addresses and channel names into links.
  struct Text: Encodable, Sendable {
    var type: String
    var text: String
    var emoji: Bool?
    var verbatim: Bool?

    static func plain(_ text: String) -> Self { Self(type: "plain_text", text: text, emoji: true) }
    static func markup(_ text: String) -> Self { Self(type: "mrkdwn", text: text, verbatim: true) }
  }

  /// Identifies the message for other programs; people don't see it.
  struct Metadata: Encodable, Sendable {
    var eventType = "cdnotify_deployment"
    var eventPayload: [String: String]

    init(_ digest: DigestParts) {
      eventType = "cdnotify_digest"
      eventPayload = ["id": digest.id, "deployments": "\(digest.lines.count)"]
    }

    init(_ notification: DeploymentNotification) {
      eventPayload = [
        "id": notification.id, "deployment_id": notification.deploymentID,
        "event": notification.event.rawValue,
      ]
    }

    enum CodingKeys: String, CodingKey {
      case eventType = "event_type"
      case eventPayload = "event_payload"
    }
  }

  /// Slack's limits (https://docs.slack.dev/reference/block-kit/blocks), counted in UTF-16 units,
  /// which is never less than what Slack counts; for `text` it is the recommended length.
  enum Limit {
    static let text = 4000
    static let header = 150
    static let section = 3000
    static let field = 2000
    /// Fields of a section.
    static let fields = 10
  }
}
