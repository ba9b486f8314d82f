import CodeDeployNotifications
import Foundation

/// What `poll` prints and ends with.
struct PollOutput {
  let report: PollReport
  let isDryRun: Bool
  /// The deployments that were named.
  let named: Set<String>
  let global: GlobalOptions

  func printJSON() throws {
    try Console.output(json: report)
  }

  /// What happened, for a person; a dry run's result is printed in any case.
  func printLines() {
    guard !global.quiet, isDryRun || Console.isTerminal || global.verbose else { return }
    let old = report.notifications.filter { $0.skipReason == .beforeRegistration }
    // A first cycle looks back by a week: that nobody is told of all that is a line, not hundreds.
    let isFlood = old.count > 5 && !isDryRun
    for notification in report.notifications
    where !isFlood || notification.skipReason != .beforeRegistration {
      Console.output(line(notification))
    }
    if isFlood {
      Console.output("skipped   \(old.count) notifications of what was before the registration")
    }
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
    if report.scopes.isEmpty {
      Console.output(
        "Nothing is registered yet. Begin with: cdnotify register APPLICATION --channel …")
    } else if named.isEmpty, report.notifications.isEmpty, report.scopes.allSatisfy(\.complete) {
      var line = "Nothing new"
      if report.inFlightDeployments > 0 { line += "; \(report.inFlightDeployments) in flight" }
      if report.pending > 0 { line += "; \(report.pending) waiting for another attempt" }
      Console.output("\(line).")
    }
  }

  private func sentence(_ unasked: PollReport.UnaskedDeployment) -> String {
    let channels = unasked.channels.map { channel in
      "\(channel.name) asks for \(channel.events.map(\.rawValue).joined(separator: ", "))"
    }
    return
      "\(unasked.id) of \(unasked.application) is \(unasked.status.rawValue): nothing to send, "
      + "as no channel asks for that. \(channels.joined(separator: "; "))."
  }

  private func line(_ notification: PollReport.NotificationReport) -> String {
    let group = notification.deploymentGroup.map { "/\($0)" } ?? ""
    let outcome = notification.outcome == .planned ? "would send" : notification.outcome.rawValue
    return [
      outcome.padded(to: isDryRun ? 10 : 8),
      "\(notification.application)\(group) \(notification.deploymentID)",
      "\(notification.event.rawValue) → \(notification.channel)",
      notification.reason == notification.event.rawValue ? nil : "(\(notification.reason))",
    ].compactMap { $0 }.joined(separator: "  ").printable
  }

  /// Trouble, a line each: what failed, for whom, and what happens next.
  func printTrouble() {
    for scope in report.scopes {
      for failure in Set(scope.failures.map(Self.sentences)).sorted() {
        trouble(failure)
      }
    }
    if let failure = report.storeFailure { trouble(failure.description) }
    for notification in report.notifications {
      let what =
        "\(notification.application) \(notification.deploymentID): "
        + "\"\(notification.event.rawValue)\" to \(notification.channel)"
      switch notification.outcome {
      case .failed:
        trouble(
          "\(what) was not sent and is given up: \(notification.reason). "
            + "See \"cdnotify history \(notification.application)\".")
      case .retrying:
        let next = notification.nextAttemptAt.map { " Next attempt: \($0.iso8601)." } ?? ""
        trouble("\(what) could not be sent yet: \(notification.reason).\(next)")
      case .skipped where notification.skipReason == .expired && !isDryRun:
        trouble("\(what) is not announced: \(notification.reason).")
      default: break
      }
    }
    for id in report.unknownDeployments {
      trouble("no registered application has a deployment \(id)")
    }
    for (id, application) in report.unregisteredDeployments.sorted(by: { $0.key < $1.key }) {
      trouble(
        "\(id) is a deployment of \(application), which isn't registered: register it with "
          + "\"cdnotify register \(application) --channel …\", then ask again")
    }
  }

  /// What failed, what to do about it, and what happens next.
  private static func sentences(_ failure: any Error) -> String {
    let advice = (failure as? AWSFailure)?.advice.map { " \($0)" } ?? ""
    return "\(failure)\(advice) The next poll asks again."
  }

  private func trouble(_ text: String) { Console.error("cdnotify: \(text.printable)") }

  var status: ExitStatus {
    var statuses: [ExitStatus] = []
    for failure in report.scopes.flatMap(\.failures) {
      statuses.append((failure as? AWSFailure).map(ExitStatus.init) ?? .unavailable)
    }
    if let failure = report.storeFailure { statuses.append(ExitStatus(failure)) }
    if report.notifications.contains(where: { $0.outcome == .failed }) { statuses.append(.failed) }
    if !report.unknownDeployments.isEmpty || !report.unregisteredDeployments.isEmpty {
      statuses.append(.notFound)
    }
    if report.wasStopped || (report.pending > 0 && !isDryRun) { statuses.append(.tryAgain) }
    return .worst(of: statuses)
  }
}
