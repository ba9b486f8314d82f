import Foundation

extension DeploymentNotification {
  /// One line: what, which version, where, how it ended.
  public var headline: String {
    var line = application
    if let revision { line += " \(revision.label)" }
    line += ": "
    line += isRollback ? "rollback" : "deployment"
    if let deploymentGroup { line += " to \(deploymentGroup)" }
    switch event {
    case .started: line += " started"
    case .ready: line += " is ready for its traffic"
    case .overdue: line += " is overdue"
    case .succeeded: line += " succeeded"
    case .failed: line += " failed"
    case .stopped: line += " was stopped"
    }
    if event.isEnd, let durationSeconds {
      line += event == .succeeded ? " in " : " after "
      line += Duration.seconds(durationSeconds).inWords
    }
    // A success that isn't whole must not read like one.
    if event == .succeeded, let failed = overview?.failed, failed > 0, let targets {
      line += ", but failed on \(failed) of \(targets)"
    }
    if let lateness { line += ", \(lateness)" }
    return line.oneLine
  }

  /// How much later it is told than it happened, from an hour on: `5 hours late`, `2 days late`.
  package var lateness: String? {
    guard let telling, let happened = happenedAt else { return nil }
    let hours = (telling.at.timeIntervalSince(happened) / 3600).rounded(.down)
    // A number beyond reason is the clock's trouble.
    guard hours >= 1, hours < 24 * 366 else { return nil }
    if hours < 48 { return hours < 2 ? "1 hour late" : "\(Int(hours)) hours late" }
    return "\(Int(hours / 24)) days late"
  }

  /// When what is told of came about; `nil` where that isn't known. A start is told with the
  /// deployment as it was read, which may have ended since.
  private var happenedAt: Date? {
    switch event {
    case .started: startedAt ?? createdAt
    case .succeeded, .failed, .stopped: completedAt
    default: nil
    }
  }

  /// Whether this deployment puts an earlier revision back.
  public var isRollback: Bool { rollback?.triggeredBy != nil }

  /// How good the news is, which decides a message's colour.
  public enum Tone: Sendable, Hashable {
    case good
    case bad
    /// It ended, and not as it was meant to.
    case doubtful
    /// Under way.
    case neutral
  }

  /// Whether it is good news or bad, for colours and icons.
  public var tone: Tone {
    switch event {
    case .started, .ready: .neutral
    case .succeeded: isRollback || (overview?.failed ?? 0) > 0 ? .doubtful : .good
    case .failed: .bad
    case .stopped, .overdue: .doubtful
    }
  }

  /// How many instances, functions or task sets the deployment is about.
  var targets: Int? {
    guard let overview else { return nil }
    let counts = [
      overview.succeeded, overview.failed, overview.skipped, overview.inProgress,
      overview.pending, overview.ready,
    ]
    let sum = counts.compactMap { $0 }.reduce(0) { sum, count in
      let (more, overflows) = sum.addingReportingOverflow(max(count, 0))
      return overflows ? .max : more
    }
    return sum > 0 ? sum : nil
  }
}
