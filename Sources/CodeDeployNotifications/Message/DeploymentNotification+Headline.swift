import Foundation

extension DeploymentNotification {
  /// One line: the application, its version, the group and the event.
  public var headline: String {
    var line = application
    if let revision { line += " \(revision.label)" }
    line += ": "
    line += isRollback ? "rollback" : "deployment"
    if let deploymentGroup { line += " to \(deploymentGroup)" }
    switch event {
    case .started: line += " started"
    case .ready: line += " is ready for its traffic"
    case .overdue:
      line += " is overdue"
      if let timeInFlight { line += ", in progress for \(timeInFlight.inWords)" }
    case .succeeded: line += " succeeded"
    case .failed: line += " failed"
    case .stopped: line += " was stopped"
    }
    if event.isEnd, let durationSeconds {
      line += event == .succeeded ? " in " : " after "
      line += Duration.seconds(durationSeconds).inWords
    }
    // A success with failed targets must not read like a full success.
    if event == .succeeded, let failed = overview?.failed, failed > 0, let targets {
      line += ", but failed on \(failed) of \(targets)"
    }
    if let lateness { line += ", \(lateness)" }
    return line.oneLine
  }

  /// How much later than the event the announcement is, from an hour on: `5 hours late`, `2 days
  /// late`.
  package var lateness: String? {
    guard let telling, let happened = happenedAt else { return nil }
    let hours = (telling.at.timeIntervalSince(happened) / 3600).rounded(.down)
    // A larger number comes from a wrong clock.
    guard hours >= 1, hours < 24 * 366 else { return nil }
    if hours < 48 { return hours < 2 ? "1 hour late" : "\(Int(hours)) hours late" }
    return "\(Int(hours / 24)) days late"
  }

  /// When the event happened; `nil` where that isn't known. A `started` event is announced with the
  /// deployment's current facts, and the deployment may have ended since.
  private var happenedAt: Date? {
    switch event {
    case .started: startedAt ?? createdAt
    case .succeeded, .failed, .stopped: completedAt
    default: nil
    }
  }

  /// How long the deployment has been in flight when this is announced; `nil` where that isn't known.
  private var timeInFlight: Duration? {
    guard let telling else { return nil }
    let seconds = telling.at.timeIntervalSince(createdAt).rounded()
    // A larger number comes from a wrong clock.
    guard seconds > 0, seconds < 366 * 86_400 else { return nil }
    return .seconds(seconds)
  }

  /// Since when an overdue deployment is in flight, for how long, and after how long it was overdue;
  /// `nil` for any other event.
  var overdueStory: String? {
    guard event == .overdue else { return nil }
    let (begun, now) = (createdAt.iso8601, telling?.at.iso8601)
    let isToday = now.map { $0.prefix(10) == begun.prefix(10) } ?? false
    var story = "since \(isToday ? "" : "\(begun.prefix(10)) ")\(begun.dropFirst(11).prefix(5)) UTC"
    if let timeInFlight { story += ", for \(timeInFlight.inWords)" }
    if let limit = telling?.overdueAfter { story += "; overdue after \(limit.inWords)" }
    return story
  }

  /// Whether this deployment restores an earlier revision.
  public var isRollback: Bool { rollback?.triggeredBy != nil }

  /// How good the news is, which decides a message's colour.
  public enum Tone: Sendable, Hashable {
    case good
    case bad
    /// It ended, but not as intended.
    case doubtful
    /// It hasn't ended.
    case neutral
  }

  /// How good the news is, for colours and icons.
  public var tone: Tone {
    switch event {
    case .started, .ready: .neutral
    case .succeeded: isRollback || (overview?.failed ?? 0) > 0 ? .doubtful : .good
    case .failed: .bad
    case .stopped, .overdue: .doubtful
    }
  }

  /// The number of instances, functions or task sets of the deployment.
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
