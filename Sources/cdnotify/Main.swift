import ArgumentParser
import CHost
import CSQLite
import Foundation
import HostFiles

/// The program: reads the command line and runs the subcommand. Except the watchdog, only this ends
/// the process.
@main
struct Main {
  static func main() async {
    ProcessHardening.apply()
    chost_share_heap()
    csqlite_count_no_memory()
    // If a reader closes our output or a connection, that is handled as an error.
    signal(SIGPIPE, SIG_IGN)
    // The parent process may have left SIGCHLD ignored, and then the exit statuses of commands get
    // lost.
    signal(SIGCHLD, SIG_DFL)
    OpenFiles.allow(attempts: 1)
    let arguments = Array(CommandLine.arguments.dropFirst())
    Console.use(LogFormat.early(arguments, ProcessInfo.processInfo.environment))
    var status = await run(arguments)
    if let reason = Console.outputError {
      Console.error("standard output can't be written: \(reason)")
      status = ExitStatus.worst(of: [status, .storeUnusable])
    }
    exit(status.rawValue)
  }

  private static func run(_ arguments: [String]) async -> ExitStatus {
    guard !arguments.isEmpty else {
      Console.log(LogLine(CDNotify.helpMessage()).unnamed)
      return .usage
    }
    if arguments == ["--version"] {
      Console.output(Version.current)
      return .done
    }
    if Set(arguments) == ["--version", "--verbose"] {
      for line in BuildDetails.lines { Console.output(line) }
      return .done
    }
    do {
      guard OpenFiles.limit >= OpenFiles.least else {
        throw Failure(
          .storeUnusable,
          "only \(OpenFiles.limit) files may be open at once here, and at least "
            + "\(OpenFiles.least) are needed: raise the limit, as with \"ulimit -n 1024\"")
      }
      let arguments = try CommandLineArguments.globalOptionsLast(arguments)
      try CommandLineArguments.checkSubcommand(arguments)
      try LogFormat.check(ProcessInfo.processInfo.environment)
      var command = try poll(arguments) ?? CDNotify.parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      return .done
    } catch let status as ExitStatus {
      return status
    } catch {
      return Failure.report(error, arguments)
    }
  }
}

extension Main {
  /// Parses `poll`, which runs every few seconds, without the cost of all other subcommands. `nil`
  /// for other or invalid command lines, for which the root has better messages.
  private static func poll(_ arguments: [String]) -> (any ParsableCommand)? {
    guard arguments.first == PollCommand.configuration.commandName else { return nil }
    return try? PollCommand.parse(Array(arguments.dropFirst()))
  }
}

/// The root of the command line.
struct CDNotify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cdnotify",
    abstract: "Announces AWS CodeDeploy deployments when they end.",
    discussion: """
      Register applications with the channels they are announced on, then run "cdnotify poll" \
      from cron or a systemd timer: each run reads CodeDeploy once, announces what is new, \
      records it and exits.
      """,
    version: Version.current,
    subcommands: [
      RegisterCommand.self, UnregisterCommand.self, ListCommand.self, PollCommand.self,
      TestChannelCommand.self, HistoryCommand.self, ReportCommand.self, RetryCommand.self,
      MuteCommand.self,
      UnmuteCommand.self, WaitCommand.self, StatusCommand.self, CheckCommand.self,
      ChannelsCommand.self, SchemaCommand.self, ExportCommand.self, ImportCommand.self,
    ])
}
