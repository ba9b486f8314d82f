import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Foundation

/// `cdnotify status`: the state of everything, read from the store only.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows when CodeDeploy was last read, what is pending and what failed.",
    usage: "cdnotify status [OPTION...]",
    discussion: """
      From the store alone: AWS isn't asked. Ends with 0, or with 1 past a limit that is given, so \
      that a monitor can run it:

        cdnotify status --quiet --max-silence 10m --max-failed 0
      """)

  @Option(
    help: """
      End with 1 if an account and region was last read completely longer ago than this, or never.
      """, transform: DurationArgument.read)
  var maxSilence: DurationArgument?

  @Option(
    help: "End with 1 if more notifications than this have failed.",
    transform: IntegerArgument.reader(0...1_000_000_000, example: 0))
  var maxFailed: Int?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let (status, text) = try await Context.with(global) { context in
      let location = try context.storeLocation()
      let status = try await StatusReport(
        of: try location.openOrEmpty(), holder: location.holder(), now: Date())
      return (status, StatusText(status, of: location))
    }
    if json { try Console.output(json: status) } else { print(text) }
    let passed = text.limitsPassed(silence: maxSilence?.duration, failed: maxFailed)
    for limit in passed { Console.error(limit.printable) }
    if !passed.isEmpty { throw ExitStatus.failed }
    if let failure = status.storeFailure { throw failure }
  }

  private func print(_ text: StatusText) {
    guard !global.quiet else { return }
    for line in text.lines { Console.output(line.printable) }
  }
}
