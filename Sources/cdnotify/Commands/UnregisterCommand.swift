import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier

/// `cdnotify unregister`: removes a registration, or one channel of it.
struct UnregisterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unregister",
    abstract: "Removes an application's registration, or one channel of it.",
    usage: "cdnotify unregister APPLICATION [--channel NAME]... [OPTION...]",
    discussion: "What was announced stays in the history.")

  @Argument(help: "The application's name in CodeDeploy.")
  var application: String

  @Option(
    name: .customLong("channel"),
    help: "Remove only the channel of this name. Can be given several times.")
  var channels: [String] = []

  @OptionGroup var scope: ScopeOptions
  @OptionGroup var global: GlobalOptions

  func run() async throws {
    try await Context.with(global) { context in
      let request = UnregisterRequest(application, scope.selection, channels: Set(channels))
      let outcome = try await request.remove(from: try context.openStore())
      if !global.quiet { say(outcome) }
    }
  }

  private func say(_ outcome: UnregisterRequest.Outcome) {
    let said =
      switch outcome {
      case .registration: "removed"
      case .unreadable: "removed; it could not be read"
      case .channels(let names): "removed channel \(names.joined(separator: ", "))"
      case .lastChannels(let names):
        "removed with its last channel, \(names.joined(separator: ", "))"
      }
    Console.output("\(application): \(said)".printable)
  }
}
