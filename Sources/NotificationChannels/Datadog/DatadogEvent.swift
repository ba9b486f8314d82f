import ChannelKit
import CodeDeployNotifications
import Foundation

/// An event as Datadog takes it.
struct DatadogEvent: Encodable, Sendable {
  var title: String
  var text: String
  var alertType: String
  var tags: [String]
  var aggregationKey: String
  var dateHappened: Int?
  var sourceTypeName = "amazon_codedeploy"

  private enum CodingKeys: String, CodingKey {
    case title, text, tags
    case alertType = "alert_type"
    case aggregationKey = "aggregation_key"
    case dateHappened = "date_happened"
    case sourceTypeName = "source_type_name"
  }

  static let titleLimit = 100
  static let textLimit = 4_000
  /// 18 hours, less what clocks differ by and requests wait for.
  private static let oldest: TimeInterval = 18 * 3_600 - 600
  /// What makes Datadog read a text as Markdown; from the API's documentation.
  private static let (opening, closing) = ("%%% \n", "\n %%%")

  init(_ message: ChannelMessage, tags own: [String], now: Date) {
    let notification = message.notification
    let happened = notification.occurred(now: now)
    let isLate = now.timeIntervalSince(happened) > Self.oldest
    dateHappened = isLate ? nil : Int(min(happened, now).timeIntervalSince1970)
    let full = Self.plain(message.title)
    // Mandatory, and a template can come to nothing.
    title = (full.isEmpty ? notification.headline : full).shortened(to: Self.titleLimit)
    let room = Self.textLimit - Self.opening.utf16.count - Self.closing.utf16.count
    let markdown = message.text(
      in: Self.markup, limit: room, titled: full.utf16.count > Self.titleLimit,
      adding: isLate ? ["Happened: \(happened.iso8601)"] : [])
    text = Self.opening + markdown + Self.closing
    alertType =
      switch notification.tone {
      case .good: "success"
      case .bad: "error"
      case .doubtful: "warning"
      case .neutral: "info"
      }
    tags = Self.tags(of: notification) + own
    aggregationKey = "codedeploy:\(notification.region):\(notification.deploymentID)"
      .oneLine.cut(to: 100, .utf16)
  }

  /// The title is plain text: what was escaped for the text in a template is put back, but for
  /// the mentions.
  private static func plain(_ title: ChannelMessage.Wording) -> String {
    guard title.isTemplate else { return title.text.oneLine.withoutMentions }
    return title.joined.replacing(/\\([\p{P}\p{S}])/) { $0.1 }
  }

  static func tags(of notification: DeploymentNotification) -> [String] {
    [
      ("application", notification.application),
      ("deployment_group", notification.deploymentGroup),
      ("event", notification.event.rawValue), ("status", notification.status.rawValue),
      ("region", notification.region), ("version", notification.revision?.label),
      ("rollback", notification.isRollback ? "true" : nil),
    ].compactMap { name, value in value.flatMap { tag("\(name):\($0)") } }
  }

  /// A tag as Datadog keeps it: it begins with a letter, is in lower case, has letters, digits and
  /// `_-:./` with an underscore for all else, no colon at its end, and 200 characters at the most
  /// (https://docs.datadoghq.com/getting_started/tagging). `nil` where nothing is left.
  static func tag(_ text: String) -> String? {
    var tag = ""
    for character in text.oneLine.lowercased() {
      let isKept = character.isLetter || character.isNumber || "_-:./".contains(character)
      if isKept {
        tag.append(character)
      } else if tag.last != "_" {
        tag.append("_")
      }
    }
    while tag.utf16.count > 200 { tag.removeLast() }
    while tag.last == "_" || tag.last == ":" { tag.removeLast() }
    return tag.first?.isLetter == true ? tag : nil
  }

  static let markup = Markup(
    escape: { text in
      let lines = text.cleaned.withoutMentions.split(
        separator: "\n", omittingEmptySubsequences: false)
      return lines.map(escapedLine).joined(separator: "\n")
    },
    strong: { "**\($0)**" },
    link: { label, url in
      let safe = url.substituting("(", with: "%28")
        .substituting(")", with: "%29")
      return "[\(label)](\(safe))"
    },
    block: { log in
      // Indented, it is code to its end, whatever is in it; a fence would have to be guarded. Only
      // the end of all Markdown has to be kept out.
      let lines = log.cleaned.withoutMentions.substituting("%%", with: "%\u{200B}%")
        .split(separator: "\n", omittingEmptySubsequences: false)
      return "\n\n" + lines.map { "    \($0)" }.joined(separator: "\n")
    },
    lineEnd: "  \n", ignoresLineEnds: false, dialect: .commonMark)

  /// Backslashes before all that means something to Markdown anywhere, and before what does at a
  /// line's beginning. `%` is among it, since three of them end the Markdown. Scalar by scalar: with
  /// an accent after it, `*` is another character to Swift, not to Markdown.
  private static func escapedLine(_ line: Substring) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in line.unicodeScalars {
      if #"\`*_[]<>~|%&#"#.unicodeScalars.contains(scalar) { escaped.append("\\") }
      escaped.append(scalar)
    }
    // Bare addresses would become links.
    return String(escaped).substituting("://", with: #":\/\/"#)
      .replacing(/(?i)(www)\./) { "\($0.1)\\." }
      .replacing(/^(\s*)([-+=])/) { "\($0.1)\\\($0.2)" }
      .replacing(/^(\s*\d+)([.)])/) { "\($0.1)\\\($0.2)" }
  }
}

extension String {
  /// A headline says what it is about at its beginning and how it ended at its end: the middle goes.
  fileprivate func shortened(to limit: Int) -> String {
    guard utf16.count > limit else { return self }
    let tail = cutFront(to: limit * 6 / 10, .utf16)
    let head = cut(to: limit - tail.utf16.count + 1, .utf16)
    return head.dropLast() + tail
  }
}
