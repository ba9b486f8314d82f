import CodeDeployNotifications
import Foundation

/// Metrics of a run, in the text format of Prometheus:
/// https://prometheus.io/docs/instrumenting/exposition_formats/
struct PollMetrics {
  var endedAt: Date
  var duration: Duration
  var status: ExitStatus
  /// The report; `nil` where the run ended before there was one.
  var report: PollReport?
  /// What is registered.
  var registrations: [Registration] = []

  /// Whether the run did what it could: pending notifications for the next run aren't a failure.
  static func isSuccess(_ status: ExitStatus) -> Bool { status == .done || status == .tryAgain }

  private static let lastSuccess = "cdnotify_last_success_timestamp_seconds"
  private static let total = "cdnotify_notifications_total"

  /// The file's new text. `before` is its old text: the time of the last success survives failed
  /// runs, and what polls have sent and given up is counted over all of them. Runs may be more
  /// frequent than looks at the file.
  func text(before: String?) -> String {
    var lines: [String] = []
    func add(
      _ name: String, _ help: String, type: String = "gauge",
      _ samples: [(labels: String, value: String)]
    ) {
      lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(type)"]
      lines += samples.map { "\(name)\($0.labels) \($0.value)" }
    }
    let now = Self.number(endedAt.timeIntervalSince1970)
    if let success = Self.isSuccess(status) ? now : Self.success(in: before) {
      add(Self.lastSuccess, "When a poll last ended with 0 or 75.", [("", success)])
    }
    add("cdnotify_last_run_timestamp_seconds", "When the last poll ended.", [("", now)])
    add(
      "cdnotify_last_run_duration_seconds", "How long the last poll took.",
      [("", Self.number(duration.inSeconds))])
    add(
      "cdnotify_last_run_exit_code",
      "The exit code of the last poll.", [("", "\(status.rawValue)")])
    if let report {
      let accounts = AccountNames(
        registrations, accountIDs: report.scopes.reduce(into: [:]) { $0[$1.scope] = $1.accountID })
      add(
        "cdnotify_aws_requests", "Requests to CodeDeploy in the last poll.",
        [("", "\(report.scopes.reduce(0) { $0 + $1.requests })")])
      if !report.scopes.isEmpty {
        add(
          "cdnotify_scope_complete", "Whether the last poll read all of an account and region.",
          report.scopes.map { (labels($0.scope, accounts), $0.complete ? "1" : "0") })
      }
      if !registrations.isEmpty {
        let known = RegistrationMetrics(registrations, accounts)
        add(
          "cdnotify_registration_info",
          "Registered applications with their account and labels; always 1.",
          known.samples.map { ($0, "1") })
      }
      let outcomes: [PollReport.NotificationReport.Outcome] = [
        .sent, .retrying, .failed, .skipped,
      ]
      add(
        "cdnotify_notifications", "Notifications that the last poll handled, by outcome.",
        outcomes.map { outcome in
          let count = report.notifications.count { $0.outcome == outcome }
          return ("{outcome=\"\(outcome.rawValue)\"}", "\(count)")
        })
      add(
        "cdnotify_notifications_pending", "Notifications that are pending for the next poll.",
        [("", "\(report.pending)")])
    }
    add(
      Self.total, "Notifications that polls have ended with, by outcome.", type: "counter",
      [PollReport.NotificationReport.Outcome.sent, .failed, .skipped].map { outcome in
        let labels = "{outcome=\"\(outcome.rawValue)\"}"
        let now = report?.notifications.count { $0.outcome == outcome } ?? 0
        return (labels, "\(Self.count(Self.total + labels, in: before) + now)")
      })
    return lines.joined(separator: "\n") + "\n"
  }

  /// What tells an account and region from others.
  private func labels(_ scope: AWSScope, _ accounts: AccountNames) -> String {
    RegistrationMetrics.text([
      ("account_id", accounts.id(of: scope) ?? ""),
      ("account_name", accounts.name(of: scope) ?? ""),
      ("region", scope.region), ("profile", scope.profile), ("role_arn", scope.roleARN),
    ])
  }

  private static func success(in text: String?) -> String? {
    value(of: lastSuccess, in: text).flatMap { Double($0) == nil ? nil : $0 }
  }

  /// A counter's value; 0 where the text has none that can be incremented.
  private static func count(_ series: String, in text: String?) -> Int {
    value(of: series, in: text).flatMap(Int.init).flatMap { counts.contains($0) ? $0 : nil } ?? 0
  }

  /// The counts that can be incremented.
  private static let counts = 0..<1_000_000_000_000

  private static func value(of series: String, in text: String?) -> String? {
    text?.split(separator: "\n").first { $0.hasPrefix(series + " ") }
      .map { String($0.dropFirst(series.count + 1)) }
  }

  private static func number(_ value: Double) -> String {
    "\((value * 1000).rounded() / 1000)"
  }
}
