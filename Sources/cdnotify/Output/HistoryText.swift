import CodeDeployNotifications
import DeploymentNotifier
import Foundation

/// The history for a person: a line for each deployment and one for each notification, in columns.
struct HistoryText {
  private let registrations: [Registration]
  /// Applications that are registered more than once, so that the name alone is ambiguous.
  private let ambiguous: Set<String>
  private let now: Date
  private let style: TextStyle
  private let catalog: ChannelCatalog
  /// Whether each attempt gets a line of its own.
  private let showsTries: Bool

  init(
    _ records: [RegistrationRecord], now: Date, showsTries: Bool,
    style: TextStyle = .standardOutput, catalog: ChannelCatalog = .all
  ) {
    registrations = records.map(\.registration)
    ambiguous = RegistrationSelection.ambiguous(records)
    self.now = now
    self.showsTries = showsTries
    self.style = style
    self.catalog = catalog
  }

  func lines(of entries: [HistoryEntry]) -> [String] {
    let heads = Columns.aligned(entries.map(head))
    let notifications = entries.map { $0.notifications.map(columns) }
    var rows = Columns.aligned(Array(notifications.joined()))[...]
    var lines: [String] = []
    for (entry, head) in zip(entries, heads) {
      lines.append(style.bold(head))
      for notification in entry.notifications {
        guard let row = rows.popFirst() else { break }
        lines.append("    " + style.colored(row, notification.state))
        if showsTries {
          lines += Columns.aligned(notification.tries.map(columns)).map { "        " + $0 }
        }
      }
      if entry.notifications.isEmpty { lines.append("    " + unasked(entry)) }
    }
    return lines
  }

  private func head(_ entry: HistoryEntry) -> [String] {
    let deployment = entry.deployment
    let group = deployment.deploymentGroup.map { "/\($0)" } ?? ""
    let age = Duration.seconds(max(0, now.timeIntervalSince(deployment.createdAt))).inWords
    var place = "\(deployment.application)\(group)"
    if ambiguous.contains(deployment.application) { place += " (\(entry.scope.label))" }
    return [
      deployment.id, place, deployment.status.rawValue, deployment.revision?.label ?? "",
      "created \(deployment.createdAt.iso8601), \(age) ago",
    ].map(\.printable)
  }

  private func columns(_ line: HistoryEntry.Line) -> [String] {
    [line.state.rawValue, "\(line.event.rawValue) → \(line.channel)", story(line)]
      .map(\.printable)
  }

  private func columns(_ attempt: DeliveryTry) -> [String] {
    [
      attempt.at.iso8601, attempt.outcome.rawValue, "\(attempt.durationMilliseconds) ms",
      attempt.answer,
    ].map(\.printable)
  }

  /// The time, the number of attempts, and the reason.
  private func story(_ line: HistoryEntry.Line) -> String {
    let tries = line.attempts.counted("attempt")
    let reason = line.shownReason.map { ": \($0)" } ?? ""
    switch line.state {
    case .sent:
      let at = line.sentAt.map { "sent \($0.iso8601)" } ?? "sent"
      return line.attempts > 1 ? "\(at), \(tries)" : at
    case .pending where line.attempts == 0:
      let due = line.nextAttemptAt.map { ", due \($0.iso8601)" } ?? ""
      let isPlain = line.shownReason == HistoryEntry.Line.untried
      return HistoryEntry.Line.untried + due + (isPlain ? "" : reason)
    case .pending:
      let next = line.nextAttemptAt.map { "next attempt \($0.iso8601), " } ?? ""
      return "\(next)\(tries) so far\(reason)"
    case .sending: return HistoryEntry.Line.underWay
    case .failed:
      let at = line.failedAt.map { "failed \($0.iso8601), " } ?? ""
      return "\(at)\(tries)\(reason)  [\(line.id)]"
    case .skipped: return line.shownReason ?? ""
    }
  }

  /// Why a deployment has no notifications.
  private func unasked(_ entry: HistoryEntry) -> String {
    let deployment = entry.deployment
    guard
      let registration = registrations.first(where: {
        $0.application == deployment.application && $0.scope == entry.scope
      })
    else {
      return "\(deployment.application) isn't registered any more".printable
    }
    let plan = Plan(catalog: catalog, now: now, maximumAge: .zero)
    let asked = registration.channels.map { channel in
      let events = DeploymentEvent.allCases.filter(
        plan.events(for: channel, of: registration).contains)
      let what = events.isEmpty ? "nothing" : events.map(\.rawValue).joined(separator: ", ")
      return "\(channel.name) asks for \(what)"
    }
    let what = deployment.status.isFinal ? "its outcome" : "what it has reached so far"
    return "nothing to send, because no channel asks for \(what): \(asked.joined(separator: "; "))"
      .printable
  }
}
