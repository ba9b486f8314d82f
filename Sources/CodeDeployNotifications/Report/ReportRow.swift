import Foundation

/// A deployment as a row of a table.
struct ReportRow {
  let deployment: ReportedDeployment
  /// Its application and group, as HTML, unless the table says them.
  let group: String?
  let now: Date

  var html: String {
    let facts = deployment.deployment
    let time = ReportText.time(deployment.time)
    let who = deployment.deployer ?? facts.creator?.rawValue ?? ""
    return """
      <tr>\(group.map { "<th scope=\"row\">\($0)</th>" } ?? "")\
      <td><time datetime="\(deployment.time.iso8601)">\(time)</time></td>\
      <td>\(ReportText.outcome(deployment))</td>\
      <td>\(ReportText.html(facts.revision?.label ?? ""))</td>\
      <td>\(ReportText.html(who))</td><td>\(took)</td><td>\(ReportText.link(deployment))</td></tr>
      """
  }

  private var took: String {
    let facts = deployment.deployment
    let seconds = (facts.completedAt ?? now).timeIntervalSince(facts.createdAt)
    return Duration.seconds(max(0, seconds)).inWords
  }
}

/// A failed deployment with what is known of the cause.
struct ReportStory {
  let deployment: ReportedDeployment
  /// Its application and group, as HTML.
  let group: String

  /// All of it, or a line that unfolds.
  func html(isOpen: Bool) -> String {
    let facts = deployment.deployment
    let version = facts.revision.map { " \(ReportText.html($0.label))" } ?? ""
    let who = deployment.deployer.map { ", by \(ReportText.html($0))" } ?? ""
    let head = "\(ReportText.outcome(deployment)) \(group)\(version)"
    let time = """
      <time datetime="\(deployment.time.iso8601)">\(ReportText.time(deployment.time))</time>
      """
    guard isOpen else {
      return """
        <details><summary>\(head) <span>\(time)</span></summary>
        <article><p>\(ReportText.link(deployment))\(who)</p>
        \(cause)</article></details>
        """
    }
    return """
      <article><h3>\(head)</h3>
      <p>\(time) \(ReportText.link(deployment))\(who)</p>
      \(cause)</article>
      """
  }

  private var cause: String {
    let facts = deployment.deployment
    var lines: [String] = []
    if let failure = deployment.failure {
      let place = [
        failure.lifecycleEvent, failure.target.map { "on \($0)" },
        failure.script.map { "in \($0)" },
      ].compactMap { $0 }.joined(separator: " ")
      if !place.isEmpty { lines.append("<p>\(ReportText.html(place))</p>") }
      if let message = failure.message { lines.append("<p>\(ReportText.html(message))</p>") }
      if let log = failure.logTail { lines.append("<pre>\(ReportText.html(log))</pre>") }
    }
    if let error = facts.error {
      let text = [error.code, error.message].compactMap { $0 }.joined(separator: ": ")
      lines.append("<p>\(ReportText.html(text))</p>")
    }
    if let id = facts.rollback?.rolledBackBy {
      lines.append("<p>Rolled back by \(ReportText.html(id)).</p>")
    }
    return lines.joined(separator: "\n")
  }
}
