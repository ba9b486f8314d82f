import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Foundation

/// `cdnotify unmute`: ends mutes.
struct UnmuteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unmute",
    abstract: "Announces a muted application again.",
    usage: "cdnotify unmute APPLICATION [--channel NAME] [OPTION...]",
    discussion: """
      What happens from now on is announced; what happened while the application was muted stays \
      skipped. Without --channel the mutes of the application and of all its channels end.
      """)

  @Argument(help: "The application's name in CodeDeploy.")
  var application: String

  @Option(
    name: .customLong("channel"),
    help: "Only the channel of this name. Can be given several times.")
  var channels: [String] = []

  @OptionGroup var scope: ScopeOptions
  @OptionGroup var global: GlobalOptions

  func run() async throws {
    try await Context.with(global) { context in
      let store = try context.openStore()
      let record = try RegistrationSelection.one(
        application, scope.selection, in: try await store.registrations())
      let (active, ended) = try await store.unmute(channels, of: record, now: Date())
      if !global.quiet { say(ended, active) }
    }
  }

  private func say(_ ended: [Mute], _ active: [Mute]) {
    for mute in ended {
      let channel = mute.channel.map { ", channel \($0)" } ?? ""
      Console.output("\(application)\(channel): no longer muted".printable)
    }
    if let whole = active.first(where: { $0.channel == nil }), !channels.isEmpty {
      Console.output(
        "\(application): the whole application is muted until \(whole.until.iso8601); \"cdnotify "
          + "unmute \(application.shellArgument)\" ends that".printable)
    } else if ended.isEmpty {
      Console.output("\(application): not muted".printable)
    }
  }
}
