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
    let (status, failure) = try await Context.with(global) { context in
      let location = try context.storeLocation()
      let store = try location.openOrEmpty()
      let now = Date()
      let opening = try await store.opening(.all, now: now)
      let records = try await store.registrations()
      let status = StatusDocument(
        opening, outbox: try await store.outbox(countingFailed: true),
        mutes: try await store.mutes().filter { $0.isActive(at: now) },
        polling: location.holder().map { ($0.pid, $0.since) },
        ambiguous: RegistrationSelection.ambiguous(records),
        registrations: records.map(\.registration), now: now)
      return (status, UnreadableRow.failure(await store.unreadableRows()))
    }
    if json { try Console.output(json: status) } else { print(status) }
    let passed = status.limitsPassed(silence: maxSilence?.duration, failed: maxFailed)
    for limit in passed { Console.error(limit.printable) }
    if !passed.isEmpty { throw ExitStatus.failed }
    if let failure { throw failure }
  }

  private func print(_ status: StatusDocument) {
    guard !global.quiet else { return }
    for line in status.lines { Console.output(line.printable) }
  }
}
