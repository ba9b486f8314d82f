import ChannelKit
import ChannelTesting
import CodeDeployNotifications
import Foundation

@testable import NotificationChannels

/// The parts of `docs/channels.md` that are generated from the channels.
struct ChannelDocument {
  var catalog: ChannelCatalog

  /// Each part, by the name in its markers.
  var parts: [(name: String, text: String)] {
    [
      ("contents", contents(leadingTo: "")),
      ("channels", catalog.types.map(section).joined(separator: "\n")),
    ]
  }

  /// A table of the types, each with a link to its section.
  func contents(leadingTo page: String) -> String {
    var lines = ["| type | what it does |", "|---|---|"]
    lines += catalog.types.map { "| [`\($0.type)`](\(page)#\($0.type)) | \($0.summary.cell) |" }
    return lines.joined(separator: "\n") + "\n"
  }

  private func section(_ type: any Channel.Type) -> String {
    guard let guide = ChannelCatalog.guide(of: type) else { return "" }
    var blocks = ["## \(type.type)", "\(type.summary) \(Self.events(of: type))"]
    if let picture = guide.picture {
      blocks.append("![What arrives through \(type.type)](images/\(picture))")
    }
    blocks.append("**What arrives.** \(guide.arrival)")
    blocks.append("**Beforehand.** \(guide.preparation)")
    blocks.append("```sh\ncdnotify register checkout --channel \(guide.example.shellWord)\n```")
    if let document = example(of: type) {
      blocks.append("The same in a document's `notifications`:")
      blocks.append("```json\n\(document.json(width: 100))\n```")
    }
    blocks.append(Self.settings(of: type))
    if let escaping = Self.escaping(of: type) { blocks.append(escaping) }
    if !guide.limits.isEmpty {
      blocks.append((["**Limits.**", ""] + guide.limits.map { "- \($0)" }).joined(separator: "\n"))
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private static func events(of type: any Channel.Type) -> String {
    let events = DeploymentEvent.allCases.filter(type.defaultEvents.contains)
      .map { "`\($0.rawValue)`" }
    return "It gets \(events.list) unless `on` says otherwise."
  }

  private func example(of type: any Channel.Type) -> DocumentValue? {
    guard let guide = ChannelCatalog.guide(of: type),
      let channel = try? ChannelSpec.parse(guide.example, catalog: catalog)
    else { return nil }
    let registration = Registration(
      application: "checkout", scope: AWSScope(region: ""), channels: [channel])
    guard
      case .object(let members) = RegistrationWriter(
        catalog: catalog, revealingSecrets: true
      ).document(registration),
      case .list(let channels) = members.last?.value
    else { return nil }
    return channels.first
  }

  private static func settings(of type: any Channel.Type) -> String {
    var lines = ["| setting | value | default | |", "|---|---|---|---|"]
    lines += type.settings.map { setting in
      let name = setting.name.hasSuffix(".") ? setting.name + "NAME" : setting.name
      let standard =
        setting.isRequired ? "**required**" : setting.defaultValue.map { "`\($0)`" } ?? ""
      let notes = [
        setting.isSecret ? "*secret*" : nil, setting.isList ? "can be given several times" : nil,
        setting.takesReferences ? nil : "takes no references",
      ].compactMap { $0 }
      let what = ([setting.summary] + notes).joined(separator: "; ")
      return "| `\(name)` | \(setting.kind.inWords) | \(standard.cell) | \(what.cell) |"
    }
    return lines.joined(separator: "\n")
  }

  /// How the channel's markup escapes a value in a template.
  private static func escaping(of type: any Channel.Type) -> String? {
    let value = "<b> & *c* [d]"
    let escaped = type.escape(value)
    guard escaped != value else { return nil }
    return "**Templates.** A value such as `\(value)` is filled in as `\(escaped)`."
  }
}

extension ChannelSetting.Kind {
  fileprivate var inWords: String {
    switch self {
    case .text: "text"
    case .template: "template, also of several lines"
    case .url: "http or https URL"
    case .host: "host name or address"
    case .program: "absolute path, or name of a program"
    case .integer(let range):
      "whole number from \(range.lowerBound)"
        + (range.upperBound == .max ? "" : " to \(range.upperBound)")
    case .boolean: "`true` or `false`"
    case .duration: "duration"
    case .choice(let choices): choices.map { "`\($0)`" }.joined(separator: ", ")
    }
  }
}

extension DocumentValue {
  /// JSON on one line if it fits, else on several.
  fileprivate func json(width: Int, indent: String = "") -> String {
    let inner = indent + "  "
    let parts: [(head: String, value: DocumentValue)]
    let (open, close, blank): (String, String, String)
    switch self {
    case .null: return "null"
    case .boolean(let flag): return flag ? "true" : "false"
    case .number(let number): return number
    case .text(let text): return Self.quoted(text)
    case .list(let values):
      parts = values.map { ("", $0) }
      (open, close, blank) = ("[", "]", "")
    case .object(let members):
      parts = members.map { ("\(Self.quoted($0.key)): ", $0.value) }
      (open, close, blank) = ("{", "}", " ")
    }
    let line = parts.map { $0.head + $0.value.json(width: .max) }.joined(separator: ", ")
    if indent.count + line.count + 4 <= width { return "\(open)\(blank)\(line)\(blank)\(close)" }
    let lines = parts.map { inner + $0.head + $0.value.json(width: width, indent: inner) }
    return "\(open)\n\(lines.joined(separator: ",\n"))\n\(indent)\(close)"
  }

  private static func quoted(_ text: String) -> String {
    "\"\(EchoedSecret.json(text).replacingOccurrences(of: "\\/", with: "/"))\""
  }
}

extension String {
  /// The text in a cell of a Markdown table.
  fileprivate var cell: String { replacingOccurrences(of: "|", with: "\\|") }

  /// The text as a word of a shell's command line.
  fileprivate var shellWord: String {
    if wholeMatch(of: /[A-Za-z0-9_@%+=:,.\/-]+/) != nil { return self }
    return "'" + replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}

extension [String] {
  /// `a, b and c`.
  fileprivate var list: String {
    guard count > 1, let last else { return first ?? "" }
    return dropLast().joined(separator: ", ") + " and " + last
  }
}
