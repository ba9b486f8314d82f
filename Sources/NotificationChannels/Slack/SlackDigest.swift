import ChannelKit
import CodeDeployNotifications

/// A digest in Slack: the counts, and a line for each deployment beside a bar in the colour of its
/// tone.
enum SlackDigest {
  /// Slack limits all blocks together to about 13,200 characters, which isn't documented.
  private static let limit = 12_500

  static func payload(_ digest: ChannelDigest, _ called: [String]) throws -> SlackPayload {
    let parts = DigestParts(digest).fitted { parts in
      payload(parts, called).length - limit
    }
    return payload(parts, called)
  }

  private static func payload(_ parts: DigestParts, _ called: [String]) -> SlackPayload {
    let title = SlackMarkup.fit(parts.title, 1000)
    var text = [title]
    var head: [SlackPayload.Block] = [
      .header(SlackMarkup.fitPlain(parts.title, SlackPayload.Limit.header))
    ]
    if let calling = SlackMarkup.calling(called) {
      head.append(.section(calling))
      text.append(calling)
    }
    // The text that a phone's notification shows.
    text += parts.lines.prefix(3).map { SlackMarkup.fit("\($0.icon) \($0.headline)", 300) }
    var attachments = parts.groups.map { group in
      SlackPayload.Attachment(
        color: SlackMessage.color(group[0].tone), fallback: title, blocks: sections(group))
    }
    if let leftOut = parts.leftOut {
      attachments[attachments.count - 1].blocks.append(.context(SlackMarkup.escape(leftOut)))
    }
    return SlackPayload(
      text: text.joined(separator: "\n"), blocks: head, attachments: attachments)
  }

  /// The lines in as few sections as possible.
  private static func sections(_ lines: [DigestParts.Line]) -> [SlackPayload.Block] {
    var texts: [String] = []
    for text in lines.map(text) {
      let room = SlackPayload.Limit.section - 1 - text.utf16.count
      if let last = texts.last, last.utf16.count <= room {
        texts[texts.count - 1] = "\(last)\n\(text)"
      } else {
        texts.append(text)
      }
    }
    return texts.map { .section($0) }
  }

  private static func text(_ line: DigestParts.Line) -> String {
    let link = SlackMarkup.link(line.deploymentID, line.url, 100)
    let detail = line.detail.map { "\n> \(SlackMarkup.fit($0, 1000))" } ?? ""
    return "\(line.icon) \(SlackMarkup.fit(line.headline, 600))  ·  \(link)\(detail)"
  }
}

extension SlackPayload {
  /// The characters of all its blocks.
  fileprivate var length: Int {
    (blocks + attachments.flatMap(\.blocks)).reduce(0) { sum, block in
      let texts = [block.text].compactMap(\.self) + (block.fields ?? []) + (block.elements ?? [])
      return texts.reduce(sum) { $0 + $1.text.utf16.count }
    }
  }
}
