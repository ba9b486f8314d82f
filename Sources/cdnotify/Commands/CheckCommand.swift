import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Foundation

/// `cdnotify check`: whether everything that a poll needs is in order, one line each.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Checks the store, the credentials, their permissions and every channel's settings.",
    usage: "cdnotify check [OPTION...]",
    discussion: """
      Prints a line for each check, with what to do if it failed. Nothing is sent: only "cdnotify \
      test-channel" shows whether a provider accepts a message. A SQLite store that doesn't exist \
      is created. Ends with 1 if a check failed.
      """)

  @Flag(
    help: "Create the DynamoDB table of --store if it is missing, and turn on its time to live.")
  var createTable = false

  @Flag(help: "Print the lines as JSON.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let lines = try await Context.with(global) { context in
      let location = try context.storeLocation()
      if createTable, let path = location.choice.path {
        throw Failure(
          .usage,
          "--create-table is for a DynamoDB table, as in --store dynamodb:cdnotify; the store is "
            + "the file \(path)")
      }
      let before = try StoreChecks(location)
      let checks = context.checks(location)
      return await Progress.show("Checking", quiet: global.quiet || json) { [createTable] _ in
        let first = await before.results(creatingTable: createTable)
        let isUsable = !first.contains { $0.outcome == .failed }
        let rest = await checks.results(opening: isUsable ? { try location.openMaking() } : nil)
        return (first + rest).map(CheckLine.init)
      }
    }
    if json { try Console.output(json: lines) }
    for line in lines where !json {
      guard line.isFailure || !global.quiet else { continue }
      Console.output(line.text.printable)
    }
    if lines.contains(where: \.isFailure) { throw ExitStatus.failed }
  }
}
