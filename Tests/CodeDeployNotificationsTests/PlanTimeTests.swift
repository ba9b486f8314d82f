import CodeDeployNotifications
import Foundation
import Testing

/// How times and the ledger affect the plan.
@Suite struct PlanTimeTests {
  @Test(
    "What happened before the baseline is skipped, in whole seconds where in doubt",
    arguments: [
      (-60, -61, true), (-60, -60, true), (-60, -59, false),
      // The event may have happened at any moment of its second.
      (-60, -59.5, true), (-60, -59.001, true),
      // A time with a fraction is exact.
      (-60.5, -60.5, true), (-60.5, -60.4, false), (-60.5, -60.6, true),
    ])
  func baseline(event: Double, since: Double, isDelivered: Bool) {
    let record = Planned.record(Planned.registration(), since: Example.at(since))
    let planned = Planned.decision(
      [ReachedEvent(.succeeded, at: Example.at(event))], for: record)
    #expect(planned?.decision == (isDelivered ? .deliver : .skip(.beforeRegistration)))
  }

  @Test("A skip for the baseline says both times") func baselineReason() {
    let record = Planned.record(Planned.registration(), since: Example.now)
    #expect(
      Planned.decision(for: record)?.reason == """
        succeeded at 2027-01-15T07:59:00Z, before the registration (2027-01-15T08:00:00Z)
        """)
  }

  @Test("An event that was asked for later has a baseline of its own") func eventBaseline() {
    let record = Planned.record(
      Planned.registration(), since: Example.at(-3600), events: ["failed": Example.now])
    #expect(Planned.decision(for: record)?.decision == .deliver)
    let failed = [ReachedEvent(.failed, at: Example.at(-60))]
    #expect(
      Planned.decision(failed, for: record)?.decision == .skip(.beforeRegistration))
  }

  @Test("A channel without a baseline announces everything") func noBaseline() {
    let record = RegistrationRecord(registration: Planned.registration(), baselines: [:])
    #expect(Planned.decision(for: record)?.decision == .deliver)
  }

  @Test(
    "What is older than the maximum age expires",
    arguments: [
      (-86_399, true), (-86_400, true), (-86_401, false), (3600, true),
    ] as [(Double, Bool)])
  func expiry(age: Double, isDelivered: Bool) {
    let planned = Planned.decision(
      of: Planned.plan(maximumAge: .seconds(86_400)),
      [ReachedEvent(.succeeded, at: Example.at(age))],
      for: Planned.record(Planned.registration()))
    #expect(planned?.decision == (isDelivered ? .deliver : .skip(.expired)))
    if !isDelivered {
      #expect(
        planned?.reason == """
          expired: succeeded at 2027-01-14T07:59:59Z, more than 1d before it was first seen
          """)
    }
  }

  @Test("What is asked for by id is held back by no time, only by the filters") func whatever() {
    let plan = Planned.plan(maximumAge: .zero, whatever: true)
    let record = Planned.record(Planned.registration(), since: Example.now)
    let old = [ReachedEvent(.succeeded, at: .distantPast)]
    #expect(
      Planned.decision(of: plan, old, for: record)
        == PlannedNotification(
          key: Example.key(channel: "webhook"), decision: .deliver, reason: "asked for by id"))

    let scaledOut = Example.deployment { $0.creator = "autoscaling" }
    #expect(
      Planned.decision(of: plan, old, scaledOut, for: record)?.decision == .skip(.creator))
    let filtered = Planned.record(Planned.registration { $0.deploymentGroups = ["x"] })
    #expect(Planned.decision(of: plan, old, for: filtered)?.decision == .skip(.deploymentGroup))
  }

  /// The ledger's state of a notification that would be delivered now.
  struct HeldRow: Sendable, CustomTestStringConvertible {
    var state: NotificationState
    var reason: SkipReason?
    var isRevived = false
    var isRevivedByID = false

    var testDescription: String { "\(state) \(reason?.rawValue ?? "")" }

    static let all = [
      HeldRow(state: .pending), HeldRow(state: .sending), HeldRow(state: .sent),
      HeldRow(state: .failed), HeldRow(state: .skipped, isRevivedByID: true),
      HeldRow(state: .skipped, reason: .deploymentGroup, isRevivedByID: true),
      HeldRow(state: .skipped, reason: .creator, isRevivedByID: true),
      HeldRow(
        state: .skipped, reason: .beforeRegistration, isRevived: true, isRevivedByID: true),
      HeldRow(state: .skipped, reason: .expired, isRevivedByID: true),
      HeldRow(state: .skipped, reason: .unregistered, isRevivedByID: true),
    ]
  }

  @Test("What the ledger holds stays, but for skips whose ground is gone", arguments: HeldRow.all)
  func held(row: HeldRow) {
    let held = [
      DeploymentRecord.Slot(event: .succeeded, channel: "webhook"):
        DeploymentRecord.Standing(state: row.state, skipReason: row.reason)
    ]
    let record = Planned.record(Planned.registration())
    for (plan, isRevived, reason) in [
      (Planned.plan(), row.isRevived, "succeeded"),
      (Planned.plan(whatever: true), row.isRevivedByID, "asked for by id"),
    ] {
      let planned = Planned.decision(of: plan, for: record, held: held)
      let revived = PlannedNotification(
        key: Example.key(channel: "webhook"), decision: .deliver, reason: reason,
        replacesSkip: true)
      #expect(planned == (isRevived ? revived : nil))
    }
  }

  @Test("A skip that still holds isn't planned again") func heldSkip() {
    let held = [
      DeploymentRecord.Slot(event: .succeeded, channel: "webhook"):
        DeploymentRecord.Standing(state: .skipped, skipReason: .beforeRegistration)
    ]
    let record = Planned.record(Planned.registration(), since: Example.now)
    #expect(Planned.decision(for: record, held: held) == nil)
  }

  @Test("Another event's or channel's row holds nothing back") func otherSlots() {
    let held = [
      DeploymentRecord.Slot(event: .started, channel: "webhook"):
        DeploymentRecord.Standing(state: .sent),
      DeploymentRecord.Slot(event: .succeeded, channel: "team"):
        DeploymentRecord.Standing(state: .sent),
    ]
    let planned = Planned.decision(for: Planned.record(Planned.registration()), held: held)
    #expect(planned?.decision == .deliver)
    #expect(planned?.replacesSkip == false)
  }

  private static func skipped(
    for reason: SkipReason
  ) -> [DeploymentRecord.Slot: DeploymentRecord.Standing] {
    [
      DeploymentRecord.Slot(event: .succeeded, channel: "webhook"):
        DeploymentRecord.Standing(state: .skipped, skipReason: reason)
    ]
  }

  @Test(
    "What the user asks for with a time is decided anew, and is never too old",
    arguments: [SkipReason.deploymentGroup, .creator, .beforeRegistration, .expired, .unregistered])
  func askedTime(reason: SkipReason) {
    var record = Planned.record(Planned.registration())
    let plan = Planned.plan(maximumAge: .seconds(30))
    let held = Self.skipped(for: reason)
    record.baselines["webhook"]?.asked = .init(since: Example.at(-61), at: Example.now)
    let planned = Planned.decision(of: plan, for: record, held: held)
    #expect(planned?.decision == .deliver)
    #expect(planned?.replacesSkip == true)
    #expect(Planned.decision(of: plan, for: record)?.decision == .deliver)

    // It happened a second before that time, or after it was asked for.
    for asked in [
      RegistrationRecord.LookBack(since: Example.at(-59), at: Example.now),
      RegistrationRecord.LookBack(since: Example.at(-90), at: Example.at(-61)),
    ] {
      record.baselines["webhook"]?.asked = asked
      #expect(Planned.decision(of: plan, for: record)?.decision == .skip(.expired))
      #expect(Planned.decision(of: plan, for: record, held: held) == nil)
    }
  }

  @Test(
    "New rules hold for what is in flight, and not for what has ended",
    arguments: [(DeploymentStatus.inProgress, true), (.succeeded, false)])
  func newRules(status: DeploymentStatus, isDecidedAnew: Bool) {
    let channel = ChannelConfiguration(type: "webhook", events: [.started, .succeeded])
    let held = [
      DeploymentRecord.Slot(event: .started, channel: "webhook"):
        DeploymentRecord.Standing(state: .skipped, skipReason: .deploymentGroup)
    ]
    let planned = Planned.decision(
      [ReachedEvent(.started, at: Example.at(-60))], Example.deployment(status),
      for: Planned.record(Planned.registration([channel])), held: held)
    #expect(planned?.replacesSkip == (isDecidedAnew ? true : nil))
  }

  @Test("What is asked for by id and left out by a rule is said with that rule") func saysTheRule()
  {
    let record = Planned.record(Planned.registration { $0.deploymentGroups = ["x"] })
    let planned = Planned.decision(
      of: Planned.plan(whatever: true), for: record, held: Self.skipped(for: .beforeRegistration))
    #expect(planned?.decision == .skip(.deploymentGroup))
    #expect(planned?.reason == "deployment group production is not one of x")
    #expect(planned?.replacesSkip == true)
  }
}
