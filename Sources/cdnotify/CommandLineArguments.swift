/// Puts the global options where the subcommand's parser finds them: `cdnotify --store X poll`
/// means `cdnotify poll --store X`.
enum CommandLineArguments {
  private static let withValue: Set<String> = ["--store"]
  private static let flags: Set<String> = ["--verbose", "--quiet"]

  static func globalOptionsLast(_ arguments: [String]) -> [String] {
    var rest = arguments[...]
    var globals: [String] = []
    while let argument = rest.first {
      let name = argument.split(separator: "=", maxSplits: 1).first.map(String.init) ?? argument
      if flags.contains(argument) || withValue.contains(name) && argument.contains("=") {
        globals.append(rest.removeFirst())
      } else if withValue.contains(argument), rest.count > 1 {
        globals += rest.prefix(2)
        rest.removeFirst(2)
      } else {
        break
      }
    }
    guard let subcommand = rest.first, !subcommand.hasPrefix("-") else { return arguments }
    return [subcommand] + globals + rest.dropFirst()
  }
}
