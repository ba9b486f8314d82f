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
      Notifications that were too old when first seen count as failed here. "cdnotify history \
      --state failed" shows the ids. What is muted is left out: "cdnotify unmute" comes first.

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

  @Flag(help: "Print what would be pending again, but change nothing.")
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
      var request = RetryRequest()
      request.ids = Set(ids)
      request.applications = Set(applications)
      request.channels = Set(channels)
      request.scopes = scope.selection
      let now = Date()
      request.since = since?.date(now: now)
      let chosen = try await request.choices(in: store, now: now)
      if chosen.isEmpty {
        try await RegistrationSelection.checkChannels(
          channels, of: request.applications, in: records, store)
      }
      let retried =
        dryRun
        ? chosen.filter { $0.mute == nil } : try await chosen.retry(in: store, now: now)
      say(
        retried, muted: chosen.filter { $0.mute != nil }, RegistrationSelection.ambiguous(records))
      // A notification that somebody else has retried meanwhile is pending, as it should be.
      let known = Set(chosen.map(\.line.id)).union(chosen.map(\.entry.deployment.id))
      let missing = Set(ids).subtracting(known).sorted()
      for id in missing {
        Console.error("no failed notification has the id \"\(id.printable)\"")
      }
      if !missing.isEmpty { throw ExitStatus.notFound }
    }
  }

  private func say(
    _ chosen: [RetryRequest.Choice], muted: [RetryRequest.Choice], _ ambiguous: Set<String>
  ) {
    if dryRun {
      for choice in chosen {
        let (entry, line) = (choice.entry, choice.line)
        let application = entry.deployment.application
        let scope = ambiguous.contains(application) ? " (\(entry.scope.label))" : ""
        let what =
          "\(application)\(scope) \(entry.deployment.id): \"\(line.event.rawValue)\" to "
          + "\(line.channel)  \(line.reason ?? "")  [\(line.id)]"
        Console.output("would retry  \(what)".printable)
      }
    }
    guard !global.quiet else { return }
    sayHowMany(chosen.count, isSilent: !ids.isEmpty || !muted.isEmpty)
    let mutes = Dictionary(grouping: muted.compactMap(\.mute)) { $0 }
    for (mute, same) in mutes.sorted(by: { $0.key.words(ambiguous) < $1.key.words(ambiguous) }) {
      let channel = mute.channel.map { " --channel \($0.shellArgument)" } ?? ""
      let what = same.count == 1 ? "1 notification is" : "\(same.count) notifications are"
      Console.output(
        ("\(what) left out, because \(mute.words(ambiguous)) is muted until "
          + "\(mute.until.iso8601): \"cdnotify unmute \(mute.identity.application.shellArgument)"
          + "\(channel)\" first.").printable)
    }
  }

  /// - Parameter isSilent: Whether nothing is said of none.
  private func sayHowMany(_ count: Int, isSilent: Bool) {
    let verb = dryRun ? "would be" : count == 1 ? "is" : "are"
    switch count {
    case 0 where isSilent: break
    case 0: Console.output("No failed notification matches.")
    case 1: Console.output("1 notification \(verb) pending again; the next poll sends it.")
    default:
      Console.output(
        "\(count) notifications \(verb) pending again; the next poll sends them.")
    }
  }
}

extension Mute {
  /// What is muted.
  fileprivate func words(_ ambiguous: Set<String>) -> String {
    let scope = ambiguous.contains(identity.application) ? " (\(identity.scope.label))" : ""
    return "\(identity.application)\(scope)" + (channel.map { ", channel \($0)," } ?? "")
  }
}
