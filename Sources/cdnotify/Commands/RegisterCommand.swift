import ArgumentParser
import CodeDeployNotifications
import Foundation

/// `cdnotify register`: creates registrations and adds to them.
struct RegisterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "register",
    abstract: "Registers an application with the channels it is announced on.",
    discussion: """
      Adds the channels to the application's registration, or replaces those of the same name. \
      Running it again changes nothing.

        cdnotify register checkout --channel sns,topic_arn=ARN
        cdnotify register checkout --channel webhook,url=URL,on=failed
        cdnotify register --file registrations.yaml
      """)

  @Argument(help: "The application's name in CodeDeploy.")
  var application: String?

  @Option(
    name: .customLong("channel"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "A channel: its type and settings. Can be given several times.",
      valueName: "type[,key=value]..."))
  var channels: [String] = []

  @Option(
    parsing: .unconditional,
    help: "Read one registration or a list of them, JSON or YAML; - for standard input.")
  var file: String?

  @Option(
    name: .customLong("group"),
    help: "Only deployment groups that match this pattern. Can be given several times.")
  var groups: [String] = []

  @Option(
    name: .customLong("on"),
    help: ArgumentHelp(
      "An event to announce: started, ready, succeeded, failed, stopped. Several times, or with "
        + "commas.", valueName: "event"))
  var events: [String] = []

  @OptionGroup var scope: ScopeOptions

  @Option(name: .customLong("external-id"), help: "The external id that the role asks for.")
  var externalID: String?

  @Option(help: "Also announce what happened since then: a time, or a duration such as 2h.")
  var since: MomentArgument?

  @Flag(help: "These channels are the whole set: others are removed.")
  var replace = false

  @Flag(
    name: .customLong("no-verify"), help: "Don't ask CodeDeploy whether the application exists.")
  var noVerify = false

  @OptionGroup var global: GlobalOptions

  mutating func validate() throws {
    try Self.usage { _ = try RegistrationReader.events(eventNames, at: "--on") }
    let problem: String? =
      if file == nil, application == nil {
        "name an application, or a document with --file"
      } else if file != nil,
        application != nil || !channels.isEmpty || !groups.isEmpty
          || !events.isEmpty || scope.profile != nil || scope.roleARN != nil || externalID != nil
      {
        "--file says it all: an application, --channel, --group, --on, --profile, --role-arn and "
          + "--external-id belong into the document"
      } else {
        nil
      }
    if let problem { throw ValidationError(problem) }
    if groups.contains("") { throw ValidationError("--group must not be empty; * means all") }
    if events.contains("") { throw ValidationError("--on must not be empty") }
    if let since, since.date(now: Date()) > Date() {
      throw ValidationError("--since: that time is still to come; name one that has passed")
    }
    try Self.usage {
      if let region = scope.region {
        try RegistrationRules.checkRegion(region, at: "--region")
      }
      if let role = scope.roleARN { try RegistrationRules.checkRole(role, at: "--role-arn") }
      if let application {
        try RegistrationRules.checkApplication(application, at: "application")
      }
    }
  }

  /// What `--on` names, given several times or with commas.
  private var eventNames: [String] {
    events.flatMap { $0.split(separator: ",").map(String.init) }
  }

  /// An option's wrong value is a wrong command line.
  private static func usage(_ check: () throws -> Void) throws {
    do { try check() } catch let problem as DocumentProblem {
      throw ValidationError(problem.description)
    }
  }

  func run() async throws {
    try await Context.with(global) { context in
      let requested = try requested(context)
      let store = try context.openStore()
      // What is wrong with the registration itself is said before AWS is asked.
      _ = try await merges(requested, store, clockOffsets: [:], context)
      let clockOffsets = noVerify ? [:] : try await verify(requested, context)
      // Somebody else may register at the same time: then once more, upon what they wrote.
      for _ in 0..<10 {
        let merges = try await merges(requested, store, clockOffsets: clockOffsets, context)
        let changes = merges.filter { !$0.merge.changes.isEmpty }
          .map { RegistrationChange.put($0.merge.record, over: $0.base) }
        if try await store.change(changes) {
          say(merges.map(\.merge), context)
          return
        }
      }
      throw Failure(.tryAgain, "others keep changing the same registration: run this again")
    }
  }

  private func requested(_ context: Context) throws -> [Registration] {
    let reader = RegistrationReader(catalog: context.catalog) { profile in
      try scope.region ?? context.region(profile: profile)
    }
    if let file {
      do {
        return try reader.registrations(DocumentParsing.parse(try Self.read(file)))
      } catch let problem as DocumentProblem where file != "-" {
        throw Failure(.badDocument, "\(file): \(problem)")
      }
    }
    let configurations = try channels.map { try ChannelSpec.parse($0, catalog: context.catalog) }
    for (index, channel) in configurations.enumerated()
    where configurations[..<index].contains(where: { $0.name == channel.name }) {
      throw DocumentProblem(
        "--channel", "two channels are named \"\(channel.name)\"; give each its own with name=")
    }
    let region = try scope.region ?? context.region(profile: scope.profile ?? "") ?? ""
    return [
      Registration(
        application: application ?? "",
        scope: AWSScope(
          region: region, profile: scope.profile ?? "", roleARN: scope.roleARN ?? ""),
        externalID: externalID, deploymentGroups: groups,
        events: eventNames.isEmpty ? nil : try RegistrationReader.events(eventNames, at: "--on"),
        channels: configurations)
    ]
  }

  private static func read(_ file: String) throws -> String {
    do {
      let data =
        file == "-"
        ? try FileHandle.standardInput.readToEnd() ?? Data()
        : try Data(contentsOf: URL(fileURLWithPath: file))
      guard let text = String(data: data, encoding: .utf8) else {
        throw DocumentProblem("", "the document is not UTF-8 text")
      }
      return text
    } catch let problem as DocumentProblem {
      throw problem
    } catch {
      throw Failure(.badDocument, "--file \(file) can't be read: check its path and mode")
    }
  }

  /// Returns AWS's time less this host's, in seconds, as far as AWS's answers tell it.
  private func verify(
    _ requested: [Registration], _ context: Context
  ) async throws -> [AWSScope: TimeInterval] {
    var clockOffsets: [AWSScope: TimeInterval] = [:]
    for (scope, registrations) in Dictionary(grouping: requested, by: \.scope) {
      let source = context.source(scope, registrations.compactMap(\.externalID).first)
      let names = registrations.map(\.application)
      let known = try await source.applications(names)
      clockOffsets[scope] = source.clockOffset()
      for name in names where !known.contains(name) {
        throw Failure(
          .notFound,
          "CodeDeploy in \(scope.label) has no application \"\(name)\": check the name, --region "
            + "and --profile, or pass --no-verify to register it all the same")
      }
    }
    return clockOffsets
  }

  private func merges(
    _ requested: [Registration], _ store: any Store, clockOffsets: [AWSScope: TimeInterval],
    _ context: Context
  ) async throws -> [(merge: RegistrationMerge, base: RegistrationRecord?)] {
    let records = try await store.registrations()
    return try requested.map { registration in
      let clockOffset = clockOffsets[registration.scope]
      let now = Date().addingTimeInterval(clockOffset ?? 0)
      let base = records.first { $0.registration.identity == registration.identity }
      guard !registration.channels.isEmpty || base != nil else {
        throw Failure(
          .usage,
          "\(registration.application) has no channel yet: name one with --channel, "
            + "as in --channel webhook,url=https://example.com/hook")
      }
      guard !(replace && registration.channels.isEmpty) else {
        throw Failure(.usage, "--replace needs the channels that are to be the whole set")
      }
      let merge = try RegistrationMerge(
        registration, into: base, replacing: replace, since: since?.date(now: now), now: now,
        isClockKnown: clockOffset != nil, catalog: context.catalog)
      return (merge, base)
    }
  }

  private func say(_ merges: [RegistrationMerge], _ context: Context) {
    if merges.isEmpty, !global.quiet { Console.output("The list is empty: nothing is registered.") }
    for merge in merges {
      let registration = merge.record.registration
      for warning in RegistrationWarnings.of(registration, catalog: context.catalog) {
        Console.error("cdnotify: warning: \(warning)")
      }
      guard !global.quiet else { continue }
      if merge.changes.isEmpty { Console.output("\(registration.application): nothing changed") }
      for change in merge.changes { Console.output("\(registration.application): \(change)") }
    }
  }
}
