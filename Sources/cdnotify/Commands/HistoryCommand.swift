import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Foundation

/// `cdnotify history`: the deployments that were seen, and their notifications.
struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Shows deployments, and where each notification went or why it didn't.",
    usage: "cdnotify history [APPLICATION] [OPTION...]",
    discussion: """
      The newest come first. Filters leave out notifications, and deployments of which none is \
      left. All times are UTC.

        cdnotify history --state failed --since 2d
        cdnotify history checkout --group 'prod*' --limit 5
        cdnotify history --deployment d-ABCDEF123
      """)

  @Argument(help: "Only this application.")
  var application: String?

  @Option(
    name: .customLong("deployment"),
    help: "Only this deployment. Can be given several times.")
  var deployments: [String] = []

  @Option(
    help: "Only deployments created since then: a time, or a duration such as 7d.",
    transform: MomentArgument.read)
  var since: MomentArgument?

  @Option(
    name: .customLong("state"),
    help: ArgumentHelp(
      "Only notifications in this state: sent, pending, sending, failed, skipped. Can be given "
        + "several times.", valueName: "state"))
  var states: [NotificationState] = []

  @Option(
    name: .customLong("channel"),
    help: "Only notifications to channels of this name. Can be given several times.")
  var channels: [String] = []

  @Option(
    name: .customLong("group"),
    help: "Only deployment groups that match this pattern. Can be given several times.")
  var groups: [String] = []

  @Option(
    help: "Show at most this many deployments; by default 50 at a terminal, else all.",
    transform: IntegerArgument.reader(1...1_000_000_000, example: 50))
  var limit: Int?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func run() async throws {
    try await Context.with(global) { context in
      let unreadable = UnreadableRows()
      let store = try context.storeLocation().openOrEmpty().noting(in: unreadable)
      let records = try await store.registrations()
      let query = query
      let seen = try await show(query, store, records)
      try unreadable.check()
      if seen.isEmpty {
        if let application { _ = try RegistrationSelection.all(application, in: records) }
        try await RegistrationSelection.checkChannels(
          channels, of: query.filter.applications, in: records, store)
      }
      for id in deployments where !seen.contains(id) {
        throw try await MissingDeployment(id, in: store, records).failure(of: id)
      }
      if seen.isEmpty, !json, Console.isTerminal, !global.quiet {
        Console.output(
          query.isNarrow ? "Nothing in the history matches." : "No deployment was seen yet.")
      }
    }
  }

  private var query: HistoryQuery {
    var query = HistoryQuery(
      filter: NotificationFilter(
        applications: Set([application].compactMap { $0 }), deployments: Set(deployments)),
      since: since?.date(now: Date()))
    query.states = Set(states)
    query.channels = Set(channels)
    query.groups = groups
    query.limit = limit ?? (isShortened ? Self.terminalLimit + 1 : nil)
    return query
  }

  /// How many deployments a terminal shows that wasn't told how many.
  private static let terminalLimit = 50

  private var isShortened: Bool { limit == nil && Console.isTerminal && !json }

  /// Prints while it reads. Returns the ids of printed deployments that were named on the command
  /// line or, without names, the first id.
  private func show(
    _ query: HistoryQuery, _ store: any Store, _ records: [RegistrationRecord]
  ) async throws -> Set<String> {
    let text = HistoryText(
      records, now: Date(), showsTries: !deployments.isEmpty || global.verbose)
    var printer = HistoryPrinter(isJSON: json, text: text, naming: Set(deployments))
    // Entries before a failure are shown.
    defer { printer.flush() }
    var count = 0
    for try await entry in store.entries(query) {
      count += 1
      if isShortened, count > Self.terminalLimit { break }
      printer.add(entry)
      if Console.isClosed { break }
    }
    let seen = printer.end()
    if isShortened, count > Self.terminalLimit, !global.quiet {
      Console.output("There are more; --limit shows them.")
    }
    return seen
  }
}

extension NotificationState: ExpressibleByArgument {}

extension HistoryQuery {
  /// Whether the query selects only a part of the history.
  fileprivate var isNarrow: Bool {
    filter != .all || since != nil || !states.isEmpty || !channels.isEmpty || !groups.isEmpty
  }
}

extension MissingDeployment {
  func failure(of id: String) -> Failure {
    let id = id.printable
    return switch self {
    case .unfitting(let application):
      Failure(
        .notFound,
        "deployment \(id) of \(application.printable) was seen, but nothing about it matches the "
          + "other options")
    case .unregistered(let application, let scope):
      Failure(
        .notFound,
        "deployment \(id) is of \(application.printable), which isn't registered in "
          + "\(scope.label); register it with \"cdnotify register \(application.shellArgument) "
          + "--channel …\"")
    case .unseen: Failure(.notFound, "no deployment \"\(id)\" was seen")
    }
  }
}
