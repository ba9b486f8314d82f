import CodeDeployNotifications

/// A digest taken apart: a title that counts, and a line for each deployment, the worst news first.
public struct DigestParts: Sendable {
  /// What is told of one deployment, plain texts of one line each.
  public struct Line: Sendable {
    /// What became of which application.
    public internal(set) var headline: String
    /// Why it failed, or what it rolled back.
    public internal(set) var detail: String?
    /// CodeDeploy's id of the deployment.
    public internal(set) var deploymentID: String
    /// Its page in AWS's console.
    public internal(set) var url: String?
    /// How good the news is.
    public internal(set) var tone: DeploymentNotification.Tone
    /// An emoji that tells the news before the first word is read.
    public internal(set) var icon: String
  }

  /// The idempotency key: the same for the same notifications.
  public let id: String
  /// How many of what: `23 deployments of 7 applications: 2 failed, 21 succeeded`.
  public let title: String
  /// A line for each deployment, the worst news first.
  public private(set) var lines: [Line]
  /// A sentence on what there was no room for; `nil` where all is told.
  public private(set) var leftOut: String?

  /// How much of each line is told.
  private struct Room {
    var headline: Int
    var detail: Int
    var hasLinks = true
  }

  /// The last is what always fits.
  private static let rooms = [
    Room(headline: 300, detail: 600), Room(headline: 300, detail: 300),
    Room(headline: 250, detail: 150), Room(headline: 200, detail: 80),
    Room(headline: 150, detail: 0), Room(headline: 100, detail: 0),
    Room(headline: 100, detail: 0, hasLinks: false), Room(headline: 60, detail: 0, hasLinks: false),
  ]

  /// Takes a digest apart; what two channels were both asked for is in it once.
  public init(_ digest: ChannelDigest) {
    var notifications: [DeploymentNotification] = []
    // Two channels that are set up alike may have been asked for the same.
    var seen: Set<[String]> = []
    for notification in digest.parts.map(\.notification) {
      let scope = [notification.accountID ?? "", notification.region]
      let key = scope + [notification.deploymentID, notification.event.rawValue]
      if seen.insert(key).inserted { notifications.append(notification) }
    }
    id = digest.id
    title = Self.title(notifications)
    lines = notifications.enumerated().sorted {
      ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset)
    }.map { Line($0.element) }
  }

  /// The worst of its news, which decides a message's colour.
  public var tone: DeploymentNotification.Tone { lines.first?.tone ?? .neutral }

  /// The lines with the same tone, together.
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

  /// The digest, with as much of each line as `excess` finds nothing over its bound. All the lines
  /// are there.
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
      line.headline = line.headline.cut(to: room.headline, .utf16)
      line.detail = room.detail == 0 ? nil : line.detail?.cut(to: room.detail, .utf16)
      line.deploymentID = line.deploymentID.cut(to: 60, .utf16)
      if !room.hasLinks || line.url.map({ $0.utf16.count > 300 }) ?? false { line.url = nil }
      return line
    }
    let count = lines.count { $0.detail != nil }
    if room.detail == 0, count > 0 {
      shorter.leftOut = "There was no room for why or what of \(count) of them: see each."
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
    let deployments = notifications.count == 1 ? "deployment" : "deployments"
    return "\(notifications.count) \(deployments) of \(of): \(counts.joined(separator: ", "))"
  }
}

extension DigestParts.Line {
  fileprivate init(_ notification: DeploymentNotification) {
    headline = notification.headline
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
  /// Failures come first.
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

  /// A symbol that tells the news before the first word is read.
  public var icon: String {
    switch tone {
    case .good: "✅"
    case .bad: "❌"
    case .doubtful: isRollback && event == .succeeded ? "⏪" : "⚠️"
    case .neutral: isRollback ? "⏪" : event == .ready ? "🚦" : "🚀"
    }
  }
}
