import CodeDeployNotifications
import Foundation
import Testing

/// The ledger's last look was ten minutes ago.
@Suite struct ObserveTests {
  private static let created = Sample.at(-255)
  private static let started = Sample.at(-252)
  private static let completed = Sample.at(-60)
  private static let lastLook = Sample.at(-600)

  private func events(
    _ deployment: Deployment, after previous: DeploymentRecord? = nil
  ) -> [ReachedEvent] {
    Observe.events(of: deployment, previous: previous, now: Sample.now)
  }

  @Test(
    "What is seen for the first time has its own times",
    arguments: [
      ("Created", []), ("Queued", []), ("Paused", []),
      ("InProgress", [ReachedEvent(.started, at: started)]),
      ("Baking", [ReachedEvent(.started, at: started)]),
      ("Ready", [ReachedEvent(.started, at: started), ReachedEvent(.ready, at: Sample.now)]),
      (
        "Succeeded",
        [ReachedEvent(.started, at: started), ReachedEvent(.succeeded, at: completed)]
      ),
      ("Failed", [ReachedEvent(.started, at: started), ReachedEvent(.failed, at: completed)]),
      ("Stopped", [ReachedEvent(.started, at: started), ReachedEvent(.stopped, at: completed)]),
    ] as [(String, [ReachedEvent])])
  func firstLook(status: String, expected: [ReachedEvent]) {
    let status = DeploymentStatus(rawValue: status)
    let deployment = Sample.deployment(status) { deployment in
      let hasNotStarted = [.created, .queued, DeploymentStatus(rawValue: "Paused")]
      if hasNotStarted.contains(status) { deployment.startedAt = nil }
    }
    #expect(events(deployment) == expected)
    let listed = Sample.record(nil, seenAt: Self.lastLook)
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
  func firstLookWithoutTimes(status: DeploymentStatus, expected: [ReachedEvent]) {
    let deployment = Sample.deployment(status) {
      $0.startedAt = nil
      $0.completedAt = nil
    }
    #expect(events(deployment) == expected)
  }

  @Test(
    "An unknown status with a start has started",
    arguments: ["Paused", "Created"])
  func startedByTime(status: String) {
    let deployment = Sample.deployment(DeploymentStatus(rawValue: status))
    #expect(events(deployment) == [ReachedEvent(.started, at: Self.started)])
  }

  @Test(
    "What a look newly finds happened after the last look",
    arguments: [
      // The times that CodeDeploy says are before the last look, by clocks that differ.
      (.created, .inProgress, [ReachedEvent(.started, at: lastLook)]),
      (
        .created, .succeeded,
        [ReachedEvent(.started, at: lastLook), ReachedEvent(.succeeded, at: lastLook)]
      ),
      (
        .inProgress, .failed,
        [ReachedEvent(.started, at: Sample.at(-700)), ReachedEvent(.failed, at: lastLook)]
      ),
      (
        .inProgress, .ready,
        [ReachedEvent(.started, at: Sample.at(-700)), ReachedEvent(.ready, at: Sample.now)]
      ),
      // Both looks found the end.
      (
        .stopped, .stopped,
        [ReachedEvent(.started, at: Sample.at(-700)), ReachedEvent(.stopped, at: Sample.at(-650))]
      ),
    ] as [(DeploymentStatus, DeploymentStatus, [ReachedEvent])])
  func transitions(from: DeploymentStatus, to: DeploymentStatus, expected: [ReachedEvent]) {
    func look(_ status: DeploymentStatus) -> Deployment {
      Sample.deployment(status) { deployment in
        deployment.startedAt = status == .created ? nil : Sample.at(-700)
        deployment.completedAt = status.isFinal ? Sample.at(-650) : nil
      }
    }
    let previous = Sample.record(look(from), seenAt: Self.lastLook)
    #expect(events(look(to), after: previous) == expected)
  }

  @Test(
    "What a look newly finds without times happened now",
    arguments: [
      (.created, .inProgress, [ReachedEvent(.started, at: Sample.now)]),
      (
        .created, .succeeded,
        [ReachedEvent(.started, at: Sample.now), ReachedEvent(.succeeded, at: Sample.now)]
      ),
      (.created, .failed, [ReachedEvent(.failed, at: Sample.now)]),
    ] as [(DeploymentStatus, DeploymentStatus, [ReachedEvent])])
  func transitionsWithoutTimes(
    from: DeploymentStatus, to: DeploymentStatus, expected: [ReachedEvent]
  ) {
    func look(_ status: DeploymentStatus) -> Deployment {
      Sample.deployment(status) {
        $0.startedAt = nil
        $0.completedAt = nil
      }
    }
    #expect(events(look(to), after: Sample.record(look(from))) == expected)
  }

  @Test("An old start doesn't become newer with every look") func startWithoutTime() {
    let running = Sample.deployment(.inProgress) { $0.startedAt = nil }
    let expected = [ReachedEvent(.started, at: Self.created)]
    #expect(events(running) == expected)
    #expect(events(running, after: Sample.record(running)) == expected)
  }

  @Test("Later times than the last look stand as they are") func laterTimes() {
    let previous = Sample.record(Sample.deployment(.created) { $0.startedAt = nil })
    #expect(
      events(Sample.deployment(.failed), after: previous) == [
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
      of: Sample.deployment(status), previous: nil, now: Sample.now,
      overdueAfter: .seconds(seconds))
    let overdue = reached.first { $0.event == .overdue }
    #expect(overdue?.at == (isOverdue ? Sample.at(Double(seconds) - 255) : nil))
  }
}
