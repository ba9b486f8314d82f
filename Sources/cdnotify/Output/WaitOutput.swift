import CodeDeployNotifications
import DeploymentNotifier
import Foundation

/// The output and exit status of `wait`.
struct WaitOutput: Sendable {
  let isJSON: Bool
  let isQuiet: Bool

  /// Shows the state of the deployments on the terminal's last line.
  func progress(_ found: [WaitResult.Found]) {
    guard Console.isErrorTerminal, !isQuiet else { return }
    let parts = found.map { found in
      let deployment = found.deployment
      var part = "\(deployment.id) \(deployment.status.rawValue)"
      if let overview = deployment.overview {
        let counts = [
          overview.succeeded, overview.failed, overview.skipped, overview.inProgress,
          overview.pending, overview.ready,
        ].compactMap { $0 }
        let all = counts.reduce(0) { $0.addingReportingOverflow($1).partialValue }
        if all > 0 { part += ", \(overview.succeeded ?? 0) of \(all) done" }
      }
      let age = Date().timeIntervalSince(deployment.createdAt)
      return part + ", \(Duration.seconds(max(0, age)).inWords)"
    }
    Console.progress("Waiting … \(parts.joined(separator: "; ").printable.prefix(70))")
  }

  /// Removes the progress from the terminal.
  func clear() {
    if Console.isErrorTerminal, !isQuiet { Console.progress("") }
  }

  /// Prints a line for each end, and why it failed.
  func say(_ ended: [WaitResult.Found], _ context: Context) async {
    guard !isJSON else { return }
    clear()
    // Why one failed is no less worth saying where only problems are printed.
    for found in ended where !isQuiet || found.deployment.status != .succeeded {
      for line in await lines(found, context) { Console.output(line) }
    }
  }

  private func lines(_ found: WaitResult.Found, _ context: Context) async -> [String] {
    let deployment = found.deployment
    let event: DeploymentEvent =
      deployment.status == .succeeded
      ? .succeeded : deployment.status == .stopped ? .stopped : .failed
    var notification = DeploymentNotification(
      event: event, of: deployment, region: found.scope.region)
    if event != .succeeded {
      let source = context.source(found.access).details
      // If its targets can't be read, CodeDeploy's general cause is shown.
      notification.failure = try? await source.firstFailure(
        of: deployment.id, deployment.computePlatform)
    }
    let mark = event == .succeeded ? "succeeded" : event == .stopped ? "STOPPED" : "FAILED"
    var lines = ["\(mark)  \(deployment.id)  \(notification.headline)".printable]
    guard event != .succeeded else { return lines }
    lines += notification.causes.map { "    \($0)".printable }
    if let rollback = notification.rollbackStory { lines.append("    \(rollback)".printable) }
    if let log = notification.logTail {
      lines += log.split(separator: "\n", omittingEmptySubsequences: true)
        .map { "    | \(String($0).printable)" }
    }
    if let url = notification.consoleURL { lines.append("    \(url)") }
    return lines
  }

  func printJSON(_ result: WaitResult, _ announcing: WaitAnnouncing) async throws {
    let entries = await announcing.history(result.found)
    Console.output(json: HistoryDocument.array(of: entries))
  }

  /// Prints what is left, and returns the exit status.
  func conclude(_ result: WaitResult, _ timeout: Duration) -> ExitStatus {
    var statuses: [ExitStatus] = []
    if result.found.contains(where: { $0.deployment.status == .failed })
      || result.found.contains(where: { $0.deployment.status == .stopped })
    {
      statuses.append(.failed)
    }
    for id in result.unknown {
      statuses.append(.notFound)
      Console.error(
        "there is no deployment \(id): check the id, --region and --profile")
    }
    let inFlight = result.found.map(\.deployment).filter { !$0.status.isFinal }
    if let failure = result.failure, !result.hasEnded {
      let advice = failure.adviceWithCheckHint.map { " \($0)" } ?? ""
      Console.error("\(failure)\(advice)".printable)
      if result.found.isEmpty { statuses.append(ExitStatus(failure)) }
    }
    let left = inFlight.map { "\($0.id) is \($0.status.rawValue)" }
    if !inFlight.isEmpty {
      let why =
        result.wasStopped
        ? "told to stop"
        : "the time-out of \(timeout.inWords) was reached"
      Console.error("\(why): \(left.joined(separator: ", "))".printable)
    }
    if !inFlight.isEmpty || !result.unanswered.isEmpty || result.wasStopped {
      statuses.append(.tryAgain)
    }
    return .worst(of: statuses)
  }
}
