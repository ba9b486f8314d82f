import CodeDeployNotifications
import Foundation

/// The output and exit status of `poll`.
struct PollOutput {
  let report: PollReport
  let isDryRun: Bool
  /// The deployments that were named on the command line.
  let named: Set<String>
  let global: GlobalOptions
  /// Applications that are registered more than once, so that the name alone is ambiguous.
  let ambiguous: Set<String>
  let nothingRegistered: String

  func printJSON() throws {
    try Console.output(json: report)
  }

  /// Prints what happened, for a person. A dry run's result, and why a named deployment isn't
  /// announced, are always printed.
  func printLines(_ outbox: OutboxSummary?) {
    guard !global.quiet else { return }
    guard isDryRun || Console.isTerminal || global.verbose else {
      if !named.isEmpty {
        for skipped in report.notifications where skipped.outcome == .skipped {
          Console.output(line(skipped))
        }
        printUnannounced()
      }
      return
    }
    let old = report.notifications.filter { $0.skipReason == .beforeRegistration }
    // A first cycle looks back by a week: its skips get one line, not hundreds.
    let isFlood = old.count > 5 && !isDryRun
    for notification in report.notifications
    where !isFlood || notification.skipReason != .beforeRegistration {
      // On a terminal the same text is already shown by standard error.
      if isTrouble(notification), Console.isTerminal, Console.isErrorTerminal { continue }
      Console.output(line(notification))
    }
    if isFlood {
      Console.output("skipped   \(old.count) notifications of events before the registration")
    }
    printUnannounced()
    if report.scopes.isEmpty {
      Console.output(nothingRegistered)
    } else if named.isEmpty, report.notifications.isEmpty, report.scopes.allSatisfy(\.complete) {
      let more = [
        report.inFlightDeployments > 0 ? "\(report.inFlightDeployments) in flight" : nil,
        report.pending > 0 ? pendingWords(outbox) : nil,
      ].compactMap { $0 }
      Console.output((["Nothing new"] + more).joined(separator: "; ") + ".")
    }
  }

  /// Deployments that were read or named, and of which nothing is announced.
  private func printUnannounced() {
    let reported = Set(report.notifications.map(\.deploymentID))
    for unasked in report.unaskedDeployments.sorted(by: { $0.id < $1.id }) {
      Console.output(sentence(unasked).printable)
    }
    let quiet = named.subtracting(reported).subtracting(report.unknownDeployments)
      .subtracting(report.unregisteredDeployments.keys)
      .subtracting(report.unaskedDeployments.map(\.id)).sorted()
    for id in quiet {
      Console.output("\(id): nothing to send. See \"cdnotify history --deployment \(id)\".")
    }
  }

  private func sentence(_ unasked: PollReport.UnaskedDeployment) -> String {
    let channels = unasked.channels.map { channel in
      "\(channel.name) asks for \(channel.events.map(\.rawValue).joined(separator: ", "))"
    }
    return
      "\(unasked.id) of \(unasked.application) is \(unasked.status.rawValue): nothing to send, "
      + "because no channel asks for that. \(channels.joined(separator: "; "))."
  }

  /// Prints the summary line, after everything else for a person.
  func printSummary(_ outbox: OutboxSummary?) {
    guard !global.quiet, !isDryRun, Console.isTerminal || global.verbose else { return }
    func count(_ outcome: PollReport.NotificationReport.Outcome) -> Int {
      report.notifications.count { $0.outcome == outcome }
    }
    let (sent, failed) = (count(.sent), count(.failed))
    guard sent + failed + count(.retrying) > 0 else { return }
    let parts = [
      sent > 0 ? "\(sent) sent" : nil, failed > 0 ? "\(failed) failed" : nil,
      report.pending > 0 ? pendingWords(outbox) : nil,
    ].compactMap { $0 }
    let advice = failed > 0 ? " See \"cdnotify history --state failed\"." : ""
    Console.output(parts.joined(separator: ", ") + "." + advice)
  }

  /// How many notifications are pending, until when, and how many of them nobody has tried to send.
  private func pendingWords(_ outbox: OutboxSummary?) -> String {
    var words = "\(report.pending) pending"
    if let next = outbox?.nextAttemptAt, next > report.startedAt {
      words += " until \(next.clock(at: report.startedAt))"
    }
    if let untried = outbox?.untried, untried > 0, untried < report.pending {
      words += " (\(untried) not tried yet)"
    } else if let untried = outbox?.untried, untried > 0 {
      words += " (not tried yet)"
    }
    return words
  }

  private func isTrouble(_ notification: PollReport.NotificationReport) -> Bool {
    notification.outcome == .failed || notification.outcome == .retrying
  }

  private func line(_ notification: PollReport.NotificationReport) -> String {
    let group = notification.deploymentGroup.map { "/\($0)" } ?? ""
    let outcome = notification.outcome == .planned ? "would send" : notification.outcome.rawValue
    return [
      outcome.padded(to: isDryRun ? 10 : 8),
      "\(notification.title(ambiguous, group: group)) \(notification.deploymentID)",
      "\(notification.event.rawValue) → \(notification.channel)",
      notification.reason == notification.event.rawValue ? nil : "(\(notification.reason))",
    ].compactMap { $0 }.joined(separator: "  ").printable
  }

  /// The problems, each once.
  var troubles: [Trouble] { Trouble.all(of: report, isDryRun: isDryRun, ambiguous: ambiguous) }

  var status: ExitStatus {
    var statuses = report.scopes.flatMap(\.failures).map { ExitStatus($0) }
    if let failure = report.storeFailure { statuses.append(ExitStatus(failure)) }
    if report.notifications.contains(where: { $0.outcome == .failed }) { statuses.append(.failed) }
    if !report.unknownDeployments.isEmpty || !report.unregisteredDeployments.isEmpty {
      statuses.append(.notFound)
    }
    if report.wasStopped || (report.pending > 0 && !isDryRun) { statuses.append(.tryAgain) }
    return .worst(of: statuses)
  }
}

extension Date {
  /// The time of day in UTC, with the date unless it is that of `now`.
  func clock(at now: Date) -> String {
    let time = iso8601.dropFirst(11).prefix(5) + " UTC"
    let (day, today) = (iso8601.prefix(10), now.iso8601.prefix(10))
    return day == today ? String(time) : "\(day) \(time)"
  }
}

extension PollReport.NotificationReport {
  /// The application, with its scope if it is registered in several.
  func title(_ ambiguous: Set<String>, group: String = "") -> String {
    guard ambiguous.contains(application), let scope else { return application + group }
    return "\(application)\(group) (\(scope.label))"
  }
}
