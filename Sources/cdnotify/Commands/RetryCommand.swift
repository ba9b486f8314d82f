import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Foundation

/// `cdnotify retry`: makes failed notifications pending again.
struct RetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Makes failed notifications pending again; the next poll sends them.",
    usage: """
      cdnotify retry ID... [OPTION...]
      cdnotify retry --all | --application NAME | --channel NAME [OPTION...]
      """,
    discussion: """
      Those that were too old when they were first seen count as failed here. "cdnotify history \
      --state failed" shows the ids.

        cdnotify retry --application checkout --channel slack --since 2d --dry-run
      """)

  @Argument(help: "The ids of notifications, or of deployments.")
  var ids: [String] = []

  @Flag(help: "All failed notifications.")
  var all = false

  @Option(
    name: .customLong("application"),
    help: "Failed notifications of this application. Can be given several times.")
  var applications: [String] = []

  @Option(
    name: .customLong("channel"),
    help: "Failed notifications to channels of this name. Can be given several times.")
  var channels: [String] = []

  @Option(
    help: "Only what failed since then: a time, or a duration such as 2d.",
    transform: MomentArgument.read)
  var since: MomentArgument?

  @OptionGroup var scope: ScopeOptions

  @Flag(help: "Print what would be pending again, and change nothing.")
  var dryRun = false

  @OptionGroup var global: GlobalOptions

  mutating func validate() throws {
    let isSelected = all || !applications.isEmpty || !channels.isEmpty
    guard ids.isEmpty == isSelected else {
      throw ValidationError(
        isSelected
          ? "name ids, or choose with --all, --application or --channel, not both"
          : "name notifications or deployments by their ids, or give --application, --channel or "
            + "--all")
    }
  }

  func run() async throws {
    try await Context.with(global) { context in
      let store = try context.openStore()
      let records = try await store.registrations()
      for application in applications {
        _ = try RegistrationSelection.all(application, scope.selection, in: records)
      }
      let chosen = try await chosen(store)
      let retried =
        dryRun || chosen.isEmpty
        ? Set(chosen.map(\.line.id))
        : try await store.retry(.ids(Set(chosen.map(\.line.id))), now: Date())
      say(
        chosen.filter { retried.contains($0.line.id) }, RegistrationSelection.ambiguous(records))
      // What somebody else has retried meanwhile is pending, as it was to be.
      let known = Set(chosen.map(\.line.id)).union(chosen.map(\.entry.deployment.id))
      let missing = Set(ids).subtracting(known).sorted()
      for id in missing {
        Console.error("cdnotify: no failed notification has the id \"\(id.printable)\"")
      }
      if !missing.isEmpty { throw ExitStatus.notFound }
    }
  }

  /// A notification and the deployment that it is of.
  private typealias Choice = (entry: HistoryEntry, line: HistoryEntry.Line)

  private func chosen(_ store: any Store) async throws -> [Choice] {
    var query = HistoryQuery(
      filter: NotificationFilter(applications: Set(applications)))
    query.states = [.failed, .skipped]
    query.channels = Set(channels)
    let since = since?.date(now: Date())
    let named = Set(ids)
    let entries = try await store.history(query).filter { scope.selection.allows($0.scope) }
    return entries.compactMap(query.narrowed).flatMap { entry in
      entry.notifications.filter { line in
        line.canBeRetried
          && (named.isEmpty || named.contains(line.id) || named.contains(entry.deployment.id))
          && since.map { line.failureTime(of: entry) >= $0 } ?? true
      }.map { (entry, $0) }
    }
  }

  private func say(_ chosen: [Choice], _ ambiguous: Set<String>) {
    if dryRun {
      for (entry, line) in chosen {
        let application = entry.deployment.application
        let place = ambiguous.contains(application) ? " (\(entry.scope.label))" : ""
        let what =
          "\(application)\(place) \(entry.deployment.id): \"\(line.event.rawValue)\" to "
          + "\(line.channel)  \(line.reason ?? "")  [\(line.id)]"
        Console.output("would retry  \(what)".printable)
      }
    }
    guard !global.quiet, ids.isEmpty || !chosen.isEmpty else { return }
    let verb = dryRun ? "would be" : chosen.count == 1 ? "is" : "are"
    switch chosen.count {
    case 0: Console.output("No notification had failed.")
    case 1: Console.output("1 notification \(verb) pending again; the next poll sends it.")
    default:
      Console.output(
        "\(chosen.count) notifications \(verb) pending again; the next poll sends them.")
    }
  }
}

extension HistoryEntry.Line {
  /// When it failed, or, where that isn't known, the earliest time that it can have.
  fileprivate func failureTime(of entry: HistoryEntry) -> Date {
    failedAt ?? entry.deployment.completedAt ?? entry.deployment.createdAt
  }
}
