import CodeDeployNotifications

/// Moves global options to where the subcommand's parser finds them: `cdnotify --store X poll`
/// becomes `cdnotify poll --store X`.
enum CommandLineArguments {
  private static let withValue: Set<String> = ["--store", "--log-format"]
  private static let flags: Set<String> = ["--verbose", "--quiet", "--json", "--trust-store-owner"]

  static func globalOptionsLast(_ arguments: [String]) throws -> [String] {
    var rest = arguments[...]
    var globals: [String] = []
    while let argument = rest.first {
      let name = argument.split(separator: "=", maxSplits: 1).first.map(String.init) ?? argument
      if flags.contains(argument) || withValue.contains(name) && argument.contains("=") {
        globals.append(rest.removeFirst())
      } else if withValue.contains(argument) {
        guard rest.count > 1 else { throw Failure(.usage, "\(argument) needs a value") }
        globals += rest.prefix(2)
        rest.removeFirst(2)
      } else {
        break
      }
    }
    guard let subcommand = rest.first, !subcommand.hasPrefix("-") else { return arguments }
    return [subcommand] + globals + rest.dropFirst()
  }

  /// Checks the subcommand's name. The parser would only complain about an unexpected argument,
  /// without saying what would be right.
  static func checkSubcommand(_ arguments: [String]) throws {
    let known = CDNotify.configuration.subcommands.compactMap { $0.configuration.commandName }
    // `help nosuch` would print the general help.
    let named = arguments.first == "help" ? arguments.dropFirst().first : arguments.first
    guard let first = named, !first.hasPrefix("-"), first != "help", !known.contains(first) else {
      return
    }
    let name = first.printable
    throw Failure(
      .usage, "unknown command \"\(name)\"; \(NearestName.hint(name, among: known))")
  }
}
