import TestSupport

/// The parts of `man/cdnotify.1` that are generated from the program's help.
struct ManualCommands {
  /// The output of `--experimental-dump-help` for the root.
  var root: JSON
  /// The lines of each command's usage.
  var usage: [String: [String]]

  static func names(of root: JSON) -> [String] {
    root["subcommands"].array.compactMap { $0["commandName"].string }.filter { $0 != "help" }
  }

  private var commands: [JSON] {
    root["subcommands"].array.filter { $0["commandName"].string != "help" }
  }

  /// The options that every command has.
  private var shared: [JSON] {
    guard let first = commands.first else { return [] }
    return first["arguments"].array.filter { argument in
      commands.allSatisfy { $0["arguments"].array.contains(argument) }
    }
  }

  var synopsis: String {
    let usages = commands.compactMap { $0["commandName"].string }.flatMap { usage[$0] ?? [] }
    return (usages.flatMap(Self.synopsis) + [""]).joined(separator: "\n")
  }

  var commandList: String {
    var lines = [".Bl -tag -width Ds"]
    for command in commands {
      lines.append(".It Cm \(command["commandName"].string ?? "")")
      lines += ManualText.lines(command["abstract"].string ?? "")
      lines += Self.discussion(command["discussion"].string ?? "")
      lines += Self.list(command["arguments"].array.filter { !shared.contains($0) })
    }
    return (lines + [".El", ""]).joined(separator: "\n")
  }

  var sharedOptions: String { (Self.list(shared) + [""]).joined(separator: "\n") }

  /// `cdnotify list [APPLICATION] [OPTION...]` as requests.
  static func synopsis(_ usage: String) -> [String] {
    var lines = [".Nm"]
    var words = usage.split(separator: " ").dropFirst().map(String.init)[...]
    if let command = words.popFirst() { lines.append(".Cm \(command)") }
    while let word = words.popFirst() {
      guard word.hasPrefix("[") else {
        if word == "|" {
          lines.append("|")
        } else if word.hasPrefix("--"), let next = words.first, !"-[|".contains(next.prefix(1)) {
          lines.append(".\(token(word)) \(token(words.removeFirst()))")
        } else {
          lines.append(".\(token(word))")
        }
        continue
      }
      var group = [String(word.dropFirst())]
      while let last = group.last, !last.contains("]"), let next = words.popFirst() {
        group.append(next)
      }
      let isRepeated = group.last?.hasSuffix("]...") == true
      let last = group.removeLast().split(separator: "]", maxSplits: 1)[0]
      group.append(String(last))
      lines.append(".Op " + group.map(token).joined(separator: " ") + (isRepeated ? " ..." : ""))
    }
    return lines
  }

  private static func token(_ word: String) -> String {
    if word.hasPrefix("--") { return "Fl -\(word.dropFirst(2))" }
    let name = word.lowercased()
    guard name.hasSuffix("..."), !name.contains("[") else { return "Ar \(name)" }
    return "Ar \(name.dropLast(3)) ..."
  }

  /// Paragraphs, and examples that are indented.
  private static func discussion(_ text: String) -> [String] {
    text.split(separator: "\n\n").flatMap { block -> [String] in
      let lines = block.split(separator: "\n")
      guard lines.allSatisfy({ $0.hasPrefix("  ") }) else {
        return [".Pp"] + ManualText.lines(String(block))
      }
      return ManualText.literal(lines.map { String($0.drop { $0 == " " }) })
    }
  }

  private static func list(_ arguments: [JSON]) -> [String] {
    let shown = arguments.filter { $0["shouldDisplay"].bool != false }
    guard !shown.isEmpty else { return [] }
    return [".Bl -tag -width Ds"] + shown.flatMap(item) + [".El"]
  }

  private static func item(_ argument: JSON) -> [String] {
    let value = "Ar \(argument["valueName"].string ?? "")"
    let names = argument["names"].array.map { name in
      "Fl \(name["kind"].string == "long" ? "-" : "")\(name["name"].string ?? "")"
    }
    var head =
      argument["kind"].string == "positional" ? value : names.joined(separator: " , ")
    if argument["kind"].string == "option" { head += " \(value)" }
    if argument["kind"].string == "positional", argument["isRepeating"].bool == true {
      head += " ..."
    }
    var text = [argument["abstract"].string, argument["discussion"].string]
      .compactMap { $0 }.joined(separator: " ")
    let values = argument["allValues"].array.compactMap(\.string)
    if !values.isEmpty { text += " One of \(values.joined(separator: ", "))." }
    if let standard = argument["defaultValue"].string { text += " Default: \(standard)." }
    return [".It \(head)"] + ManualText.lines(text)
  }
}
