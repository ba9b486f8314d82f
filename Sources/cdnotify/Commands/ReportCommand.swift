import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import HostFiles

/// `cdnotify report`: a page about what was released, and how it ended.
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes an HTML page about who released what, when, where and with what outcome.",
    usage: "cdnotify report --html FILE [OPTION...]",
    discussion: """
      The page is one HTML file without scripts or other assets: a timeline of each deployment \
      group, failures with their causes, what is in flight, and for each application and team (the \
      label "team") how often deployments succeed, how often they fail, and how long it takes \
      until they succeed again. It covers the registered applications in the store; all times are \
      UTC. Only its owner can read a new file, because it contains parts of logs.

        cdnotify report --html releases.html --since 30d
      """)

  @Option(help: ArgumentHelp("Where to write the page; - for standard output.", valueName: "file"))
  var html: String

  @Option(
    help: "Only deployments created since then, and what is in flight: a time, or a duration.",
    transform: MomentArgument.read)
  var since = MomentArgument.ago(.seconds(90 * 86_400))

  @OptionGroup var global: GlobalOptions

  mutating func validate() throws {
    guard !html.isEmpty else { throw ValidationError("--html needs a file's name, or -") }
  }

  func run() async throws {
    try await Context.with(global) { context in
      let unreadable = UnreadableRows()
      let store = try context.storeLocation().open().noting(in: unreadable)
      let now = Date()
      // If the page itself goes to the terminal, there is no room for a progress line.
      let isQuiet = global.quiet || html == "-" && Console.isTerminal
      let report = try await Progress.show("Reading", quiet: isQuiet) { tally in
        try await DeploymentReport(of: store, since: since.date(now: now), now: now) {
          tally.add("record")
        }
      }
      try write(report.page())
      try unreadable.check()
    }
  }

  private func write(_ page: ReportPage) throws {
    guard html != "-" else {
      Console.output(page.html())
      return
    }
    do {
      try OutputFile.write(Array(page.html().utf8), to: html, mode: Self.mode(of: html))
    } catch {
      throw Failure(
        .storeUnusable, "--html \(html.printable) can't be written: \(OutputFile.reason(error))")
    }
    if !global.quiet, Console.isTerminal {
      Console.output("\(html.printable): \(page.count.counted("deployment"))")
    }
  }

  /// An existing file of this user keeps its mode. Any other page is for its owner only, because it
  /// contains logs.
  private static func mode(of path: String) -> mode_t {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == geteuid()
    else { return 0o600 }
    return status.st_mode & 0o777
  }
}
