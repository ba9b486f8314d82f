import Foundation
import Testing

@testable import CodeDeployNotifications

@Suite struct MessageTextTests {
  @Test(
    "The headline says what, which version, where and how",
    arguments: [
      (.started, "checkout 0123456: deployment to production started"),
      (.ready, "checkout 0123456: deployment to production is ready for its traffic"),
      (.succeeded, "checkout 0123456: deployment to production succeeded in 3m 12s"),
      (.failed, "checkout 0123456: deployment to production failed after 3m 12s"),
      (.stopped, "checkout 0123456: deployment to production was stopped after 3m 12s"),
    ] as [(DeploymentEvent, String)])
  func headline(event: DeploymentEvent, line: String) {
    let deployment = Example.deployment {
      $0.revision = Revision(type: "GitHub", repository: "a/b", commit: "0123456789abcdef")
    }
    #expect(Example.notification(event, of: deployment).headline == line)
  }

  @Test(
    "A rollback is called one",
    arguments: [
      (Deployment.RollbackInformation(triggeredBy: "d-0"), "checkout: rollback to production"),
      (Deployment.RollbackInformation(rolledBackBy: "d-2"), "checkout: deployment to production"),
      (nil, "checkout: deployment to production"),
    ])
  func rollback(rollback: Deployment.RollbackInformation?, start: String) {
    let deployment = Example.deployment { $0.rollback = rollback }
    let headline = Example.notification(of: deployment).headline
    #expect(headline == "\(start) succeeded in 3m 12s")
  }

  @Test("The headline leaves out what is unknown") func shortHeadline() {
    let deployment = Deployment(
      id: "d-1", application: "checkout", status: .failed, createdAt: Example.now)
    #expect(Example.notification(.failed, of: deployment).headline == "checkout: deployment failed")
  }

  @Test(
    "A message that is late says how late",
    arguments: [
      (-60, ""), (59 * 60, ""), (3600, ", 1 hour late"), (7199, ", 1 hour late"),
      (5 * 3600, ", 5 hours late"), (47 * 3600, ", 47 hours late"), (48 * 3600, ", 2 days late"),
      (9 * 86400, ", 9 days late"), (400 * 86400, ""),
    ] as [(Double, String)])
  func late(seconds: Double, words: String) throws {
    var notification = Example.notification()
    notification.completedAt = Example.now
    func message(_ channel: ChannelConfiguration) throws -> ChannelMessage {
      try ChannelMessage(
        notification, templates: channel, now: Example.now.addingTimeInterval(seconds))
    }
    let plain = try message(ChannelConfiguration(type: "slack"))
    #expect(plain.title.text == notification.headline + words)
    #expect(plain.body.text.hasPrefix(plain.title.text + "\n"))
    #expect(!plain.notification.facts.contains { $0.label == "Announced" })
    // A user's own title isn't changed.
    let own = try message(ChannelConfiguration(type: "slack", title: "{{application}}"))
    #expect(own.title.text == "checkout")
    let fact = own.notification.facts.first { $0.label == "Announced" }
    #expect(fact?.value == (words.isEmpty ? nil : String(words.dropFirst(2))))
    let json = try JSONCoding.encoder().encode(plain.notification)
    #expect(json == (try JSONCoding.encoder().encode(notification)))
  }

  @Test("A success that isn't whole doesn't read like one") func partialSuccess() {
    let deployment = Example.deployment {
      $0.overview = Deployment.Overview(succeeded: 11, failed: 1)
    }
    let notification = Example.notification(of: deployment)
    #expect(
      notification.headline
        == "checkout: deployment to production succeeded in 3m 12s, but failed on 1 of 12")
    #expect(notification.tone == .doubtful)
  }

  @Test("The story tells every fact, a line each") func fullStory() {
    var notification = Example.notification(.failed, of: Example.fullDeployment)
    notification.failure = Example.failure
    #expect(
      notification.story == """
        checkout 0123456: rollback to production failed after 3m 12s
        Why: BeforeInstall failed on i-0abc, in scripts/stop.sh: ScriptFailed: exit code 1
        Why: HEALTH_CONSTRAINTS: too few healthy instances
        Rollback: Rolls back d-0 to 0123456; Rolled back by d-2 (rolled back)
        Version: 0123456
        Deployment group: production
        Instances: 1/21, 2 failed, 3 skipped
        Rollout: one at a time
        Deployed by: ada@example.com
        Description: Fix "rounding" / deployed-by: ada@example.com
        Deployment: d-1
        Region: eu-west-1
        Changes: https://github.com/acme/checkout/compare/fedcba9876543210...0123456789abcdef
        Console: https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-1?region=eu-west-1

        The last lines of the log:
          [stderr] stopping
          [stderr] no such service
        """)
  }

  @Test("The story leaves out what is unknown or empty") func shortStory() {
    var deployment = Deployment(
      id: "d-1", application: "checkout", status: .stopped, createdAt: Example.now)
    deployment.description = ""
    deployment.error = Deployment.ErrorInformation(message: "Stopped by hand")
    #expect(
      Example.notification(.stopped, of: deployment).story == """
        checkout: deployment was stopped
        Why: Stopped by hand
        Deployment: d-1
        Region: eu-west-1
        Console: https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-1?region=eu-west-1
        """)
  }
}
