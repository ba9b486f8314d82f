import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import HostFiles
import NotificationStores

/// `cdnotify poll`: one cycle.
struct PollCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "poll",
    abstract: "Reads CodeDeploy once, announces what is new, and exits.",
    usage: "cdnotify poll [OPTION...]",
    discussion: """
      To a pipe or from cron it prints only problems. It ends with 0 if nothing is left to do, 75 \
      if something is pending, and 1 if a notification failed for good.
      """)

  @Option(
    name: .customLong("application"),
    help: "Only this registered application. Can be given several times.")
  var applications: [String] = []

  @Option(
    name: .customLong("deployment"),
    help: "Only this deployment, whenever it ended. Can be given several times.")
  var deployments: [String] = []

  @Option(
    help: "Look back this far for deployments, as in 6h.", transform: DurationArgument.read)
  var window: DurationArgument?

  @Flag(
    help: "Print what would go where and why; read CodeDeploy, but send and record nothing."
  )
  var dryRun = false

  @Option(
    help: "How long the cycle may take.",
    transform: DurationArgument.read)
  var deadline = DurationArgument(.seconds(50))

  @Option(
    help: "Don't announce what is older than this when it is first seen.",
    transform: DurationArgument.read)
  var maxAge = DurationArgument(.seconds(7 * 86_400))

  @Option(
    help: "Give up on a notification this long after its first attempt.",
    transform: DurationArgument.read)
  var retryFor = DurationArgument(.seconds(86_400))

  @Option(
    help: "Remember what was announced for this long.",
    transform: DurationArgument.read)
  var keep = DurationArgument(.seconds(90 * 86_400))

  @Option(
    help: "How many notifications to send at once.",
    transform: IntegerArgument.reader(1...1000, example: 32))
  var concurrency = 32

  @Option(
    help: ArgumentHelp(
      "Write metrics of this run to this file, for node_exporter of Prometheus.",
      discussion: "The default is CDNOTIFY_METRICS_FILE.", valueName: "file"))
  var metricsFile: String?

  @Option(
    name: .customLong("heartbeat-url"),
    help: ArgumentHelp(
      "Request this URL when the run ends, with /fail appended unless it ended with 0 or 75.",
      discussion: "The default is CDNOTIFY_HEARTBEAT_URL.", valueName: "url"))
  var heartbeatURL: String?

  @Flag(help: "Print what was done as JSON.")
  var json = false

  @OptionGroup var global: GlobalOptions

  mutating func validate() throws {
    guard deadline.duration >= .seconds(1), deadline.duration <= .seconds(12 * 3600) else {
      throw ValidationError("--deadline must be from 1s to 12h, as in --deadline 50s")
    }
    guard metricsFile != "" else { throw ValidationError("--metrics-file needs a file's name") }
    if let heartbeatURL, let problem = AddressRules.problem(heartbeatURL) {
      throw ValidationError("--heartbeat-url \(problem)")
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
    options.retention = keep.duration
    options.concurrency = concurrency
    OpenFiles.allow(attempts: concurrency)

    let status = try await Watchdog.guarding("the poll", deadline: options.deadline) {
      [options] in
      try await Context.with(global) { [options] in try await announced($0, options) }
    }
    if status != .done { throw status }
  }

  /// The result of a cycle, or of an attempt to begin one.
  private struct Outcome {
    var status: ExitStatus
    /// The report; `nil` where there was no cycle.
    var report: PollReport?
    var troubles: [Trouble] = []
    var ambiguous: Set<String> = []
    /// All registrations, where the metrics need them.
    var registrations: [Registration] = []
  }

  /// Runs a cycle, reports failures, and signals monitors.
  private func announced(_ context: Context, _ options: PollOptions) async throws -> ExitStatus {
    let start = ContinuousClock.now
    let variables = context.environment.variables
    let location = try context.storeLocation()
    let reporter = TroubleReporter(
      location, environment: variables, isVerbose: global.verbose, isDryRun: dryRun)
    let signals = try RunSignals(metricsFile, heartbeatURL, environment: variables)
    let needsRegistrations = signals.metricsFile != nil && !dryRun
    var outcome = try await attempt(
      context, location, options, needsRegistrations: needsRegistrations)
    // There was no cycle because another one is running.
    guard outcome.report != nil || !outcome.troubles.isEmpty else { return outcome.status }
    var working = outcome.report.map(Trouble.working) ?? []
    if !dryRun {
      outcome.troubles += await signals.send(
        outcome.status, outcome.report, startedAt: start, context.announcing.http,
        registrations: outcome.registrations)
      working.formUnion(signals.subjects)
    }
    reporter.say(outcome.troubles, working: working)
    if let report = outcome.report, !json {
      let output = output(report, options, outcome.ambiguous, location)
      output.printSummary(report.pending > 0 ? await pending(location, context) : nil)
    }
    return outcome.status
  }

  /// Runs a cycle, or reports why it couldn't begin.
  private func attempt(
    _ context: Context, _ location: StoreLocation, _ options: PollOptions,
    needsRegistrations: Bool
  ) async throws -> Outcome {
    do {
      return try await poll(context, location, options, needsRegistrations: needsRegistrations)
    } catch let failure as StoreFailure {
      return Outcome(status: ExitStatus(failure), troubles: [.store(failure)])
    } catch let failure as AWSFailure {
      return Outcome(status: ExitStatus(failure), troubles: [.settings(failure)])
    }
  }

  /// The counts of pending notifications, where they are shown to a person.
  private func pending(_ location: StoreLocation, _ context: Context) async -> OutboxSummary? {
    guard Console.isTerminal || global.verbose, !global.quiet else { return nil }
    return try? await location.open().outbox(countingFailed: false)
  }

  private func output(
    _ report: PollReport, _ options: PollOptions, _ ambiguous: Set<String>,
    _ location: StoreLocation
  ) -> PollOutput {
    PollOutput(
      report: report, isDryRun: options.isDryRun, named: options.deployments, global: global,
      ambiguous: ambiguous, nothingRegistered: location.nothingRegistered)
  }

  private func poll(
    _ context: Context, _ location: StoreLocation, _ options: PollOptions,
    needsRegistrations: Bool
  ) async throws -> Outcome {
    let store = try location.open(retention: options.effectiveRetention)
    var hold = StoreLocation.Hold.unneeded
    // Whoever names something wants it done now; the claims keep two cycles from sending twice.
    if options.isWhole, !options.isDryRun {
      hold = try location.hold(limit: options.deadline + Watchdog.grace)
      if case .busy(let holder) = hold { return Outcome(status: try leave(holder)) }
    }
    defer { withExtendedLifetime(hold) {} }

    let notifier = context.notifier(store)
    let opening = try await notifier.opening(options)
    if !options.applications.isEmpty {
      let records = try await store.registrations()
      for application in options.applications.sorted() {
        _ = try RegistrationSelection.all(application, in: records)
      }
    }
    let report = await Progress.show("Polling", quiet: global.quiet) { tally in
      await StopSignals.stopping {
        await notifier.cycle(options, from: opening) { tally.add("deployment", $0) }
      }
    }
    // It only makes the lines clearer.
    let ambiguous =
      report.notifications.isEmpty
      ? [] : (try? await RegistrationSelection.ambiguous(opening.scopes, store)) ?? []
    let output = output(report, options, ambiguous, location)
    if json {
      try output.printJSON()
    } else {
      output.printLines(
        report.notifications.isEmpty && report.pending > 0
          ? await pending(location, context) : nil)
    }
    // Without them the file still says how the cycle went.
    var records = opening.hasAllRegistrations ? opening.registrations : []
    if needsRegistrations, !opening.hasAllRegistrations {
      records = (try? await store.registrations()) ?? []
    }
    return Outcome(
      status: output.status, report: report, troubles: output.troubles, ambiguous: ambiguous,
      registrations: records.map(\.registration))
  }

  /// Another cycle of this host is running, so that there is nothing to do, unless that one hangs.
  private func leave(_ holder: StoreLock.Holder?) throws -> ExitStatus {
    if let holder, holder.isOverdue {
      if json { try Console.output(json: PollReport(startedAt: Date())) }
      Console.error(
        "a poll holds the lock for longer than its own deadline: process \(holder.pid), since "
          + "\(holder.since.iso8601); nothing is announced from this host until it ends. Find out "
          + "what it waits for, or end it with \"kill -KILL \(holder.pid)\"")
      return .tryAgain
    }
    if json { try Console.output(json: PollReport(startedAt: Date())) }
    if !json, global.verbose || Console.isTerminal, !global.quiet {
      Console.output("Another poll is running on this store.")
    }
    return .done
  }
}
