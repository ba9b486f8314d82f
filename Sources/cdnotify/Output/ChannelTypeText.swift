import CodeDeployNotifications
import Foundation
import NotificationChannels

/// The text of `channels TYPE`.
struct ChannelTypeText {
  private let type: any Channel.Type

  init(_ type: any Channel.Type) { self.type = type }

  var lines: [String] {
    let events = DeploymentEvent.allCases.filter(type.defaultEvents.contains).map(\.rawValue)
    var lines = ["\(type.type)  \(type.summary)", ""]
    if let guide = ChannelCatalog.guide(of: type) {
      lines += Self.plain(guide.preparation).lines(upTo: Self.width)
      lines += ["", "  cdnotify register APPLICATION --channel \(guide.example)", ""]
    }
    lines += [
      "Events unless on= says otherwise: \(events.joined(separator: ", "))", "", "Settings:",
    ]
    lines += Columns.aligned(
      type.settings.map { setting in
        [
          "  " + setting.name + (setting.name.hasSuffix(".") ? "NAME" : ""),
          setting.kind.words + (setting.isList ? ", several" : ""), facts(of: setting),
        ]
      })
    lines += ["", "Each type also takes name, on, group, title and body."]
    if type.settings.contains(where: \.isSecret) {
      lines.append(
        "Keep secrets out of the store: env:NAME, file:PATH, credential:NAME, ssm:NAME or "
          + "secretsmanager:ID.")
    }
    return lines
  }

  private static let width = 80

  /// A guide's text with its links as a terminal can show them.
  private static func plain(_ markdown: String) -> String {
    markdown.replacing(/\[([^\]]*)\]\(([^)]*)\)/) { link in
      let (text, target) = (String(link.1), String(link.2))
      guard target.hasPrefix("https://") else { return "\(text) (docs/\(target))" }
      return target == "https://\(text)" ? target : "\(text) (\(target))"
    }
  }

  private func facts(of setting: ChannelSetting) -> String {
    let marks = [
      setting.isRequired ? "required" : nil, setting.isSecret ? "secret" : nil,
      setting.defaultValue.map { "default \($0)" },
    ].compactMap { $0 }
    let mark = marks.isEmpty ? "" : " (\(marks.joined(separator: ", ")))"
    return setting.summary + mark
  }
}

/// The JSON of a type of channel.
struct ChannelTypeDocument: Encodable {
  /// The JSON of a setting.
  struct Setting: Encodable {
    var name: String
    var kind: String
    var values: [String]?
    var isList: Bool
    var isSecret: Bool
    var isRequired: Bool
    var takesReferences: Bool
    var defaultValue: String?
    var summary: String

    init(_ setting: ChannelSetting) {
      name = setting.name
      kind = setting.kind.name
      if case .choice(let choices) = setting.kind { values = choices }
      isList = setting.isList
      isSecret = setting.isSecret
      isRequired = setting.isRequired
      takesReferences = setting.takesReferences
      defaultValue = setting.defaultValue
      summary = setting.summary
    }

    enum CodingKeys: String, CodingKey {
      case name, kind, values, summary
      case isList = "list"
      case isSecret = "secret"
      case isRequired = "required"
      case takesReferences = "references"
      case defaultValue = "default"
    }
  }

  var type: String
  var summary: String
  var example: String
  var defaultEvents: [DeploymentEvent]
  var settings: [Setting]

  init(_ type: any Channel.Type) {
    self.type = type.type
    summary = type.summary
    example = ChannelCatalog.guide(of: type)?.example ?? type.type
    defaultEvents = DeploymentEvent.allCases.filter(type.defaultEvents.contains)
    settings = type.settings.map(Setting.init)
  }

  enum CodingKeys: String, CodingKey {
    case type, summary, example, settings
    case defaultEvents = "default_events"
  }
}

extension ChannelSetting.Kind {
  /// One word, for programs.
  var name: String {
    switch self {
    case .text: "text"
    case .template: "template"
    case .url: "url"
    case .program: "program"
    case .host: "host"
    case .integer: "integer"
    case .boolean: "boolean"
    case .duration: "duration"
    case .choice: "choice"
    }
  }

  /// For a person.
  var words: String {
    switch self {
    case .integer(let range) where range.upperBound == .max: "\(range.lowerBound) or more"
    case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
    case .boolean: "true or false"
    case .duration: "a duration, such as 30s"
    case .choice(let choices): choices.joined(separator: "|")
    default: name
    }
  }
}

extension String {
  /// The text in lines of at most that many characters. A longer word gets a line of its own.
  fileprivate func lines(upTo width: Int) -> [String] {
    var lines: [String] = []
    for word in split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
