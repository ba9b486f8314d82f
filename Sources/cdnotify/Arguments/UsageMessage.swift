import CodeDeployNotifications

/// Rewrites the parser's messages in this program's words: what was given, and what would be right.
/// A pure decision.
enum UsageMessage {
  /// Rewrites the parser's message about `arguments`.
  static func improved(_ message: String, _ arguments: [String]) -> String {
    if let value = invalidValue(message) { return value }
    if let unexpected = unexpected(message, arguments) { return unexpected }
    if message.hasPrefix("Unknown option '"), let name = quoted(in: message).first {
      // The parser's suggestion can be far off.
      let nearest =
        quoted(in: message).dropFirst().first {
          NearestName.of(bare(name), among: [bare($0)]) != nil
        }.map { "; did you mean \($0)?" } ?? ""
      return "unknown option \(name.printable)\(nearest)"
    }
    if message.hasPrefix("Missing value for '"), let option = quoted(in: message).first {
      return "\(option.prefix { $0 != " " }) needs a value"
    }
    if message.hasPrefix("Missing expected argument '"), let name = quoted(in: message).first {
      return missing(name)
    }
    return message.lowercasingFirst
  }

  /// `--for <for>`, `<application>`, or `<deployments> ...` where several may be given. An argument
  /// gets the name that it has in the usage.
  private static func missing(_ name: String) -> String {
    guard name.first == "<" else { return "\(name.prefix { $0 != " " }) is missing" }
    let argument = name.dropFirst().prefix { $0 != ">" }.uppercased()
    guard name.hasSuffix("...") else { return "\(argument) is missing" }
    let one = argument.hasSuffix("S") ? String(argument.dropLast()) : argument
    return "\(one) is missing: name at least one"
  }

  /// `The value 'x' is invalid for '--since <since>': …`
  private static func invalidValue(_ message: String) -> String? {
    let (before, between) = ("The value '", "' is invalid for '")
    guard message.hasPrefix(before), let start = message.range(of: between) else { return nil }
    let value = message[..<start.lowerBound].dropFirst(before.count)
    let rest = message[start.upperBound...]
    guard let end = rest.firstIndex(of: "'") else { return nil }
    let option = rest[..<end].prefix { $0 != " " }
    let reason = rest[end...].dropFirst()
    if reason.hasPrefix(": ") { return "\(option): \(reason.dropFirst(2))" }
    let known =
      reason.contains("\n")
      ? reason.split(separator: "\n").dropFirst().map { String($0.drop { " -".contains($0) }) }
      : quoted(in: String(reason))
    let shown = String(value).printable
    return "\(option): unknown value \"\(shown)\"; \(NearestName.hint(shown, among: known))"
  }

  /// `Unexpected argument 'x'`
  private static func unexpected(_ message: String, _ arguments: [String]) -> String? {
    guard message.hasPrefix("Unexpected argument '") || message.contains(" unexpected arguments: '")
    else { return nil }
    // The parser quotes what may be a secret; it is compared with the command line to find out.
    guard
      let argument = arguments.dropFirst().first(where: {
        message.contains("'\($0)'") && !$0.isEmpty
      })
    else { return nil }
    if let equals = argument.firstIndex(of: "="), !argument.hasPrefix("-") {
      let key = String(argument[..<equals]).printable
      return "unexpected argument \(key)=…; a channel's settings follow its type, after commas "
        + "without spaces, as in --channel webhook,\(key)=…; quote a value that has spaces"
    }
    let shown = argument.contains("://") ? "…" : argument.printable
    let command = arguments.first ?? ""
    switch command {
    case "poll":
      let isDeployment = argument.wholeMatch(of: /d-[A-Z0-9]{6,12}/) != nil
      let option = isDeployment ? "--deployment" : "--application"
      return "unexpected argument \(shown); did you mean \(option) \(shown)?"
    case "history", "list", "register", "unregister", "mute", "unmute":
      return "unexpected argument \(shown); \(command) takes one application at a time"
    case "test-channel":
      return "unexpected argument \(shown); \(command) takes one application and one channel"
    case "channels":
      return "unexpected argument \(shown); \(command) takes one type at a time"
    case "import": return "unexpected argument \(shown); \(command) takes one file"
    default: return "unexpected argument \(shown); \(command) takes only options"
    }
  }

  /// An option's name without its dashes.
  private static func bare(_ option: String) -> String {
    String(option.trimmingPrefix { $0 == "-" })
  }

  /// The texts in single quotes.
  private static func quoted(in text: String) -> [String] {
    text.split(separator: "'", omittingEmptySubsequences: false).enumerated()
      .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
  }
}

/// A problem of an option's value: what is wrong, and what would be right.
struct ArgumentProblem: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}
