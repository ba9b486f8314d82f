import CodeDeployNotifications
import Foundation

/// The JSON of `status`, and its text.
struct StatusDocument: Encodable, Sendable {
  /// One account and region.
  struct Scope: Encodable, Sendable {
    var scope: AWSScope
    var accountID: String?
    /// What the registrations call the account.
    var accountName: String?
    var lastCompleteAt: Date?
    var age: Duration?

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(accountID, forKey: .accountID)
      try container.encodeIfPresent(accountName, forKey: .accountName)
      try container.encode(scope.region, forKey: .region)
      if !scope.profile.isEmpty { try container.encode(scope.profile, forKey: .profile) }
      try container.encode(scope.roleARN.isEmpty ? nil : scope.roleARN, forKey: .roleARN)
      try container.encode(lastCompleteAt, forKey: .lastCompleteAt)
      try container.encode(age.map { Int($0.inSeconds) }, forKey: .ageSeconds)
    }

    /// With the account, unless the role's ARN has it already.
    var label: String {
      guard let accountID else { return scope.label }
      if let accountName { return "\(scope.label), account \(accountName) (\(accountID))" }
      return scope.accountID == nil ? "\(scope.label), account \(accountID)" : scope.label
    }

    enum CodingKeys: String, CodingKey {
      case accountID = "account_id"
      case accountName = "account_name"
      case region, profile
      case roleARN = "role_arn"
      case lastCompleteAt = "last_complete_at"
      case ageSeconds = "age_seconds"
    }
  }

  /// A muted channel or application.
  struct MutedPlace: Encodable, Sendable {
    var application: String
    var scope: AWSScope
    var channel: String?
    var until: Date

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(application, forKey: .application)
      try container.encode(channel, forKey: .channel)
      try container.encode(until, forKey: .until)
    }

    enum CodingKeys: String, CodingKey { case application, channel, until }
  }

  /// A registered application, with its account and labels.
  struct Registered: Encodable, Sendable {
    var application: String
    var accountID: String?
    var accountName: String?
    var region: String
    var labels: [String: String]

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(application, forKey: .application)
      try container.encode(accountID, forKey: .accountID)
      try container.encodeIfPresent(accountName, forKey: .accountName)
      try container.encode(region, forKey: .region)
      try container.encode(labels, forKey: .labels)
    }

    enum CodingKeys: String, CodingKey {
      case application, region, labels
      case accountID = "account_id"
      case accountName = "account_name"
    }
  }

  /// The process that polls this store on this host.
  struct Polling: Encodable, Sendable {
    var pid: Int32
    var since: Date
  }

  var scopes: [Scope]
  var registrations: [Registered]
  var outbox: OutboxSummary
  var inFlight: Int
  var mutes: [MutedPlace]
  var polling: Polling?
  private let now: Date
  private let ambiguous: Set<String>

  init(
    _ opening: Opening, outbox: OutboxSummary, mutes: [Mute] = [],
    polling: (pid: Int32, since: Date)?, ambiguous: Set<String>, registrations: [Registration],
    now: Date
  ) {
    let accounts = registrations.reduce(into: [:]) { names, registration in
      names.merge(registration.accounts) { first, _ in first }
    }
    let registered = opening.scopes.map(\.scope).sorted()
    scopes = registered.map { scope in
      let watermark = opening.progress[scope]?.watermark
      let accountID = scope.accountID ?? opening.progress[scope]?.accountID
      return Scope(
        scope: scope, accountID: accountID, accountName: accountID.flatMap { accounts[$0] },
        lastCompleteAt: watermark,
        age: watermark.map { .seconds(max(0, now.timeIntervalSince($0))) })
    }
    self.registrations = registrations.map { registration in
      let scope = registration.scope
      let accountID = scope.accountID ?? opening.progress[scope]?.accountID
      return Registered(
        application: registration.application, accountID: accountID,
        accountName: accountID.flatMap { accounts[$0] }, region: scope.region,
        labels: registration.labels)
    }.sorted { ($0.application, $0.region) < ($1.application, $1.region) }
    inFlight = registered.reduce(0) { $0 + (opening.progress[$1]?.inFlight.count ?? 0) }
    self.outbox = outbox
    self.mutes = mutes.map {
      MutedPlace(
        application: $0.identity.application, scope: $0.identity.scope, channel: $0.channel,
        until: $0.until)
    }
    self.ambiguous = ambiguous
    self.polling = polling.map { Polling(pid: $0.pid, since: $0.since) }
    self.now = now
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(scopes, forKey: .scopes)
    try container.encode(outbox.pending, forKey: .pending)
    try container.encode(outbox.oldestPendingAt, forKey: .oldestPendingAt)
    try container.encode(outbox.failed, forKey: .failed)
    try container.encode(inFlight, forKey: .inFlight)
    try container.encode(mutes, forKey: .mutes)
    try container.encode(polling, forKey: .polling)
    try container.encode(registrations, forKey: .registrations)
  }

  enum CodingKeys: String, CodingKey {
    case scopes, pending, failed, mutes, polling, registrations
    case oldestPendingAt = "oldest_pending_at"
    case inFlight = "in_flight"
  }

  /// The text for a person, in lines.
  var lines: [String] {
    guard !scopes.isEmpty else {
      return ["Nothing is registered yet. Begin with: cdnotify register APPLICATION --channel …"]
    }
    var lines = Columns.aligned(
      scopes.map { scope in
        [scope.label, "last complete listing", Self.ago(scope.lastCompleteAt, now)]
      })
    lines += labelLines
    let since = outbox.oldestPendingAt.map { ", the oldest since \($0.iso8601)" } ?? ""
    let untried = outbox.untried > 0 ? ", \(outbox.untried) not tried yet" : ""
    lines.append("\(outbox.pending) pending\(outbox.pending > 0 ? since + untried : "")")
    lines.append(
      "\(outbox.failed) failed"
        + (outbox.failed > 0 ? "; see \"cdnotify history --state failed\"" : ""))
    lines.append("\(inFlight) in flight")
    lines += mutes.map { mute in
      let place = ambiguous.contains(mute.application) ? " (\(mute.scope.label))" : ""
      return "muted until \(mute.until.iso8601): \(mute.application)\(place)"
        + (mute.channel.map { ", channel \($0)" } ?? "")
    }
    if let polling {
      lines.append("a poll has been running since \(polling.since.iso8601), process \(polling.pid)")
    }
    return lines
  }

  /// How many values of a label are listed.
  private static let listedValues = 10

  /// For each label its values, each with the number of its applications.
  private var labelLines: [String] {
    let labels = registrations.flatMap { registered in
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

  private static func ago(_ date: Date?, _ now: Date) -> String {
    guard let date else { return "never" }
    return "\(date.iso8601), \(age(date, now)) ago"
  }

  private static func age(_ date: Date, _ now: Date) -> String {
    Duration.seconds(max(0, now.timeIntervalSince(date))).inWords
  }

  /// The limits that are exceeded, a sentence each.
  func limitsPassed(silence: Duration?, failed: Int?) -> [String] {
    var passed: [String] = []
    if let silence {
      for scope in scopes where scope.age.map({ $0 > silence }) ?? true {
        let read =
          scope.lastCompleteAt.map {
            "was last read completely \(Self.age($0, now)) ago, at \($0.iso8601),"
          } ?? "was never read completely,"
        passed.append(
          "\(scope.label) \(read) and the limit is \(silence.inWords): check that polls run, and "
            + "what they print")
      }
    }
    if let failed, outbox.failed > failed {
      passed.append(
        "\(outbox.failed.counted("notification")) failed, and the limit is \(failed): "
          + "see \"cdnotify history --state failed\"")
    }
    return passed
  }
}
