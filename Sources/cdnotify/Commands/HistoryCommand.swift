import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import Synchronization

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
      let store = try context.storeLocation().openOrEmpty()
      let records = try await store.registrations()
      let query = query
      let seen = try await show(query, store, records)
      try await store.checkRowsRead()
      if seen.isEmpty, let application {
        _ = try RegistrationSelection.all(application, in: records)
      }
      for id in deployments where !seen.contains(id) {
        throw try await HistorySearch(store: store, records: records).missing(id, query)
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
    query.limit = limit ?? (Console.isTerminal && !json ? 50 : nil)
    return query
  }

  /// Prints while it reads. Returns the ids of printed deployments that were named on the command
  /// line or, without names, the first id.
  private func show(
    _ query: HistoryQuery, _ store: any Store, _ records: [RegistrationRecord]
  ) async throws -> Set<String> {
    let text = HistoryText(
      records, now: Date(), showsTries: !deployments.isEmpty || global.verbose)
    let printer = Mutex(HistoryPrinter(isJSON: json, text: text, naming: Set(deployments)))
    // Entries before a failure are shown.
    defer { printer.withLock { $0.flush() } }
    try await store.history(query) { entry in
      printer.withLock { $0.add(entry) }
      return !Console.isClosed
    }
    return printer.withLock { $0.end() }
  }
}

extension NotificationState: ExpressibleByArgument {}

extension HistoryQuery {
  /// Whether the query selects only a part of the history.
  fileprivate var isNarrow: Bool {
    filter != .all || since != nil || !states.isEmpty || !channels.isEmpty || !groups.isEmpty
  }
}

/// Prints entries one by one: as a JSON array, or as text in groups with aligned columns.
struct HistoryPrinter {
  /// How many entries are aligned together.
  private static let piece = 50
  /// How many bytes of JSON are written at once.
  private static let chunk = 64 << 10

  private let isJSON: Bool
  private let text: HistoryText
  /// The ids that were named on the command line.
  private let names: Set<String>
  private var waiting: [HistoryEntry] = []
  private var json = JSONPrinter(depth: 1)
  private var seen: Set<String> = []
  private var hasBegun = false

  init(isJSON: Bool, text: HistoryText, naming names: Set<String>) {
    self.isJSON = isJSON
    self.text = text
    self.names = names
  }

  mutating func add(_ entry: HistoryEntry) {
    let id = entry.deployment.id
    if seen.isEmpty || names.contains(id) { seen.insert(id) }
    guard isJSON else {
      waiting.append(entry)
      if waiting.count == Self.piece { flush() }
      return
    }
    if !hasBegun { Console.write("[") }
    hasBegun = true
    json.element()
    HistoryDocument(entry).print(to: &json)
    if json.bytes.count >= Self.chunk { flush() }
  }

  /// Prints the rest. Returns the printed ids that were named or, without names, the first id.
  mutating func end() -> Set<String> {
    flush()
    if isJSON { Console.output(hasBegun ? "\n]" : "[]") }
    return seen
  }

  mutating func flush() {
    Console.write(json.bytes)
    json.clear()
    for line in text.lines(of: waiting) { Console.output(line) }
    waiting = []
  }
}

/// Finds out why the history doesn't contain a named deployment.
struct HistorySearch {
  let store: any Store
  let records: [RegistrationRecord]

  /// The failure that explains it.
  func missing(_ id: String, _ query: HistoryQuery) async throws -> Failure {
    var query = query
    query.filter.applications = []
    let all = try await store.history(
      HistoryQuery(filter: NotificationFilter(deployments: [id])))
    if let entry = all.first {
      return Failure(
        .notFound,
        "deployment \(id.printable) of \(entry.deployment.application.printable) was seen, but "
          + "nothing about it matches the other options")
    }
    for scope in Set(records.map(\.registration.scope)).sorted() {
      guard let known = try await store.deployments([id], in: scope)[id] else { continue }
      guard let application = known.deployment?.application else { continue }
      return Failure(
        .notFound,
        "deployment \(id.printable) is of \(application.printable), which isn't registered in "
          + "\(scope.label); register it with \"cdnotify register \(application.printable) "
          + "--channel …\"")
    }
    return Failure(.notFound, "no deployment \"\(id.printable)\" was seen")
  }
}
