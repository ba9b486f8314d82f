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
      let store = try context.openStore()
      for _ in 0..<10 {
        if try await removeUnreadable(store) { return }
        let record = try RegistrationSelection.one(
          application, scope.selection, in: try await store.registrations())
        let (change, said) = try change(record)
        if try await store.change([change]) {
          if !global.quiet { Console.output("\(application): \(said)") }
          return
        }
      }
      throw Failure(.tryAgain, "others keep changing the same registration: run this again")
    }
  }

  /// Removes what is meant where it is one that can't be read. Whether a channel was named doesn't
  /// matter: none of it is of use.
  private func removeUnreadable(_ store: any Store) async throws -> Bool {
    let unreadable = try await store.unreadableRegistrations().filter {
      $0.identity.application == application && scope.selection.allows($0.identity.scope)
    }
    let readable = try await store.registrations().contains {
      $0.registration.application == application && scope.selection.allows($0.registration.scope)
    }
    guard unreadable.count == 1, !readable, let one = unreadable.first else { return false }
    guard try await store.remove(one) else { return false }
    if !global.quiet { Console.output("\(application): removed; it could not be read".printable) }
    return true
  }

  private func change(_ record: RegistrationRecord) throws -> (RegistrationChange, String) {
    guard !channels.isEmpty else { return (.remove(record), "removed") }
    var rest = record
    let channels = Set(channels).sorted()
    for channel in channels {
      _ = try RegistrationSelection.channel(channel, of: record.registration)
      rest.registration.channels.removeAll { $0.name == channel }
      rest.baselines[channel] = nil
    }
    let names = channels.joined(separator: ", ")
    guard !rest.registration.channels.isEmpty else {
      return (.remove(record), "removed with its last channel, \(names)")
    }
    return (.put(rest, over: record), "removed channel \(names)")
  }
}
