import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Foundation

/// `cdnotify test-channel`: sends a sample, to find out whether a channel works before a deployment
/// needs it.
struct TestChannelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test-channel",
    abstract: "Sends a sample through an application's channels and prints the answers.",
    usage: """
      cdnotify test-channel APPLICATION [CHANNEL] [OPTION...]
      cdnotify test-channel --channel TYPE[,KEY=VALUE]... [OPTION...]
      """,
    discussion: "Nothing is recorded. With --channel it tries one that isn't registered.")

  @Argument(help: "A registered application.")
  var application: String?

  @Argument(help: "Only the channel of this name.")
  var channelName: String?

  @Option(
    name: .customLong("channel"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A channel to test, registered or not.", valueName: "type[,key=value]..."))
  var specs: [String] = []
  private var spec: String? { specs.first }

  @Option(
    name: .customLong("event"),
    help: "The event of the sample, or rollback for a successful rollback.")
  var sample = DeploymentNotifier.Sample.succeeded

  @Flag(help: "Print the answers as JSON.")
  var json = false

  @OptionGroup var scope: ScopeOptions
  @OptionGroup var global: GlobalOptions

  mutating func validate() throws {
    if application == nil, spec == nil {
      throw ValidationError(
        "name a registered application, or give a channel to test with --channel")
    }
    guard specs.count < 2 else {
      throw ValidationError("--channel tries one channel; run the command once for each")
    }
    if channelName != nil, spec != nil {
      throw ValidationError("name a registered channel or give one with --channel, not both")
    }
  }

  /// The JSON of one channel's answer.
  private struct Answer: Encodable {
    var channel: String
    var type: String
    var ok: Bool
    var answer: String

    init(_ result: ChannelTestResult) {
      channel = result.channel
      type = result.type
      ok = result.isSent
      answer = result.answer
    }
  }

  func run() async throws {
    let answers = try await Context.with(global) { context in
      let (registration, accountID) = try await chosen(context)
      let test = ChannelTest(context.announcing)
      let notification = sample.notification(of: registration, accountID: accountID)
      // A running command of a channel is stopped properly.
      let results = await StopSignals.stopping {
        await test.results(of: notification, through: registration)
      }
      return results.map(Answer.init)
    }
    if json {
      try Console.output(json: answers)
    } else {
      for answer in answers {
        let line = "\(answer.ok ? "ok    " : "FAILED")  \(answer.channel)  \(answer.answer)"
        if answer.ok {
          if !global.quiet { Console.output(line.printable) }
        } else {
          Console.log(LogLine(line.printable).unnamed)
        }
      }
    }
    if answers.contains(where: { !$0.ok }) { throw ExitStatus.failed }
  }

  /// The registration whose channels are tested, reduced to the channel that was named, and its
  /// account where a cycle remembered it.
  private func chosen(_ context: Context) async throws -> (Registration, accountID: String?) {
    var registration: Registration
    var accountID: String?
    if let application {
      let store = try context.openStore()
      registration = try RegistrationSelection.one(
        application, scope.selection, in: try await store.registrations()
      ).registration
      let filter = NotificationFilter(applications: [application])
      accountID = try await store.opening(filter, now: Date())
        .accountID(of: registration.scope)
      if let channelName {
        registration.channels = [
          try RegistrationSelection.channel(channelName, of: registration)
        ]
      }
    } else {
      // Problems of the AWS settings matter only to channels that need them.
      let known = scope.region ?? (try? context.region(profile: scope.profile ?? "")) ?? ""
      registration = Registration(
        application: "checkout",
        scope: AWSScope(
          region: known, profile: scope.profile ?? "", roleARN: scope.roleARN ?? ""))
    }
    if let spec {
      registration.channels = [
        try ChannelSpec.parse(spec, catalog: context.catalog, at: "--channel")
      ]
    }
    return (registration, accountID)
  }
}

extension DeploymentNotifier.Sample: ExpressibleByArgument {}
