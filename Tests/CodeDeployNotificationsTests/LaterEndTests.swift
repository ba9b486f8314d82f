import Foundation
import Testing

@testable import CodeDeployNotifications

/// What happened in a deployment's group after it ended.
@Suite struct LaterEndTests {
  private static let now = Date(timeIntervalSince1970: 1_800_000_000)

  private func entry(
    _ id: String, ended: Double?, _ event: DeploymentEvent = .succeeded,
    state: NotificationState = .sent, channel: String = "pager", group: String = "prod",
    application: String = "checkout", region: String = "eu-west-1"
  ) -> HistoryEntry {
    var deployment = Deployment(
      id: id, application: application, deploymentGroup: group, status: .succeeded,
      creator: "user", createdAt: Self.now)
    deployment.completedAt = ended.map(Self.now.addingTimeInterval)
    let line = HistoryEntry.Line(
      id: "n-\(id)", channel: channel, event: event, state: state, reason: nil, attempts: 1,
      nextAttemptAt: nil, sentAt: nil)
    return HistoryEntry(
      deployment: deployment, scope: AWSScope(region: region), notifications: [line])
  }

  private func laterEnd(_ others: HistoryEntry...) -> DeploymentEvent? {
    let own = entry("d-own", ended: 100, .failed)
    return DeploymentNotification(event: .failed, of: own.deployment, region: "eu-west-1")
      .laterEnd(in: others + [own], toldBy: "pager")
  }

  @Test("The latest end counts, whatever the order of the history") func latest() {
    let failure = entry("d-1", ended: 200, .failed)
    let success = entry("d-2", ended: 300)
    #expect(laterEnd() == nil)
    #expect(laterEnd(failure) == .failed)
    #expect(laterEnd(failure, success) == .succeeded)
    #expect(laterEnd(success, failure) == .succeeded)
    #expect(laterEnd(success, entry("d-3", ended: 400, .failed)) == .failed)
  }

  @Test("What was before, is under way, was stopped or is another's doesn't count") func others() {
    #expect(laterEnd(entry("d-1", ended: 99), entry("d-2", ended: nil)) == nil)
    #expect(laterEnd(entry("d-1", ended: 200, .stopped)) == nil)
    #expect(laterEnd(entry("d-1", ended: 200, .started)) == nil)
    #expect(laterEnd(entry("d-1", ended: 200, group: "staging")) == nil)
    #expect(laterEnd(entry("d-1", ended: 200, application: "search")) == nil)
    #expect(laterEnd(entry("d-1", ended: 200, region: "us-east-1")) == nil)
    #expect(laterEnd(entry("d-1", ended: 200, channel: "chat")) == nil)
  }

  @Test(
    "Only what the channel tells counts",
    arguments: [
      (NotificationState.sent, true), (.sending, true), (.pending, true), (.failed, false),
      (.skipped, false),
    ])
  func states(state: NotificationState, counts: Bool) {
    #expect(laterEnd(entry("d-1", ended: 200, state: state)) == (counts ? .succeeded : nil))
  }
}
