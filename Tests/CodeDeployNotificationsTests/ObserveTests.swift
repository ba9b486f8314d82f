import CodeDeployNotifications
import Foundation
import Testing

/// The ledger last saw the deployment ten minutes ago.
@Suite struct ObserveTests {
  private static let created = Example.at(-255)
  private static let started = Example.at(-252)
  private static let completed = Example.at(-60)
  private static let lastLook = Example.at(-600)

  private func events(
    _ deployment: Deployment, after previous: DeploymentRecord? = nil
  ) -> [ReachedEvent] {
    Observe.events(of: deployment, previous: previous, now: Example.now)
  }

  @Test(
    "What is seen for the first time has its own times",
    arguments: [
      ("Created", []), ("Queued", []), ("Paused", []),
      ("InProgress", [ReachedEvent(.started, at: started)]),
      ("Baking", [ReachedEvent(.started, at: started)]),
      ("Ready", [ReachedEvent(.started, at: started), ReachedEvent(.ready, at: Example.now)]),
      (
        "Succeeded",
        [ReachedEvent(.started, at: started), ReachedEvent(.succeeded, at: completed)]
      ),
      ("Failed", [ReachedEvent(.started, at: started), ReachedEvent(.failed, at: completed)]),
      ("Stopped", [ReachedEvent(.started, at: started), ReachedEvent(.stopped, at: completed)]),
    ] as [(String, [ReachedEvent])])
  func firstLook(status: String, expected: [ReachedEvent]) {
    let status = DeploymentStatus(rawValue: status)
    let deployment = Example.deployment(status) { deployment in
      let hasNotStarted = [.created, .queued, DeploymentStatus(rawValue: "Paused")]
      if hasNotStarted.contains(status) { deployment.startedAt = nil }
    }
    #expect(events(deployment) == expected)
    let listed = Example.record(nil, seenAt: Self.lastLook)
    #expect(events(deployment, after: listed) == expected, "listed and not read before")
  }

  @Test(
    "A first look without times goes by the creation",
    arguments: [
      (.created, []), (.inProgress, [ReachedEvent(.started, at: created)]),
      (
        .succeeded,
        [ReachedEvent(.started, at: created), ReachedEvent(.succeeded, at: created)]
      ),
      // It never started.
      (.failed, [ReachedEvent(.failed, at: created)]),
      (.stopped, [ReachedEvent(.stopped, at: created)]),
    ] as [(DeploymentStatus, [ReachedEvent])])
  func withoutTimes(status: DeploymentStatus, expected: [ReachedEvent]) {
    let deployment = Example.deployment(status) {
      $0.startedAt = nil
      $0.completedAt = nil
    }
    #expect(events(deployment) == expected)
  }

  @Test(
    "An unknown status with a start has started",
    arguments: ["Paused", "Created"])
  func startedByTime(status: String) {
    let deployment = Example.deployment(DeploymentStatus(rawValue: status))
    #expect(events(deployment) == [ReachedEvent(.started, at: Self.started)])
  }

  @Test(
    "What a look newly finds happened after the last look",
    arguments: [
      // CodeDeploy's times are before the last look, because clocks differ.
      (.created, .inProgress, [ReachedEvent(.started, at: lastLook)]),
      (
        .created, .succeeded,
        [ReachedEvent(.started, at: lastLook), ReachedEvent(.succeeded, at: lastLook)]
      ),
      (
        .inProgress, .failed,
        [ReachedEvent(.started, at: Example.at(-700)), ReachedEvent(.failed, at: lastLook)]
      ),
      (
        .inProgress, .ready,
        [ReachedEvent(.started, at: Example.at(-700)), ReachedEvent(.ready, at: Example.now)]
      ),
      // Both looks found the end.
      (
        .stopped, .stopped,
        [
          ReachedEvent(.started, at: Example.at(-700)),
          ReachedEvent(.stopped, at: Example.at(-650)),
        ]
      ),
    ] as [(DeploymentStatus, DeploymentStatus, [ReachedEvent])])
  func transitions(from: DeploymentStatus, to: DeploymentStatus, expected: [ReachedEvent]) {
    func look(_ status: DeploymentStatus) -> Deployment {
      Example.deployment(status) { deployment in
        deployment.startedAt = status == .created ? nil : Example.at(-700)
        deployment.completedAt = status.isFinal ? Example.at(-650) : nil
      }
    }
    let previous = Example.record(look(from), seenAt: Self.lastLook)
    #expect(events(look(to), after: previous) == expected)
  }

  @Test(
    "What a look newly finds without times happened now",
    arguments: [
      (.created, .inProgress, [ReachedEvent(.started, at: Example.now)]),
      (
        .created, .succeeded,
        [ReachedEvent(.started, at: Example.now), ReachedEvent(.succeeded, at: Example.now)]
      ),
      (.created, .failed, [ReachedEvent(.failed, at: Example.now)]),
    ] as [(DeploymentStatus, DeploymentStatus, [ReachedEvent])])
  func transitionsWithoutTimes(
    from: DeploymentStatus, to: DeploymentStatus, expected: [ReachedEvent]
  ) {
    func look(_ status: DeploymentStatus) -> Deployment {
      Example.deployment(status) {
        $0.startedAt = nil
        $0.completedAt = nil
      }
    }
    #expect(events(look(to), after: Example.record(look(from))) == expected)
  }

  @Test("An old start doesn't become newer with every look") func startWithoutTime() {
    let running = Example.deployment(.inProgress) { $0.startedAt = nil }
    let expected = [ReachedEvent(.started, at: Self.created)]
    #expect(events(running) == expected)
    #expect(events(running, after: Example.record(running)) == expected)
  }

  @Test("Later times than the last look stand as they are") func laterTimes() {
    let previous = Example.record(Example.deployment(.created) { $0.startedAt = nil })
    #expect(
      events(Example.deployment(.failed), after: previous) == [
        ReachedEvent(.started, at: Self.started), ReachedEvent(.failed, at: Self.completed),
      ])
  }

  @Test(
    "What is in flight for long enough is overdue, and what has ended isn't",
    arguments: [
      (DeploymentStatus.inProgress, 255, true), (.inProgress, 256, false), (.ready, 60, true),
      (.created, 60, true), (.succeeded, 60, false), (.failed, 60, false),
    ])
  func overdue(status: DeploymentStatus, after seconds: Int, isOverdue: Bool) {
    let reached = Observe.events(
      of: Example.deployment(status), previous: nil, now: Example.now,
      overdueAfter: .seconds(seconds))
    let overdue = reached.first { $0.event == .overdue }
    #expect(overdue?.at == (isOverdue ? Example.at(Double(seconds) - 255) : nil))
  }
}
