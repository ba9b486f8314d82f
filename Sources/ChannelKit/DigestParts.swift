import CodeDeployNotifications

/// The parts of a digest: a title with counts, and a line for each deployment, the worst news
/// first.
public struct DigestParts: Sendable {
  /// One deployment, in plain texts of one line each.
  public struct Line: Sendable {
    /// The application and what happened to it.
    public internal(set) var headline: String
    /// The end of the headline that tells the account and region, where the digest has several.
    fileprivate var place = ""
    /// Why it failed, or what it rolled back; `nil` for neither.
    public internal(set) var detail: String?
    /// CodeDeploy's id of the deployment.
    public internal(set) var deploymentID: String
    /// Its page in AWS's console.
    public internal(set) var url: String?
    /// How good the news is.
    public internal(set) var tone: DeploymentNotification.Tone
    /// An emoji for how good the news is.
    public internal(set) var icon: String
  }

  /// The idempotency key: the same notifications have the same one.
  public let id: String
  /// The counts: `23 deployments of 7 applications: 2 failed, 21 succeeded`.
  public let title: String
  /// A line for each deployment, the worst news first.
  public private(set) var lines: [Line]
  /// A sentence about what didn't fit; `nil` where everything did.
  public private(set) var leftOut: String?

  /// How much of each line is kept.
  private struct Room {
    var headline: Int
    var detail: Int
    var hasLinks = true
  }

  /// The last one always fits.
  private static let rooms = [
    Room(headline: 300, detail: 600), Room(headline: 300, detail: 300),
    Room(headline: 250, detail: 150), Room(headline: 200, detail: 80),
    Room(headline: 150, detail: 0), Room(headline: 100, detail: 0),
    Room(headline: 100, detail: 0, hasLinks: false), Room(headline: 60, detail: 0, hasLinks: false),
  ]

  /// Splits a digest into parts. An event that two channels were asked to announce is in it once.
  public init(_ digest: ChannelDigest) {
    var notifications: [DeploymentNotification] = []
    // Two channels with the same settings may have been asked to announce the same event.
    var seen: Set<[String]> = []
    for notification in digest.parts.map(\.notification) {
      let scope = [notification.accountID ?? "", notification.region]
      let key = scope + [notification.deploymentID, notification.event.rawValue]
      if seen.insert(key).inserted { notifications.append(notification) }
    }
    id = digest.id
    title = Self.title(notifications)
    let hasAccounts = Set(notifications.map(\.accountID)).count > 1
    let hasRegions = Set(notifications.map(\.region)).count > 1
    lines = notifications.enumerated().sorted {
      ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset)
    }.map {
      Line($0.element, place: Self.place(of: $0.element, hasAccounts, hasRegions))
    }
  }

  /// Which of the digest's accounts and regions it was in: ` (staging, eu-west-1)`; empty where the
  /// digest has one of each.
  private static func place(
    of notification: DeploymentNotification, _ hasAccounts: Bool, _ hasRegions: Bool
  ) -> String {
    let account = notification.accountName ?? notification.accountID ?? "unknown account"
    let several = [hasAccounts ? account : nil, hasRegions ? notification.region : nil]
      .compactMap { $0?.oneLine.cut(to: 20, .utf16) }
    return several.isEmpty ? "" : " (\(several.joined(separator: ", ")))"
  }

  /// The worst news in the digest, which decides a message's colour.
  public var tone: DeploymentNotification.Tone { lines.first?.tone ?? .neutral }

  /// The lines grouped by tone.
  public var groups: [[Line]] {
    var groups: [[Line]] = []
    for line in lines {
      if groups.last?.first?.tone == line.tone {
        groups[groups.count - 1].append(line)
      } else {
        groups.append([line])
      }
    }
    return groups
  }

  /// The digest with its lines shortened until `excess` returns no positive number. No line is
  /// dropped. Throws what `excess` throws.
  public func fitted(excess: (DigestParts) throws -> Int) rethrows -> DigestParts {
    var fitting = self
    for room in Self.rooms {
      fitting = cut(to: room)
      if try excess(fitting) <= 0 { break }
    }
    return fitting
  }

  private func cut(to room: Room) -> DigestParts {
    var shorter = self
    shorter.lines = lines.map { line in
      var line = line
      let event = String(line.headline.dropLast(line.place.count))
      line.headline =
        event.cut(to: room.headline - line.place.utf16.count, .utf16) + line.place
      line.detail = room.detail == 0 ? nil : line.detail?.cut(to: room.detail, .utf16)
      line.deploymentID = line.deploymentID.cut(to: 60, .utf16)
      if !room.hasLinks || line.url.map({ $0.utf16.count > 300 }) ?? false { line.url = nil }
      return line
    }
    let count = lines.count { $0.detail != nil }
    if room.detail == 0, count > 0 {
      shorter.leftOut = "There was no room for the details of \(count) of them."
    }
    return shorter
  }

  private static func title(_ notifications: [DeploymentNotification]) -> String {
    let applications = Set(notifications.map(\.application))
    let of =
      applications.count == 1
      ? notifications[0].application.oneLine.cut(to: 60, .utf16)
      : "\(applications.count) applications"
    let counts = ["failed", "stopped", "overdue", "rolled back", "ready", "started", "succeeded"]
      .compactMap { word -> String? in
        let count = notifications.count { $0.outcome == word }
        return count > 0 ? "\(count) \(word)" : nil
      }
    // One deployment may have several events in it.
    let ids = Set(notifications.map { [$0.accountID ?? "", $0.region, $0.deploymentID] })
    let deployments = ids.count == 1 ? "deployment" : "deployments"
    return "\(ids.count) \(deployments) of \(of): \(counts.joined(separator: ", "))"
  }
}

extension DigestParts.Line {
  fileprivate init(_ notification: DeploymentNotification, place: String) {
    headline = notification.headline + place
    self.place = place
    deploymentID = notification.deploymentID.oneLine
    url = notification.consoleURL
    tone = notification.tone
    icon = notification.icon
    detail =
      (notification.event.callsPeople ? notification.causes.first : nil)
      ?? (notification.isRollback ? notification.rollbackStory : nil)
  }
}

extension DeploymentNotification {
  /// The order of lines: failures come first.
  fileprivate var rank: Int {
    switch tone {
    case .bad: 0
    case .doubtful: event == .succeeded ? 2 : 1
    case .neutral: 3
    case .good: 4
    }
  }

  fileprivate var outcome: String {
    switch event {
    case .failed: "failed"
    case .stopped: "stopped"
    case .overdue: "overdue"
    case .succeeded: isRollback ? "rolled back" : "succeeded"
    case .ready: "ready"
    case .started: "started"
    }
  }

  /// An emoji for how good the news is.
  public var icon: String {
    switch tone {
    case .good: "✅"
    case .bad: "❌"
    case .doubtful: isRollback && event == .succeeded ? "⏪" : "⚠️"
    case .neutral: isRollback ? "⏪" : event == .ready ? "🚦" : "🚀"
    }
  }
}
