import ChannelKit
import CodeDeployNotifications
import Foundation

/// Converts a message into a Discord embed
/// (https://discord.com/developers/docs/resources/message#embed-object).
enum DiscordEmbed {
  private enum Limit {
    static let title = 256
    static let description = 4096
    static let value = 1024
    static let fields = 25
    static let total = 6000
  }

  private static let footer = "AWS CodeDeploy"

  private static let markdown = Markdown(
    marks: ["\\", "*", "_", "~", "`", "|", "[", "]", "<"], lineMarks: ["#", ">", "-", "+"],
    hasPlainUnderscores: false, hasEntities: false)

  /// Escapes text for Discord's Markdown. Addresses don't become links, which an escape within them
  /// would break anyway, and nobody is mentioned.
  static func escape(_ text: String) -> String {
    markdown.escape(text).breakingShortcodes(with: "\\", before: true)
      .substituting("://", with: #":\//"#)
      .replacing(/@(everyone|here)/) { "@\u{200B}\($0.1)" }
  }

  /// Ids of people and roles (https://discord.com/developers/docs/reference#message-formatting).
  static let mentions = MentionForm(
    examples: "80351110224678912 (a person) or &165511591545143296 (a role)"
  ) {
    let number = $0.hasPrefix("&") ? $0.dropFirst() : $0[...]
    return (5...20).contains(number.utf8.count)
      && number.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  static func payload(_ message: ChannelMessage, calling called: [String] = []) -> JSONTree {
    let notification = message.notification
    let parts = MessageParts(message, in: .discord, logLines: 100)
      .fitted(in: .utf16, shortening: [.log, .body, .causes]) {
        description($0).utf16.count - Limit.description
      }
      .fitted(in: .utf16) { length(of: $0) - Limit.total }
    var embed: [String: JSONTree] = [
      "color": color(notification.tone), "footer": ["text": .text(footer)],
      "timestamp": .text(
        (notification.completedAt ?? notification.startedAt ?? notification.createdAt).iso8601),
    ]
    let texts = [("title", title(parts)), ("description", description(parts))]
    for (name, text) in texts where !text.isBlank { embed[name] = .text(text) }
    if let url = notification.consoleURL { embed["url"] = .text(url) }
    let fields = fields(parts.facts)
    if !fields.isEmpty { embed["fields"] = .list(fields.map(\.tree)) }
    return payload([.object(embed)], calling: called)
  }

  private static func payload(_ embeds: [JSONTree], calling called: [String]) -> JSONTree {
    guard !called.isEmpty else {
      return ["embeds": .list(embeds), "allowed_mentions": ["parse": []]]
    }
    // An embed mentions nobody, whatever it contains. The text mentions only these.
    let roles = called.filter { $0.hasPrefix("&") }.map { String($0.dropFirst()) }
    let people = called.filter { !$0.hasPrefix("&") }
    return [
      "content": .text(called.map { "<@\($0)>" }.joined(separator: " ")),
      "embeds": .list(embeds),
      "allowed_mentions": [
        "parse": [], "users": .list(people.map { .text($0) }),
        "roles": .list(roles.map { .text($0) }),
      ],
    ]
  }

  /// One embed for each tone; the first has the title.
  static func payload(_ digest: ChannelDigest, calling called: [String]) -> JSONTree {
    func texts(_ parts: DigestParts) -> [String] {
      parts.groups.map { $0.map(line).joined(separator: "\n") }
    }
    let parts = DigestParts(digest).fitted { parts in
      let texts = texts(parts).map(\.utf16.count)
      let rest = Limit.title + (parts.leftOut?.utf16.count ?? 0) + footer.utf16.count
      return max(
        texts.reduce(rest, +) - Limit.total, (texts.max() ?? 0) - Limit.description)
    }
    var embeds = zip(parts.groups, texts(parts)).map { group, text -> [String: JSONTree] in
      ["color": color(group[0].tone), "description": .text(text)]
    }
    embeds[0]["title"] = .text(parts.title.cut(to: Limit.title, .utf16, escapedBy: escape))
    let remark = parts.leftOut.map { "\($0) · \(footer)" } ?? footer
    embeds[embeds.count - 1]["footer"] = ["text": .text(remark)]
    return payload(embeds.map { .object($0) }, calling: called)
  }

  private static func line(_ line: DigestParts.Line) -> String {
    let id = escape(line.deploymentID)
    let link = line.url.map { "[\(id)](\($0))" } ?? id
    let detail = line.detail.map { "\n> \(escape($0))" } ?? ""
    return "\(line.icon) \(escape(line.headline)) · \(link)\(detail)"
  }

  /// Everything that counts towards an embed's length.
  private static func length(of parts: MessageParts) -> Int {
    let texts = title(parts).utf16.count + description(parts).utf16.count + footer.count
    return fields(parts.facts).reduce(texts) { $0 + $1.name.utf16.count + $1.value.utf16.count }
  }

  private static func title(_ parts: MessageParts) -> String {
    parts.title.isTemplate
      ? parts.title.text.cut(to: Limit.title, .utf16, in: .discord)
      : parts.title.text.cut(to: Limit.title, .utf16, escapedBy: escape)
  }

  private static func description(_ parts: MessageParts) -> String {
    var paragraphs = parts.causes.map { "**Why:** \(escape($0))" }
    if let rollback = parts.rollback { paragraphs.append("**Rollback:** \(escape(rollback))") }
    if let body = parts.body?.text { paragraphs.append(body) }
    // A webhook's embed can't have buttons.
    let links = parts.links.map { "[\($0.label)](\($0.url))" }
    if !links.isEmpty { paragraphs.append(links.joined(separator: " · ")) }
    let lines = parts.logLines
    if !lines.isEmpty { paragraphs.append(block(lines)) }
    return paragraphs.joined(separator: "\n")
  }

  /// A code block that its content can't end: three back-quotes never stay together.
  private static func block(_ lines: [String]) -> String {
    let code = lines.joined(separator: "\n").substituting("``", with: "`\u{200B}`")
    return "```\n\(code)\n```"
  }

  private struct Field {
    var name: String
    var value: String
    /// Whether it is shown beside others.
    var isShort = false

    var tree: JSONTree {
      ["name": .text(name), "value": .text(value), "inline": .flag(isShort)]
    }
  }

  /// A field for each fact. Of more facts than an embed has fields, the last one has the rest.
  private static func fields(_ facts: [MessageFact]) -> [Field] {
    let isMore = facts.count > Limit.fields
    let own = isMore ? facts.prefix(Limit.fields - 1) : facts[...]
    var fields = own.map {
      Field(name: $0.label, value: value($0), isShort: $0.value.count <= 40)
    }
    guard isMore else { return fields }
    let rest = facts.dropFirst(own.count).map { "\($0.label): \($0.value)" }
    fields.append(
      Field(
        name: "More",
        value: rest.joined(separator: "\n").cut(to: Limit.value, .utf16, escapedBy: escape)))
    return fields
  }

  private static func value(_ fact: MessageFact) -> String {
    guard let url = fact.url, url.utf16.count < Limit.value / 2 else {
      return fact.value.cut(to: Limit.value, .utf16, escapedBy: escape)
    }
    let room = Limit.value - url.utf16.count - 4
    return "[\(fact.value.cut(to: room, .utf16, escapedBy: escape))](\(url))"
  }

  private static func color(_ tone: DeploymentNotification.Tone) -> JSONTree {
    switch tone {
    case .good: 0x2D_A44E
    case .bad: 0xCF_222E
    case .doubtful: 0xBF_8700
    case .neutral: 0x09_69DA
    }
  }
}
