import ArgumentParser
import CodeDeployNotifications
import Foundation

/// `cdnotify history`: what was seen and where it went.
struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Shows deployments seen and where each notification went, or why it didn't.")

  @Argument(help: "Only this application.")
  var application: String?

  @Option(
    name: .customLong("deployment"),
    help: "Only this deployment. Can be given several times.")
  var deployments: [String] = []

  @Option(help: "Only deployments created since then: a time, or a duration such as 7d.")
  var since: MomentArgument?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var global: GlobalOptions

  func run() async throws {
    try await Context.with(global) { context in
      let store = try context.openStore()
      let entries = try await store.history(
        HistoryQuery(
          filter: NotificationFilter(
            applications: Set([application].compactMap { $0 }), deployments: Set(deployments)),
          since: since?.date(now: Date())))
      if let application, entries.isEmpty {
        _ = try RegistrationSelection.all(application, in: try await store.registrations())
      }
      for id in deployments where !entries.contains(where: { $0.deployment.id == id }) {
        throw Failure(.notFound, "no deployment \"\(id.printable)\" was seen")
      }
      if json {
        try Console.output(json: entries.map(HistoryDocument.init))
      } else {
        for entry in entries { print(entry) }
        if entries.isEmpty, Console.isTerminal, !global.quiet {
          Console.output("No deployment was seen yet.")
        }
      }
    }
  }

  private func print(_ entry: HistoryEntry) {
    let deployment = entry.deployment
    let facts = [
      deployment.id, deployment.application, deployment.deploymentGroup,
      deployment.status.rawValue, deployment.revision?.label, deployment.createdAt.iso8601,
    ]
    Console.output(facts.compactMap { $0 }.joined(separator: "  ").printable)
    for line in entry.notifications {
      var text =
        "    \(line.state.rawValue.padded(to: 8))  \(line.event.rawValue) → \(line.channel)"
      if let sentAt = line.sentAt { text += "  \(sentAt.iso8601)" }
      if let next = line.nextAttemptAt { text += "  next attempt \(next.iso8601)" }
      if line.state != .sent, let reason = line.reason { text += "  \(reason)" }
      if line.state == .failed { text += "  [\(line.id)]" }
      Console.output(text.printable)
    }
  }
}

/// The JSON of one deployment's history.
private struct HistoryDocument: Encodable {
  struct Line: Encodable {
    var id: String
    var channel: String
    var event: DeploymentEvent
    var state: NotificationState
    var reason: String?
    var attempts: Int
    var nextAttemptAt: Date?
    var sentAt: Date?

    /// Writes every key, so that readers find one shape.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(id, forKey: .id)
      try container.encode(channel, forKey: .channel)
      try container.encode(event, forKey: .event)
      try container.encode(state, forKey: .state)
      try container.encode(reason, forKey: .reason)
      try container.encode(attempts, forKey: .attempts)
      try container.encode(nextAttemptAt, forKey: .nextAttemptAt)
      try container.encode(sentAt, forKey: .sentAt)
    }

    enum CodingKeys: String, CodingKey {
      case id, channel, event, state, reason, attempts
      case nextAttemptAt = "next_attempt_at"
      case sentAt = "sent_at"
    }
  }

  var deploymentID: String
  var application: String
  var deploymentGroup: String?
  var region: String
  var status: DeploymentStatus
  var creator: String?
  var revision: Revision?
  var createdAt: Date
  var completedAt: Date?
  var notifications: [Line]

  init(_ entry: HistoryEntry) {
    deploymentID = entry.deployment.id
    application = entry.deployment.application
    deploymentGroup = entry.deployment.deploymentGroup
    region = entry.region
    status = entry.deployment.status
    creator = entry.deployment.creator
    revision = entry.deployment.revision
    createdAt = entry.deployment.createdAt
    completedAt = entry.deployment.completedAt
    notifications = entry.notifications.map {
      Line(
        id: $0.id, channel: $0.channel, event: $0.event, state: $0.state, reason: $0.reason,
        attempts: $0.attempts, nextAttemptAt: $0.nextAttemptAt, sentAt: $0.sentAt)
    }
  }

  enum CodingKeys: String, CodingKey {
    case deploymentID = "deployment_id"
    case application
    case deploymentGroup = "deployment_group"
    case region, status, creator, revision
    case createdAt = "created_at"
    case completedAt = "completed_at"
    case notifications
  }
}
