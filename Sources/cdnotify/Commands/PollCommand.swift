import ArgumentParser
import CodeDeployNotifications
import Foundation
import NotificationStores

/// `cdnotify poll`: one cycle.
struct PollCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "poll",
    abstract: "Reads CodeDeploy once, announces what is new, and exits.",
    discussion: """
      To a pipe or from cron it prints nothing when all is well. It ends with 0 when there is \
      nothing left to do, 75 when something waits for the next cycle, and 1 when a notification \
      failed for good.
      """)

  @Option(
    name: .customLong("application"),
    help: "Only this registered application. Can be given several times.")
  var applications: [String] = []

  @Option(
    name: .customLong("deployment"),
    help: "Only this deployment, whenever it ended. Can be given several times.")
  var deployments: [String] = []

  @Option(help: "Look back that far for deployments, as in 6h.")
  var window: DurationArgument?

  @Flag(help: "Read CodeDeploy, send and write nothing, and print what would go where and why.")
  var dryRun = false

  @Option(help: "How long the cycle may take.")
  var deadline = DurationArgument(.seconds(50))

  @Option(help: "Don't announce what is older than this when it is first seen.")
  var maxAge = DurationArgument(.seconds(7 * 86_400))

  @Option(help: "Give up on a notification this long after its first attempt.")
  var retryFor = DurationArgument(.seconds(86_400))

  @Option(help: "Remember what was announced for this long.")
  var keep = DurationArgument(.seconds(90 * 86_400))

  @Option(help: "Deliveries under way at once.")
  var concurrency = 32

  @Flag(help: "Print what was done as JSON.")
  var json = false

  @OptionGroup var global: GlobalOptions

  mutating func validate() throws {
    guard (1...1000).contains(concurrency) else {
      throw ValidationError("--concurrency must be a whole number from 1 to 1000")
    }
    guard deadline.duration >= .seconds(1), deadline.duration <= .seconds(12 * 3600) else {
      throw ValidationError("--deadline must be from 1s to 12h")
    }
    for id in deployments where id.isEmpty || id.printable != id {
      throw ValidationError(
        "--deployment: \"\(id.printable)\" is not a deployment's id; one looks like d-ABCDEF123")
    }
  }

  func run() async throws {
    var options = PollOptions()
    options.applications = Set(applications)
    options.deployments = Set(deployments)
    options.window = window?.duration
    options.isDryRun = dryRun
    options.deadline = deadline.duration
    options.maximumAge = maxAge.duration
    options.retryFor = retryFor.duration
    options.keep = keep.duration
    options.concurrency = concurrency

    let status = try await Context.with(global) { [options] in try await poll($0, options) }
    if status != .done { throw status }
  }
  private func poll(_ context: Context, _ options: PollOptions) async throws -> ExitStatus {
    let location = try context.storeLocation()
    let store =
      try options.isDryRun ? location.openWithoutMaking() : location.open(keep: options.retention)
    var hold: StoreLocation.Hold?
    // Who names something wants it done; the claims keep two cycles apart.
    if options.isWhole, !options.isDryRun {
      hold = try location.hold()
      guard hold != nil else { return try leave() }
    }
    defer { withExtendedLifetime(hold) {} }

    let opening = try await context.opening(store, options)
    for application in options.applications.sorted() {
      _ = try RegistrationSelection.all(application, in: opening.registrations)
    }
    let cycle = PollCycle(services: context.pollServices(store), options: options)
    let report = await Progress.show("Polling", quiet: global.quiet) {
      await StopSignals.stopping { await cycle.run(opening: opening) }
    }
    let output = PollOutput(
      report: report, isDryRun: options.isDryRun, named: options.deployments, global: global)
    if json { try output.printJSON() } else { output.printLines() }
    output.printTrouble()
    return output.status
  }

  /// Another cycle of this host is at work, so there is nothing to do.
  private func leave() throws -> ExitStatus {
    if json { try Console.output(json: PollReport(startedAt: Date())) }
    if !json, global.verbose || Console.isTerminal, !global.quiet {
      Console.output("Another poll is at work on this store.")
    }
    return .done
  }
}
