import CodeDeployNotifications
import DeploymentNotifier
import Foundation

/// The text of `status`, and the limits that it is held against.
struct StatusText: Sendable {
  private let report: StatusReport
  /// Applications that are registered more than once, so that the name alone is ambiguous.
  private let ambiguous: Set<String>
  private let nothingRegistered: String

  init(_ report: StatusReport, of location: StoreLocation) {
    self.report = report
    nothingRegistered = location.nothingRegistered
    let registered = Dictionary(grouping: report.registrations, by: \.application)
    ambiguous = Set(registered.filter { $0.value.count > 1 }.keys)
  }

  /// The text for a person, in lines.
  var lines: [String] {
    guard !report.scopes.isEmpty else {
      return [nothingRegistered]
    }
    var lines = Columns.aligned(
      report.scopes.map { [$0.label, "last complete listing", $0.lastCompleteText] })
    lines += labelLines
    let since = report.oldestPendingAt.map { ", the oldest since \($0.iso8601)" } ?? ""
    let untried = report.untried > 0 ? ", \(report.untried) not tried yet" : ""
    lines.append("\(report.pending) pending\(report.pending > 0 ? since + untried : "")")
    lines.append(
      "\(report.failed) failed"
        + (report.failed > 0 ? "; see \"cdnotify history --state failed\"" : ""))
    lines.append("\(report.inFlight) in flight")
    lines += report.mutes.map { mute in
      let scope = ambiguous.contains(mute.application) ? " (\(mute.scope.label))" : ""
      return "muted until \(mute.until.iso8601): \(mute.application)\(scope)"
        + (mute.channel.map { ", channel \($0)" } ?? "")
    }
    if let polling = report.polling {
      lines.append("a poll has been running since \(polling.since.iso8601), process \(polling.pid)")
    }
    return lines
  }

  /// How many values of a label are listed.
  private static let listedValues = 10

  /// For each label its values, each with the number of its applications.
  private var labelLines: [String] {
    let labels = report.registrations.flatMap { registered in
      registered.labels.map { (name: $0.key, value: $0.value) }
    }
    return Dictionary(grouping: labels, by: \.name).sorted { $0.key < $1.key }.map { name, all in
      let counts = Dictionary(grouping: all, by: \.value).mapValues(\.count)
        .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      let values = counts.prefix(Self.listedValues).map { "\($0.key) (\($0.value))" }
      let more = counts.count > values.count ? ", \(counts.count - values.count) more" : ""
      return "label \(name): \(values.joined(separator: ", "))\(more)"
    }
  }

  /// The limits that are exceeded, a sentence each.
  func limitsPassed(silence: Duration?, failed: Int?) -> [String] {
    var passed: [String] = []
    if let silence {
      if report.scopes.isEmpty {
        passed.append(
          "nothing is registered in this store, so no listing can be complete: register an "
            + "application, or name another store with --store")
      }
      for scope in report.scopes where scope.age.map({ $0 > silence }) ?? true {
        let read =
          scope.lastComplete.map { "was last read completely \($0.age) ago, at \($0.time)," }
          ?? "was never read completely,"
        passed.append(
          "\(scope.label) \(read) and the limit is \(silence.inWords): check that polls run, and "
            + "what they print")
      }
    }
    if let failed, report.failed > failed {
      passed.append(
        "\(report.failed.counted("notification")) failed, and the limit is \(failed): "
          + "see \"cdnotify history --state failed\"")
    }
    return passed
  }
}

extension StatusReport.Scope {
  /// With the account, unless the role's ARN has it already.
  fileprivate var label: String {
    guard let accountID else { return scope.label }
    if let accountName { return "\(scope.label), account \(accountName) (\(accountID))" }
    return scope.accountID == nil ? "\(scope.label), account \(accountID)" : scope.label
  }

  /// When the last complete listing began, and how long ago that was; `nil` before the first.
  fileprivate var lastComplete: (time: String, age: String)? {
    guard let lastCompleteAt, let age else { return nil }
    return (lastCompleteAt.iso8601, age.inWords)
  }

  fileprivate var lastCompleteText: String {
    lastComplete.map { "\($0.time), \($0.age) ago" } ?? "never"
  }
}
