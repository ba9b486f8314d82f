import CodeDeployNotifications
import Foundation
import Testing

/// What the tests of `Plan` share: one deployment, one registration, one decision.
enum Planned {
  static func plan(
    maximumAge: Duration = .seconds(7 * 86_400), whatever: Bool = false
  ) -> Plan {
    Plan(
      catalog: .fake, now: Example.now, maximumAge: maximumAge, announcesWhatever: whatever)
  }

  static func registration(
    _ channels: [ChannelConfiguration] = [ChannelConfiguration(type: "webhook")],
    _ edit: (inout Registration) -> Void = { _ in }
  ) -> Registration {
    var registration = Registration(
      application: "checkout", scope: Example.scope, channels: channels)
    edit(&registration)
    return registration
  }

  static func record(
    _ registration: Registration, since: Date = .distantPast, events: [String: Date] = [:]
  ) -> RegistrationRecord {
    RegistrationRecord(
      registration: registration,
      baselines: Dictionary(
        uniqueKeysWithValues: registration.channels.map {
          ($0.name, RegistrationRecord.Baseline(since: since, events: events))
        }))
  }

  static let succeeded = [ReachedEvent(.succeeded, at: Example.at(-60))]

  /// The decision for the only channel; `nil` where nothing is planned.
  static func decision(
    of plan: Plan = plan(), _ reached: [ReachedEvent] = succeeded,
    _ deployment: Deployment = Example.deployment(), for record: RegistrationRecord,
    held: [DeploymentRecord.Slot: DeploymentRecord.Standing] = [:]
  ) -> PlannedNotification? {
    plan.events(reached, of: deployment, for: record, held: held).first?.notifications.first
  }
}

@Suite struct PlanTests {
  @Test("An event has a notification for each channel that asked for it") func fanOut() {
    let team = ChannelConfiguration(type: "webhook", name: "team", events: [.started, .failed])
    let record = Planned.record(
      Planned.registration([
        ChannelConfiguration(type: "newrelic"), ChannelConfiguration(type: "webhook"), team,
      ]))
    let deployment = Example.deployment()
    let reached = [ReachedEvent(.started, at: Example.at(-252))] + Planned.succeeded
    let events = Planned.plan().events(reached, of: deployment, for: record, held: [:])

    #expect(events.map(\.event) == [.started, .succeeded])
    #expect(events.map(\.at) == [Example.at(-252), Example.at(-60)])
    #expect(events.map(\.content.deploymentID) == ["d-1", "d-1"])
    #expect(
      events.map(\.content) == [
        Example.notification(.started, of: deployment), Example.notification(of: deployment),
      ])
    #expect(
      events.map(\.notifications) == [
        [
          PlannedNotification(
            key: Example.key(event: .started, channel: "team"), decision: .deliver,
            reason: "started")
        ],
        [
          PlannedNotification(
            key: Example.key(channel: "newrelic"), decision: .deliver, reason: "succeeded"),
          PlannedNotification(
            key: Example.key(channel: "webhook"), decision: .deliver, reason: "succeeded"),
        ],
      ])
  }

  @Test(
    "A channel's own events come first, then the registration's, then its type's",
    arguments: [
      ("webhook", nil, nil, [.succeeded, .failed, .stopped]),
      ("newrelic", nil, nil, [.succeeded]),
      ("newrelic", nil, [.failed], [.failed]),
      ("newrelic", [.started], [.failed], [.started]),
      ("webhook", [.ready, .stopped], nil, [.ready, .stopped]),
      ("webhook", [], [.failed], []),
      ("unheard-of", nil, nil, [.succeeded, .failed, .stopped]),
    ] as [(String, [DeploymentEvent]?, [DeploymentEvent]?, Set<DeploymentEvent>)])
  func defaultEvents(
    type: String, own: [DeploymentEvent]?, registered: [DeploymentEvent]?,
    expected: Set<DeploymentEvent>
  ) {
    let channel = ChannelConfiguration(type: type, events: own)
    let registration = Planned.registration([channel]) { $0.events = registered }
    #expect(Planned.plan().events(for: channel, of: registration) == expected)
  }

  @Test("An event that nobody asked for has no row") func unasked() {
    let record = Planned.record(Planned.registration())
    let reached = [ReachedEvent(.started, at: Example.now), ReachedEvent(.ready, at: Example.now)]
    let events = Planned.plan().events(
      reached, of: Example.deployment(.ready), for: record, held: [:])
    #expect(events.isEmpty)
  }

  /// A registration's patterns, a channel's, a group, and the expected result.
  struct GroupRow: Sendable, CustomTestStringConvertible {
    var registration: [String] = []
    var channel: [String] = []
    var group: String? = "prod-eu"
    /// The reason of the skip; `nil` where it is delivered.
    var reason: String?

    var testDescription: String { "\(registration) \(channel) \(group ?? "none")" }

    static let all = [
      GroupRow(), GroupRow(group: nil), GroupRow(registration: ["prod-*"]),
      GroupRow(registration: ["staging", "*-eu"]), GroupRow(channel: ["prod-*"]),
      GroupRow(registration: ["prod-*"], channel: ["*-eu"]),
      GroupRow(
        registration: ["staging", "prod-us*"],
        reason: "deployment group prod-eu is not one of staging, prod-us*"),
      GroupRow(
        registration: ["prod-*"], channel: ["*-us"],
        reason: "deployment group prod-eu is not one of *-us"),
      GroupRow(
        registration: ["x"], channel: ["prod-*"],
        reason: "deployment group prod-eu is not one of x"),
      GroupRow(registration: ["*"], group: nil),
      GroupRow(registration: ["?*"], group: nil, reason: "deployment group  is not one of ?*"),
    ]
  }

  @Test(
    "Deployment groups pass the registration's patterns and the channel's", arguments: GroupRow.all)
  func groups(row: GroupRow) {
    let channel = ChannelConfiguration(type: "webhook", deploymentGroups: row.channel)
    let record = Planned.record(
      Planned.registration([channel]) { $0.deploymentGroups = row.registration })
    let deployment = Example.deployment { $0.deploymentGroup = row.group }
    let planned = Planned.decision(Planned.succeeded, deployment, for: record)
    #expect(planned?.decision == (row.reason == nil ? .deliver : .skip(.deploymentGroup)))
    #expect(planned?.reason == row.reason ?? "succeeded")
  }

  @Test(
    "Scale-outs are announced only to those who ask for them",
    arguments: [
      ("user", nil, true), ("codeDeployRollback", nil, true), ("somethingNew", nil, true),
      (nil, nil, true), ("autoscaling", nil, false), ("autoscalingTermination", nil, false),
      ("autoscaling", ["autoscaling", "user"], true), ("user", ["autoscaling"], false),
      ("User", ["user"], false), (nil, ["user"], true), ("user", [], false),
    ] as [(DeploymentCreator?, [DeploymentCreator]?, Bool)])
  func creators(creator: DeploymentCreator?, asked: [DeploymentCreator]?, isDelivered: Bool) {
    let record = Planned.record(Planned.registration { $0.creators = asked })
    let deployment = Example.deployment { $0.creator = creator }
    let planned = Planned.decision(Planned.succeeded, deployment, for: record)
    #expect(planned?.decision == (isDelivered ? .deliver : .skip(.creator)))
    let reason =
      isDelivered ? "succeeded" : "created by \(creator?.rawValue ?? ""), which isn't announced"
    #expect(planned?.reason == reason)
  }
}
