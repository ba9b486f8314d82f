extension DeploymentNotification {
  /// Why it failed, one line each, the most direct cause first; empty where nothing is known.
  public var causes: [String] {
    var lines: [String] = []
    if let failure {
      var line = failure.lifecycleEvent.map { "\($0) failed" } ?? "It failed"
      if let target = failure.target { line += " on \(target)" }
      if let script = failure.script { line += ", in \(script)" }
      let cause = [failure.errorCode, failure.message].compactMap { $0 }.joined(separator: ": ")
      lines.append(cause.isEmpty ? line : "\(line): \(cause)")
    }
    let general = [error?.code, error?.message].compactMap { $0 }.joined(separator: ": ")
    if !general.isEmpty { lines.append(general) }
    return lines.map(\.oneLine)
  }

  /// The last lines that the failed script wrote; `nil` where there are none.
  public var logTail: String? {
    guard let log = failure?.logTail, !log.isBlank else { return nil }
    return log
  }

  /// What was rolled back to which revision, or by which deployment, in one line; `nil` for a
  /// deployment without a rollback.
  public var rollbackStory: String? {
    var parts: [String] = []
    if let failed = rollback?.triggeredBy {
      var part = "Rolls back \(failed)"
      if let revision { part += " to \(revision.label)" }
      parts.append(part)
    }
    if let successor = rollback?.rolledBackBy { parts.append("Rolled back by \(successor)") }
    guard !parts.isEmpty else { return nil }
    let story = parts.joined(separator: "; ")
    guard let message = rollback?.message, !message.isEmpty else { return story.oneLine }
    return "\(story) (\(message))".oneLine
  }

  /// Some lines of plain text: the headline and its details.
  public var story: String {
    var lines = [headline]
    lines += causes.map { "Why: \($0)" }
    if let rollbackStory { lines.append("Rollback: \(rollbackStory)") }
    lines += facts.map { "\($0.label): \($0.value)" }
    lines += links.map { "\($0.label): \($0.url)" }
    if let logTail {
      lines += ["", "The last lines of the log:"]
      lines += logTail.split(separator: "\n", omittingEmptySubsequences: false)
        .map { "  \($0)" }
    }
    return lines.joined(separator: "\n")
  }
}
