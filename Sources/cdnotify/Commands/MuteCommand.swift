import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Foundation

/// `cdnotify mute`: mutes an application, or one of its channels, for a while.
struct MuteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mute",
    abstract: "Announces nothing about an application for a while.",
    usage: "cdnotify mute APPLICATION [--channel NAME] --for DURATION [OPTION...]",
    discussion: """
      What happens meanwhile, and what would be tried meanwhile, is recorded as skipped: it is not \
      announced later either. "cdnotify unmute" ends a mute, and "cdnotify list" shows it.

        cdnotify mute checkout --for 2h
        cdnotify mute checkout --channel pagerduty --for 30m
      """)

  @Argument(help: "The application's name in CodeDeploy.")
  var application: String

  @Option(
    name: .customLong("channel"),
    help: "Mute only the channel of this name. Can be given several times.")
  var channels: [String] = []

  @Option(
    name: .customLong("for"), help: "For how long, as in 2h.", transform: DurationArgument.read)
  var duration: DurationArgument

  @OptionGroup var scope: ScopeOptions
  @OptionGroup var global: GlobalOptions

  mutating func validate() throws {
    guard duration.duration > .zero else {
      throw ValidationError("--for must be more than 0s; \"cdnotify unmute\" ends a mute")
    }
  }

  func run() async throws {
    try await Context.with(global) { context in
      let store = try context.openStore()
      let record = try RegistrationSelection.one(
        application, scope.selection, in: try await store.registrations())
      let now = Date()
      let until = now.addingTimeInterval(duration.duration.inSeconds)
      let muted = try await store.mute(channels, of: record, from: now, until: until)
      guard !global.quiet else { return }
      let what = muted.compactMap { $0 }.map { ", channel \($0)" }
      for channel in what.isEmpty ? [""] : what {
        Console.output("\(application)\(channel): muted until \(until.iso8601)".printable)
      }
    }
  }
}
