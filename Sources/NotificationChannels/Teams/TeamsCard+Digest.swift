import ChannelKit
import CodeDeployNotifications

/// A digest as an Adaptive Card: the counts in the colour of the worst news, and a line for each
/// deployment.
extension TeamsCard {
  static func payload(_ digest: ChannelDigest, calling called: [String]) throws -> JSONTree {
    let parts = try DigestParts(digest).fitted { parts in
      try payload(parts, called).encoded().count - limit
    }
    return payload(parts, called)
  }

  private static func payload(_ parts: DigestParts, _ called: [String]) -> JSONTree {
    let title = markdown.escape(parts.title)
    var body = head(title, parts.tone, called)
    for group in parts.groups {
      for (index, line) in group.enumerated() { body += blocks(line, isFirst: index == 0) }
    }
    if let leftOut = parts.leftOut { body.append(block(markdown.escape(leftOut), isSubtle: true)) }
    return card(title, body, [], called)
  }

  private static func blocks(_ line: DigestParts.Line, isFirst: Bool) -> [JSONTree] {
    let id = markdown.escape(line.deploymentID)
    let link = line.url.map { "[\(id)](\($0))" } ?? id
    let text = "\(line.icon) \(markdown.escape(line.headline)) · \(link)"
    let detail = line.detail.map { block(markdown.escape($0), isSubtle: true) }
    return [block(text, isClose: !isFirst)] + [detail].compactMap(\.self)
  }

  private static func block(
    _ text: String, isClose: Bool = true, isSubtle: Bool = false
  ) -> JSONTree {
    var block: [String: JSONTree] = ["type": "TextBlock", "wrap": true, "text": .text(text)]
    if isClose { block["spacing"] = isSubtle ? "None" : "Small" }
    if isSubtle { block["isSubtle"] = true }
    return .object(block)
  }
}
