import CodeDeployNotifications
import Foundation

/// Which lasting problems were reported, so that cron doesn't mail them in every run. A pure
/// decision, which doesn't read or write the file.
struct TroubleMemory: Codable, Equatable {
  struct Entry: Codable, Equatable {
    /// When the problem first occurred.
    var since: Date
    /// When it was last reported.
    var saidAt: Date
    /// Whether it is over and that wasn't reported, as a run at a terminal found it out.
    var isOver: Bool?

    enum CodingKeys: String, CodingKey {
      case since
      case saidAt = "said_at"
      case isOver = "is_over"
    }
  }

  /// By subject and kind: one subject can have several kinds of problems, and one can hide another.
  private(set) var entries: [String: [String: Entry]] = [:]

  /// How often a lasting problem is reported, in seconds.
  static let interval: TimeInterval = 3600
  /// How long a problem is remembered without occurring again or being resolved, in seconds.
  static let forgottenAfter: TimeInterval = 7 * 86_400

  /// Takes in the problems of a run, and returns what has to be reported now: new problems, those
  /// last reported an hour ago, those that don't last, and what of `working` had a problem before.
  mutating func said(
    of troubles: [Trouble], working: Set<Trouble.Subject>, now: Date
  ) -> [LogLine] {
    var lines: [LogLine] = []
    for trouble in troubles {
      guard !trouble.subjects.isEmpty else {
        lines.append(trouble.line)
        continue
      }
      if let line = said(of: trouble, now) { lines.append(line) }
    }
    lines += over(working.subtracting(troubles.flatMap(\.subjects)))
    for (subject, kinds) in entries {
      let left = kinds.filter { now.timeIntervalSince($0.value.saidAt) < Self.forgottenAfter }
      entries[subject] = left.isEmpty ? nil : left
    }
    return lines
  }

  private mutating func said(of trouble: Trouble, _ now: Date) -> LogLine? {
    let known = trouble.subjects.compactMap { entry(of: trouble, $0) }
    let isNew = known.count < trouble.subjects.count
    // A clock that was set back must not suppress reports for long.
    let isDue = known.contains {
      now.timeIntervalSince($0.saidAt) >= Self.interval || $0.saidAt > now
    }
    guard isNew || isDue else { return nil }
    for subject in trouble.subjects {
      let since = entry(of: trouble, subject)?.since ?? now
      entries[subject.key, default: [:]][trouble.kind] = Entry(since: since, saidAt: now)
    }
    guard !isNew, let since = known.map(\.since).min() else { return trouble.line }
    var line = trouble.line
    line.message += " It has lasted since \(since.iso8601)."
    return line
  }

  /// The report of a problem that isn't over.
  private func entry(of trouble: Trouble, _ subject: Trouble.Subject) -> Entry? {
    entries[subject.key]?[trouble.kind].flatMap { $0.isOver == true ? nil : $0 }
  }

  /// Notes that problems are over, which is still to be reported. If one comes back, it is new.
  mutating func end(_ working: Set<Trouble.Subject>) {
    for subject in working {
      entries[subject.key] = entries[subject.key]?.mapValues { entry in
        Entry(since: entry.since, saidAt: entry.saidAt, isOver: true)
      }
    }
  }

  /// The resolved problems that were reported.
  private mutating func over(_ working: Set<Trouble.Subject>) -> [LogLine] {
    var since: [Trouble.Subject: Date] = [:]
    for subject in working {
      guard let kinds = entries.removeValue(forKey: subject.key) else { continue }
      since[subject] = kinds.values.map(\.since).min()
    }
    return Trouble.over(since)
  }
}

extension Trouble.Subject {
  /// The key in the file.
  var key: String {
    switch self {
    case .store: "store"
    case .settings: "settings"
    case .heartbeat: "heartbeat"
    case .metrics: "metrics"
    case .scope(let scope):
      ["scope", scope.region, scope.profile, scope.roleARN].joined(separator: "\t")
    case .channel(let application, let name):
      ["channel", application, name].joined(separator: "\t")
    }
  }
}

extension Trouble {
  /// Sentences about what works again, the same ones combined in one line.
  static func over(_ since: [Subject: Date]) -> [LogLine] {
    var lines: [LogLine] = []
    func add(_ what: String, _ begun: [Date], _ about: [(String, String)]) {
      let time = begun.min().map { "; the problem began at \($0.iso8601)" } ?? ""
      lines.append(
        LogLine("\(what) again\(time).".printable, level: .info, about: about))
    }
    if let begun = since[.store] { add("The store works", [begun], []) }
    if let begun = since[.settings] { add("The AWS settings work", [begun], []) }
    var scopes: [(AWSScope, Date)] = []
    var channels: [String: [(application: String, begun: Date)]] = [:]
    for (subject, begun) in since {
      switch subject {
      case .scope(let scope): scopes.append((scope, begun))
      case .channel(let application, let name):
        channels[name, default: []].append((application, begun))
      case .store, .settings, .heartbeat, .metrics: break
      }
    }
    if !scopes.isEmpty {
      let labels = scopes.map(\.0).sorted().map(\.label)
      add(
        "CodeDeploy in \(listed(labels)) can be read", scopes.map(\.1),
        [("region", Set(scopes.map(\.0.region)).sorted().joined(separator: ","))])
    }
    for (name, told) in channels.sorted(by: { $0.key < $1.key }) {
      let applications = Set(told.map(\.application)).sorted()
      add(
        "\(listed(applications)): \(name) accepts notifications", told.map(\.begun),
        [("channel", name), ("application", applications.joined(separator: ","))])
    }
    if let begun = since[.metrics] { add("The metrics can be written", [begun], []) }
    if let begun = since[.heartbeat] { add("The heartbeat's URL answers", [begun], []) }
    return lines
  }

  /// What a cycle has shown to work: scopes that were read completely, and channels that accepted
  /// notifications.
  static func working(in report: PollReport) -> Set<Subject> {
    var working: Set<Subject> = report.storeFailure == nil ? [.store, .settings] : [.settings]
    for scope in report.scopes where scope.complete && scope.failures.isEmpty {
      working.insert(.scope(scope.scope))
    }
    for notification in report.notifications where notification.outcome == .sent {
      working.insert(
        .channel(application: notification.application, name: notification.channel))
    }
    return working
  }
}
