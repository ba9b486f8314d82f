import ArgumentParser
import CodeDeployNotifications
import Foundation

/// `cdnotify retry`: puts failed notifications back in line.
struct RetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Puts failed notifications back in line; the next poll sends them.",
    discussion: """
      Those that were too old when they were first seen count as failed here. "cdnotify history" \
      shows the ids.
      """)

  @Argument(help: "The ids of notifications.")
  var ids: [String] = []

  @Flag(help: "All failed notifications.")
  var all = false

  @Option(
    name: .customLong("application"),
    help: "All failed notifications of this application. Can be given several times.")
  var applications: [String] = []

  @OptionGroup var global: GlobalOptions

  mutating func validate() throws {
    guard ids.isEmpty != (!all && applications.isEmpty) else {
      throw ValidationError("name notifications by their ids, or give --application or --all")
    }
  }

  func run() async throws {
    try await Context.with(global) { context in
      let store = try context.openStore()
      if !applications.isEmpty {
        let records = try await store.registrations()
        for application in applications {
          _ = try RegistrationSelection.all(application, in: records)
        }
      }
      let selection: RetrySelection =
        ids.isEmpty ? .all(applications: Set(applications)) : .ids(Set(ids))
      let inLine = try await store.retry(selection, now: Date())
      if !global.quiet, ids.isEmpty || !inLine.isEmpty {
        switch inLine.count {
        case 0: Console.output("No notification had failed.")
        case 1: Console.output("1 notification is back in line; the next poll sends it.")
        default:
          Console.output(
            "\(inLine.count) notifications are back in line; the next poll sends them.")
        }
      }
      let missing = Set(ids).subtracting(inLine).sorted()
      for id in missing {
        Console.error("cdnotify: no failed notification has the id \"\(id.printable)\"")
      }
      if !missing.isEmpty { throw ExitStatus.notFound }
    }
  }
}
