import CodeDeployNotifications
import Foundation

/// The format of lines on standard error: text for people, or JSON objects for log collectors.
enum LogFormat: String, CaseIterable, Sendable {
  case text, json

  static let variable = "CDNOTIFY_LOG_FORMAT"

  /// Throws `Failure` where the environment names a format that there isn't.
  static func check(_ environment: [String: String]) throws {
    guard let name = environment[variable], !name.isEmpty, LogFormat(rawValue: name) == nil else {
      return
    }
    let known = allCases.map(\.rawValue)
    throw Failure(
      .usage,
      "\(variable): unknown value \"\(name.printable)\"; "
        + NearestName.hint(name, among: known))
  }

  /// The format in the command line or the environment, before either is parsed, so that problems
  /// of theirs are already printed in it. Any other value means text.
  static func early(_ arguments: [String], _ environment: [String: String]) -> LogFormat {
    var named = environment[variable]
    for (index, argument) in arguments.enumerated() {
      if argument == "--log-format" {
        named = arguments.dropFirst(index + 1).first
      } else if argument.hasPrefix("--log-format=") {
        named = String(argument.dropFirst("--log-format=".count))
      }
    }
    return named.flatMap(LogFormat.init) ?? .text
  }
}

/// One line of standard error.
struct LogLine: Sendable {
  enum Level: String, Sendable {
    case debug, info, warning, error
  }

  var level: Level
  /// A sentence, without the program's name.
  var message: String
  /// The names of what it is about, such as an application or a channel.
  var about: [(key: String, value: String)]

  init(_ message: String, level: Level = .error, about: [(String, String)] = []) {
    self.level = level
    self.message = message
    self.about = about.map { (key: $0.0, value: $0.1) }
  }

  private static let name = "cdnotify: "
  private static let warning = "warning: "

  /// Whether the text for a person begins with the program's name.
  private var isNamed = true
  /// Whether the text for a person says that it is a warning.
  private var isMarked = true

  /// The line without its level, where the sentence says enough.
  var unmarked: LogLine {
    var line = self
    line.isMarked = false
    return line
  }

  /// The line without the program's name, for lines below another one and for the program's usage.
  var unnamed: LogLine {
    var line = self
    line.isNamed = false
    return line
  }

  func written(as format: LogFormat, at time: Date) -> String {
    switch format {
    case .text:
      return (isNamed ? Self.name : "") + (level == .warning && isMarked ? Self.warning : "")
        + message
    case .json:
      let members =
        [("time", time.iso8601), ("level", level.rawValue), ("message", message)]
        + about.map { ($0.key, $0.value) }
      return "{"
        + members.map { "\(DocumentValue.quoted($0.0)): \(DocumentValue.quoted($0.1))" }
        .joined(separator: ", ") + "}"
    }
  }
}
