import CodeDeployNotifications
import Foundation

/// Values that the tests use.
package enum Sample {
  /// 2027-01-15 08:00:00 UTC.
  package static let now = Date(timeIntervalSince1970: 1_800_000_000)
  package static let scope = AWSScope(region: "eu-west-1")
  package static let otherScope = AWSScope(region: "us-east-1")

  /// A time that many seconds after `now`.
  package static func at(_ seconds: Double) -> Date { now.addingTimeInterval(seconds) }

  package static func deployment(
    _ id: String = "d-1", _ status: DeploymentStatus = .succeeded,
    of application: String = "checkout", created: Double = -300, ended: Double = -60
  ) -> Deployment {
    var deployment = Deployment(
      id: id, application: application, deploymentGroup: "production", status: status,
      creator: "user", createdAt: at(created))
    if status != .created { deployment.startedAt = at(created + 5) }
    if status.isFinal { deployment.completedAt = at(ended) }
    return deployment
  }

  package static func registration(
    _ application: String = "checkout", in scope: AWSScope = scope,
    channels: [ChannelConfiguration] = [ChannelConfiguration(type: "hook")]
  ) -> Registration {
    Registration(application: application, scope: scope, channels: channels)
  }

  package static func record(
    _ registration: Registration = registration(), since: Date = at(-3600),
    isBackfilled: Bool = false
  ) -> RegistrationRecord {
    RegistrationRecord(
      registration: registration,
      baselines: Dictionary(
        uniqueKeysWithValues: registration.channels.map {
          ($0.name, RegistrationRecord.Baseline(since: since, isBackfilled: isBackfilled))
        }))
  }

  package static func mute(
    _ channel: String? = nil, since: Double = 0, until: Double = 3600
  ) -> Mute {
    Mute(
      identity: registration().identity, channel: channel, since: at(since), until: at(until))
  }

  package static func key(
    _ id: String = "d-1", _ event: DeploymentEvent = .succeeded, _ channel: String = "hook",
    in scope: AWSScope = scope
  ) -> NotificationKey {
    NotificationKey(
      deployment: DeploymentKey(scope: scope, id: id), event: event, channel: channel)
  }

  /// An event of a deployment, with its decisions on some channels.
  package static func event(
    _ event: DeploymentEvent = .succeeded, of deployment: Deployment = deployment(),
    on channels: [String] = ["hook"], _ decision: PlannedNotification.Decision = .deliver,
    at seconds: Double = -60, revives: Bool = false, in scope: AWSScope = scope
  ) -> PlannedEvent {
    PlannedEvent(
      at: at(seconds),
      content: DeploymentNotification(event: event, of: deployment, region: scope.region),
      notifications: channels.map { channel in
        PlannedNotification(
          key: key(deployment.id, event, channel, in: scope), decision: decision,
          reason: decision == .deliver ? "planned" : "filtered", replacesSkip: revives)
      })
  }

  /// A finding of deployments that stand otherwise than before, with the events of each, and of events
  /// of deployments that the ledger has already.
  package static func finding(
    _ deployments: [Deployment] = [], _ events: [PlannedEvent] = [], at date: Date = now,
    foreign: [Deployment] = [], unread: [String] = [], watermark: Date? = nil,
    in scope: AWSScope = scope
  ) -> Finding {
    let events = Dictionary(grouping: events, by: \.content.deploymentID)
    let known = Set(events.keys).subtracting(deployments.map(\.id)).sorted()
    let found =
      deployments.map { FoundDeployment(.changed($0), id: $0.id, events: events[$0.id] ?? []) }
      + known.map { FoundDeployment(.unchanged(deployment($0)), id: $0, events: events[$0] ?? []) }
      + foreign.map { FoundDeployment(.foreign($0), id: $0.id) }
      + unread.map { FoundDeployment(.unread, id: $0) }
    return Finding(scope: scope, at: date, found: found, watermark: watermark)
  }

  package static func claim(
    _ token: String = "one", now: Date = now, for seconds: Double = 60,
    _ filter: NotificationFilter = .all, leavingOut: Set<RegisteredChannel> = [],
    limit: Int = 100
  ) -> ClaimRequest {
    ClaimRequest(
      token: token, now: now, until: now.addingTimeInterval(seconds), filter: filter,
      leavingOut: leavingOut, limit: limit)
  }
}

extension Store {
  /// Stores new registrations.
  package func register(_ records: RegistrationRecord...) async throws -> Bool {
    try await change(records.map { .put($0, over: nil) })
  }

  /// Stores deployments with one event each, pending on some channels.
  package func makePending(_ deployments: [Deployment], on channels: [String] = ["hook"])
    async throws
  {
    let events = deployments.map { deployment in
      Sample.event(
        of: deployment, on: channels,
        at: deployment.completedAt?.timeIntervalSince(Sample.now) ?? 0)
    }
    _ = try await record(Sample.finding(deployments, events))
  }

  /// What the ledger knows of a scope.
  package func progress(of scope: AWSScope) async throws -> ScopeProgress {
    try await opening(.all, now: Sample.now).progress[scope] ?? ScopeProgress()
  }

  /// The states of one deployment's notifications, by event and channel.
  package func standings(
    _ id: String = "d-1"
  ) async throws -> [DeploymentRecord.Slot: DeploymentRecord.Standing] {
    try await deployments([id], in: Sample.scope)[id]?.notifications ?? [:]
  }
}

extension DeploymentRecord.Slot {
  package static let hook = Self(event: .succeeded, channel: "hook")
}
