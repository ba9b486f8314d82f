import ArgumentParser
import CodeDeployNotifications

/// `cdnotify list`: the registrations.
struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the registrations.",
    discussion: "With --json it prints what \"register --file\" takes; secrets are masked.")

  @Argument(help: "Only this application.")
  var application: String?

  @Flag(help: "Print registration documents.")
  var json = false

  @OptionGroup var scope: ScopeOptions
  @OptionGroup var global: GlobalOptions

  func run() async throws {
    try await Context.with(global) { context in
      let records = try await context.openStore().registrations()
      let chosen = try RegistrationSelection.all(application, scope, in: records)
        .map(\.registration)
      if json {
        let writer = RegistrationWriter(catalog: context.catalog)
        Console.output(DocumentValue.list(chosen.map(writer.document)).json())
        return
      }
      for registration in chosen { Console.output(describe(registration, context)) }
      if chosen.isEmpty, Console.isTerminal, !global.quiet {
        Console.output(
          "Nothing is registered yet. Begin with: cdnotify register APPLICATION --channel …")
      }
    }
  }

  private func describe(_ registration: Registration, _ context: Context) -> String {
    let plan = context.plan
    var lines = ["\(registration.application)  (\(registration.scope.label))"]
    if !registration.deploymentGroups.isEmpty {
      lines.append("  groups  \(registration.deploymentGroups.joined(separator: ", "))")
    }
    if let creators = registration.creators {
      lines.append("  creators  \(creators.joined(separator: ", "))")
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
