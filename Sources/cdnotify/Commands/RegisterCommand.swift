import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import HostFiles

/// `cdnotify register`: creates registrations and adds channels to them.
struct RegisterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "register",
    abstract: "Registers an application with the channels it is announced on.",
    usage: """
      cdnotify register APPLICATION --channel TYPE[,KEY=VALUE]... [OPTION...]
      cdnotify register --file FILE [OPTION...]
      """,
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
      "An event to announce: \(DeploymentEvent.allCases.map(\.rawValue).joined(separator: ", ")). "
        + "Can be given several times, or with commas.", valueName: "event"))
  var events: [String] = []

  @Option(
    name: .customLong("label"),
    help: ArgumentHelp(
      """
      A label, such as team=payments, for messages and reports. Can be given several times; these \
      labels replace all earlier ones.
      """,
      valueName: "name=value"),
    transform: LabelArgument.read)
  var labels: [LabelArgument] = []

  @OptionGroup var scope: ScopeOptions

  @Option(name: .customLong("external-id"), help: "The external id that the role requires.")
  var externalID: String?

  @Option(
    help: "Also announce what happened since then: a time, or a duration such as 2h.",
    transform: MomentArgument.read)
  var since: MomentArgument?

  @Flag(
    help: """
      These channels are the whole set: others are removed. With --file, also whatever else a \
      registration of the file doesn't have.
      """)
  var replace = false

  @Flag(
    name: .customLong("no-verify"), help: "Don't ask CodeDeploy whether the application exists.")
  var noVerify = false

  @Flag(
    help: """
      With --file: remove registrations in the file's accounts and regions that it doesn't name.
      """)
  var prune = false

  @Flag(help: "Print what would change, but change nothing.")
  var dryRun = false

  @OptionGroup var global: GlobalOptions

  mutating func validate() throws {
    if prune, file == nil {
      throw ValidationError("--prune removes what a file doesn't name; name the file with --file")
    }
    try ScopeOptions.usage { _ = try RegistrationReader.events(eventNames, at: "--on") }
    let problem: String? =
      if file == nil, application == nil {
        "name an application, or a document with --file"
      } else if file != nil,
        application != nil || !channels.isEmpty || !groups.isEmpty
          || !events.isEmpty || !labels.isEmpty || scope.profile != nil || scope.roleARN != nil
          || externalID != nil
      {
        "--file excludes an application, --channel, --group, --on, --label, --profile, --role-arn "
          + "and --external-id: write them in the document"
      } else {
        nil
      }
    if let problem { throw ValidationError(problem) }
    if groups.contains("") { throw ValidationError("--group must not be empty; * means all") }
    try ScopeOptions.usage {
      try RegistrationRules.checkGroups(groups, at: "--group")
      try RegistrationRules.checkLabelCount(labels.count, at: "--label")
    }
    for (name, same) in Dictionary(grouping: labels, by: \.name).sorted(by: { $0.key < $1.key })
    where same.count > 1 {
      throw ValidationError("--label \(name.printable) is given twice; give one value")
    }
    guard !events.contains(""), events.isEmpty || !eventNames.isEmpty else {
      throw ValidationError("--on must not be empty")
    }
    if let since, since.date(now: Date()) > Date() {
      throw ValidationError("--since: that time is in the future; give an earlier one")
    }
    try ScopeOptions.usage {
      try scope.check()
      if let externalID { try RegistrationRules.checkExternalID(externalID, at: "--external-id") }
      if let application {
        try RegistrationRules.checkApplication(application, at: "application")
      }
    }
  }

  /// The event names of `--on`, which may be repeated or have commas.
  private var eventNames: [String] {
    events.flatMap { $0.split(separator: ",").map(String.init) }
  }

  /// A file says what a registration is, options say what changes in it.
  private var replacing: RegistrationMerge.Replacement {
    replace ? file == nil ? .channels : .registration : .same
  }

  /// Turns an invalid value of an option into a usage error.
  func run() async throws {
    try await Context.with(global) { context in
      let request = RegistrationRequest(
        try requested(context), catalog: context.catalog, replacing: replacing, prunes: prune,
        since: { [since] in since?.date(now: $0) })
      do { try await register(request, context) } catch { throw named(error) }
    }
  }

  /// What doesn't go with what is registered, with the file's name and the application.
  private func named(_ error: any Error) -> any Error {
    guard let file else { return error }
    var problems = DocumentProblems()
    do { _ = try problems.attempt { throw error } } catch { return error }
    return Failure(.badDocument, lines: problems.description(inFile: Self.name(of: file), ""))
  }

  /// A file, or standard input, as the lines about its contents begin.
  static func name(of file: String) -> String { file == "-" ? "standard input" : file }

  private func register(_ request: RegistrationRequest, _ context: Context) async throws {
    var request = request
    let location = try context.storeLocation()
    // Problems of the registration itself are reported before AWS is asked, and no store is created
    // if nothing can be registered.
    let known = try location.openWithoutMaking()
    _ = try request.outcome(over: try await known.registrations())
    if !noVerify {
      try await request.verify(by: context.source) { registrations, source in
        try await GroupPatterns.unmatched(in: registrations, source).forEach(Console.warn)
      }
    }
    let outcome =
      dryRun
      ? try request.outcome(over: try await known.registrations())
      : try await request.store(in: try location.openMaking())
    say(outcome, context)
  }

  private func requested(_ context: Context) throws -> [Registration] {
    let reader = RegistrationReader(catalog: context.catalog) { profile in
      try scope.region ?? context.region(profile: profile)
    }
    if let file {
      let text = try Self.read(file)
      var problems = DocumentProblems()
      let read = try problems.attempt { try reader.registrations(DocumentParsing.parse(text)) }
      guard let read else {
        throw Failure(
          .badDocument, lines: problems.description(inFile: Self.name(of: file), text))
      }
      return read
    }
    let configurations = try channels.map {
      try ChannelSpec.parse($0, catalog: context.catalog, at: "--channel")
    }
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
        labels: Dictionary(uniqueKeysWithValues: labels.map { ($0.name, $0.value) }),
        channels: configurations)
    ]
  }

  /// The text of a file or of standard input.
  private static func read(_ file: String) throws -> String {
    let name = file == "-" ? "standard input" : "--file \(file.printable)"
    let bytes: [UInt8]
    do {
      let limit = DocumentBounds.maximumBytes
      bytes =
        file == "-"
        ? try BoundedFile.read(STDIN_FILENO, limit: limit)
        : try BoundedFile.read(file, limit: limit, waits: true)
    } catch {
      throw Failure(.badDocument, "\(name) \(error)")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(.badDocument, "\(name) is not UTF-8 text")
    }
    return text
  }

  private func say(_ outcome: RegistrationRequest.Outcome, _ context: Context) {
    for merge in outcome.merges {
      for warning in context.registrationWarnings.of(merge.record.registration) {
        Console.warn(warning)
      }
    }
    var output = RegisterOutput(isDryRun: dryRun, isQuiet: global.quiet)
    output.add(outcome.merges, removed: outcome.pruned)
    output.print()
  }
}

extension RegistrationRefusal {
  /// The failure in the command's words.
  var failure: Failure {
    switch self {
    case .noChannel(let application):
      Failure(
        .usage,
        "\(application) has no channel yet: name one with --channel, "
          + "as in --channel webhook,url=https://example.com/hook")
    case .noReplacement:
      Failure(.usage, "--replace needs the channels to keep; give them with --channel")
    case .nothingToPruneBy:
      Failure(
        .badDocument,
        "the file names no registration, so --prune doesn't know in which account and region to "
          + "remove others; \"cdnotify unregister\" removes one")
    case .unknownApplication(let name, let scope):
      Failure(
        .notFound,
        "CodeDeploy in \(scope.label) has no application \"\(name)\": check the name, --region and "
          + "--profile, or pass --no-verify to register it anyway")
    case .conflict:
      Failure(.tryAgain, "others keep changing the same registration: try again")
    }
  }
}
