import CodeDeployNotifications
import Foundation
import Testing

@Suite struct DeploymentNotificationTests {
  private func json(_ notification: DeploymentNotification) throws -> String {
    String(decoding: try JSONCoding.encoder().encode(notification), as: UTF8.self)
  }

  @Test("Everything known is written, under these names") func full() throws {
    var notification = Example.notification(.failed, of: Example.fullDeployment)
    notification.id = "cdn_1"
    notification.failure = DeploymentNotification.Failure(
      target: "i-1", lifecycleEvent: "AfterInstall", errorCode: "ScriptFailed", script: "run.sh",
      message: "exit 1", logTail: "no\nspace")
    #expect(
      try json(notification) == #"""
        {"application":"checkout",\#
        "compare_url":"https://github.com/acme/checkout/compare/fedcba9876543210...0123456789abcdef",\#
        "completed_at":"2027-01-15T07:59:00Z","compute_platform":"Server",\#
        "console_url":"https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-1?region=eu-west-1",\#
        "created_at":"2027-01-15T07:55:45Z","creator":"user",\#
        "deployer":{"email":"ada@example.com","source":"description"},\#
        "deployment_config":"CodeDeployDefault.OneAtATime","deployment_group":"production",\#
        "deployment_id":"d-1",\#
        "description":"Fix \"rounding\" / deployed-by: ada@example.com","duration_seconds":192,\#
        "error":{"code":"HEALTH_CONSTRAINTS","message":"too few healthy instances"},\#
        "event":"failed","failure":{"error_code":"ScriptFailed",\#
        "lifecycle_event":"AfterInstall","log_tail":"no\nspace","message":"exit 1",\#
        "script":"run.sh","target":"i-1"},"id":"cdn_1","overview":{"failed":2,"in_progress":4,\#
        "pending":5,"ready":6,"skipped":3,"succeeded":1},\#
        "previous_revision":{"commit":"fedcba9876543210","label":"fedcba9",\#
        "repository":"acme/checkout","type":"GitHub"},"region":"eu-west-1",\#
        "revision":{"commit":"0123456789abcdef","label":"0123456",\#
        "repository":"acme/checkout","type":"GitHub"},\#
        "rollback":{"message":"rolled back","rolled_back_by":"d-2","triggered_by":"d-0"},\#
        "started_at":"2027-01-15T07:55:48Z","status":"Failed","version":1}
        """#)
    let read = try JSONCoding.decoder().decode(
      DeploymentNotification.self, from: Data(try json(notification).utf8))
    #expect(read == notification)
  }

  @Test("What is unknown is left out") func minimal() throws {
    let deployment = Deployment(
      id: "d-1", application: "checkout", status: .created, createdAt: Example.now)
    #expect(
      try json(Example.notification(.started, of: deployment)) == """
        {"application":"checkout",\
        "console_url":"https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-1?region=eu-west-1",\
        "created_at":"2027-01-15T08:00:00Z","deployment_id":"d-1","event":"started","id":"",\
        "region":"eu-west-1","status":"Created","version":1}
        """)
  }

  @Test(
    "Times are in UTC to the second",
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (1_800_000_000, "2027-01-15T08:00:00Z"),
      (1_800_000_000.25, "2027-01-15T08:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
    ])
  func times(seconds: Double, text: String) throws {
    let date = Date(timeIntervalSince1970: seconds)
    #expect(date.iso8601 == text)
    let json = try JSONCoding.encoder().encode([date])
    #expect(String(decoding: json, as: UTF8.self) == "[\"\(text)\"]")
  }

  /// Offsets in seconds from the creation, and the expected duration.
  struct DurationRow: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var started: Double?
    var completed: Double?
    var duration: Int?

    init(_ label: String, started: Double?, completed: Double?, duration: Int?) {
      testDescription = label
      self.started = started
      self.completed = completed
      self.duration = duration
    }
  }

  @Test(
    "The duration is completed less started, or created",
    arguments: [
      DurationRow("both known", started: 10, completed: 100, duration: 90),
      DurationRow("not started", started: nil, completed: 100, duration: 100),
      DurationRow("started later than completed", started: 200, completed: 100, duration: 100),
      DurationRow("started as it completed", started: 100, completed: 100, duration: 0),
      DurationRow("still running", started: 10, completed: nil, duration: nil),
      DurationRow("nothing known", started: nil, completed: nil, duration: nil),
      DurationRow("completed before created", started: nil, completed: -5, duration: 0),
      DurationRow("fractions are rounded", started: 0.25, completed: 2, duration: 2),
    ])
  func duration(row: DurationRow) {
    let deployment = Example.deployment { deployment in
      deployment.startedAt = row.started.map { deployment.createdAt.addingTimeInterval($0) }
      deployment.completedAt = row.completed.map { deployment.createdAt.addingTimeInterval($0) }
    }
    #expect(Example.notification(of: deployment).durationSeconds == row.duration)
  }

  @Test(
    "The console's address is the region's partition's",
    arguments: [
      ("eu-west-1", "https://eu-west-1.console.aws.amazon.com"),
      ("us-east-1", "https://us-east-1.console.aws.amazon.com"),
      ("cn-north-1", "https://console.amazonaws.cn"),
      ("us-gov-west-1", "https://console.amazonaws-us-gov.com"),
      ("eusc-de-east-1", "https://eusc-de-east-1.console.amazonaws-eusc.eu"),
      ("us-iso-east-1", nil), ("us-isob-east-1", nil), ("us-isof-south-1", nil),
      ("eu-isoe-west-1", nil), ("mx-central-1", "https://mx-central-1.console.aws.amazon.com"),
    ] as [(String, String?)])
  func consoleURL(region: String, origin: String?) {
    let notification = DeploymentNotification(
      event: .succeeded, of: Example.deployment(), region: region)
    let path = "/codesuite/codedeploy/deployments/d-1?region=\(region)"
    #expect(notification.consoleURL == origin.map { $0 + path })
  }
}
