import ChannelKit
import CodeDeployNotifications
import Foundation

/// An event of Datadog's Events API.
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
  /// In seconds. Datadog accepts 18 hours; ten minutes are left for different clocks and slow
  /// requests.
  private static let oldest: TimeInterval = 18 * 3_600 - 600
  /// These make Datadog read a text as Markdown, according to the API's documentation.
  private static let (opening, closing) = ("%%% \n", "\n %%%")

  init(_ message: ChannelMessage, tags own: [String], now: Date) {
    let notification = message.notification
    let happened = notification.occurred(now: now)
    let isLate = now.timeIntervalSince(happened) > Self.oldest
    dateHappened = isLate ? nil : Int(min(happened, now).timeIntervalSince1970)
    let full = Self.plain(message.title)
    // The title is mandatory, and a template may have an empty result.
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

  /// A template's values were escaped for the text, but the title is plain text: the escapes are
  /// undone, except those of mentions.
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

  /// A tag in the form in which Datadog stores it. It begins with a letter, is in lower case, has
  /// letters, digits, `_-:./` and an underscore for anything else, has no colon at its end, and at
  /// most 200 characters (https://docs.datadoghq.com/getting_started/tagging). `nil` where nothing
  /// is left.
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
      // An indented block is code to its end, whatever it contains; a fence could be closed by the
      // log. Only the mark that ends all Markdown has to be removed.
      let lines = log.cleaned.withoutMentions.substituting("%%", with: "%\u{200B}%")
        .split(separator: "\n", omittingEmptySubsequences: false)
      return "\n\n" + lines.map { "    \($0)" }.joined(separator: "\n")
    },
    lineEnd: "  \n", ignoresLineEnds: false, dialect: .commonMark)

  /// Puts backslashes before everything that is Markdown anywhere, and before what is Markdown at a
  /// line's beginning. That includes `%`, since three of them end the Markdown. It works on
  /// scalars: to Swift, `*` with a combining accent is a different character, but not to Markdown.
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
  /// Shortens a headline in its middle: the beginning names the application, and the end the
  /// outcome.
  fileprivate func shortened(to limit: Int) -> String {
    guard utf16.count > limit else { return self }
    let tail = cutFront(to: limit * 6 / 10, .utf16)
    let head = cut(to: limit - tail.utf16.count + 1, .utf16)
    return head.dropLast() + tail
  }
}
