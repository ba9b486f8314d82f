import ArgumentParser
import CodeDeployNotifications
import DeploymentNotifier
import Foundation

/// `cdnotify list`: the registrations.
struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the registrations.",
    usage: "cdnotify list [APPLICATION] [OPTION...]",
    discussion: "With --json it prints what \"register --file\" takes; secrets are masked.")

  @Argument(help: "Only this application.")
  var application: String?

  @Flag(help: "Print registration documents.")
  var json = false

  @OptionGroup var scope: ScopeOptions
  @OptionGroup var global: GlobalOptions

  func run() async throws {
    try await Context.with(global) { context in
      let rows = UnreadableRows()
      let store = try context.storeLocation().openOrEmpty().noting(in: rows)
      let records = try await store.registrations()
      let unreadable = try await store.unreadableRegistrations().filter {
        $0.identity.application == application ?? $0.identity.application
      }
      // Reported at the end, since the other registrations aren't affected.
      var failure = UnreadableRegistration.failure(unreadable)
      if records.isEmpty, let failure { throw failure }
      let chosen = try RegistrationSelection.all(application, scope.selection, in: records)
        .map(\.registration)
      if json {
        let writer = RegistrationWriter(catalog: context.catalog)
        Console.output(json: DocumentValue.list(chosen.map(writer.document)).json())
        if let failure { throw failure }
        return
      }
      let now = Date()
      let mutes = chosen.isEmpty ? [] : try await store.mutes().filter { $0.isActive(at: now) }
      for registration in chosen {
        Console.output(
          describe(
            registration, mutes.filter { $0.identity == registration.identity }, context))
      }
      failure = failure ?? rows.failure
      if let failure { throw failure }
      if chosen.isEmpty, Console.isTerminal, !global.quiet {
        Console.output(try context.storeLocation().nothingRegistered)
      }
    }
  }

  private func describe(
    _ registration: Registration, _ mutes: [Mute], _ context: Context
  ) -> String {
    let plan = context.plan
    var lines = ["\(registration.application)  (\(registration.scope.label))"]
    if !registration.deploymentGroups.isEmpty {
      lines.append("  groups  \(registration.deploymentGroups.joined(separator: ", "))")
    }
    if let creators = registration.creators {
      lines.append("  creators  \(creators.map(\.rawValue).joined(separator: ", "))")
    }
    for (name, value) in registration.labels.sorted(by: { $0.key < $1.key }) {
      lines.append("  label   \(name): \(value)")
    }
    if let overdueAfter = registration.overdueAfter {
      lines.append("  overdue after \(overdueAfter.inWords)")
    }
    for mute in mutes {
      lines.append(
        "  muted until \(mute.until.iso8601)\(mute.channel.map { ", channel \($0)" } ?? "")")
    }
    let width = registration.channels.map(\.name.count).max() ?? 0
    for channel in registration.channels {
      let asked = plan.events(for: channel, of: registration)
      let events = DeploymentEvent.allCases.filter(asked.contains)
      var line = "  \(channel.name.padded(to: width))  \(channel.type.padded(to: 10))  "
      line += events.map(\.rawValue).joined(separator: ", ")
      if !channel.deploymentGroups.isEmpty {
        line += "  in \(channel.deploymentGroups.joined(separator: ", "))"
      }
      lines.append(line)
    }
    return lines.map(\.printable).joined(separator: "\n")
  }
}
