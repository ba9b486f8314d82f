import CodeDeployNotifications
import Foundation

/// Samples for checking a template: each event, with texts that have to be escaped.
enum RequestSamples {
  typealias Sample = (name: String, message: ChannelMessage)

  /// What a template is checked for when it is registered: the usual messages, the rarer events,
  /// and each event with everything that a message can have.
  static var all: [Sample] {
    let names: [DeploymentEvent: String] = [
      .started: "a start", .ready: "a deployment that is ready", .overdue: "one that is overdue",
      .succeeded: "a success", .failed: "a failure", .stopped: "a stop",
    ]
    let events = DeploymentEvent.allCases.map { ($0, names[$0] ?? $0.rawValue) }
    return usual + events.map { event, name in (name, message(event) { _ in }) }
      + events.map { event, name in
        ("\(name) with two labels and an account", message(event, fill))
      }
      + [
        (
          "a rollback with two labels and an account",
          message(.succeeded) { notification in
            fill(&notification)
            notification.creator = .rollback
            notification.rollback = Deployment.RollbackInformation(
              triggeredBy: "d-TEST00000", message: "d-TEST00000 failed")
          }
        ),
        ("a revision in S3", message(.succeeded) { $0.revision = inS3 }),
      ]
  }

  private static var inS3: Revision {
    Revision(
      type: .s3, bucket: "example-artifacts", key: "checkout \"1\".zip", version: "v1",
      etag: "0123456789abcdef")
  }

  /// Sets what most messages don't have.
  private static func fill(_ notification: inout DeploymentNotification) {
    notification.labels = ["environment": "production \"eu\"", "team": "checkout"]
    notification.accountID = "111111111111"
    notification.accountName = "production"
    notification.deployer = .init(name: "Ada \"A.\"", email: "ada@example.com", source: "commit")
    notification.previousRevision = Revision(
      type: .gitHub, repository: "example/checkout",
      commit: "fedcba98765432100123456789abcdef01234567")
    notification.compareURL =
      "https://github.com/example/checkout/compare/fedcba98765432100123456789abcdef01234567..."
      + "0123456789abcdef0123456789abcdef01234567"
    if notification.event != .started {
      notification.rollback = Deployment.RollbackInformation(
        rolledBackBy: "d-TEST00002", message: "it was \"rolled back\"")
    }
  }

  /// What a template is checked for whenever its channel is used.
  static var usual: [Sample] {
    [
      ("a success", message(.succeeded) { _ in }),
      (
        "a failure with a log",
        message(.failed) { notification in
          notification.error = Deployment.ErrorInformation(
            code: "HEALTH_CONSTRAINTS", message: "Too many instances \"failed\".")
          notification.failure = DeploymentNotification.Failure(
            target: "i-0123456789abcdef0", lifecycleEvent: "ApplicationStart",
            errorCode: "ScriptFailed", script: "scripts/start.sh",
            message: "scripts\\start failed with exit code 1",
            logTail: "[stdout]starting \"checkout\"\n[stderr]\tno such file: C:\\temp & more\n")
        }
      ),
      (
        "a rollback",
        message(.succeeded) { notification in
          notification.creator = .rollback
          notification.rollback = Deployment.RollbackInformation(
            triggeredBy: "d-TEST00000", message: "d-TEST00000 failed")
        }
      ),
      (
        "a start",
        message(.started) { notification in
          notification.completedAt = nil
          notification.durationSeconds = nil
        }
      ),
    ]
  }

  private static func message(
    _ event: DeploymentEvent, _ change: (inout DeploymentNotification) -> Void
  ) -> ChannelMessage {
    let time = Date(timeIntervalSince1970: 1_767_225_600)
    var deployment = Deployment(
      id: "d-TEST00001", application: "checkout", deploymentGroup: "production",
      status: event == .failed ? .failed : event == .started ? .inProgress : .succeeded,
      creator: "user", createdAt: time)
    deployment.startedAt = time.addingTimeInterval(3)
    deployment.completedAt = time.addingTimeInterval(98)
    deployment.description = "Faster \"carts\" & more,\nsecond line"
    deployment.deploymentConfig = "CodeDeployDefault.OneAtATime"
    deployment.computePlatform = .server
    deployment.revision = Revision(
      type: .gitHub, repository: "example/checkout",
      commit: "0123456789abcdef0123456789abcdef01234567")
    deployment.overview = Deployment.Overview(
      succeeded: 2, failed: 1, skipped: 0, inProgress: 0, pending: 0, ready: 0)
    var notification = DeploymentNotification(
      id: "cdn_0123456789abcdef0123456789abcdef", event: event, of: deployment,
      region: "eu-west-1")
    change(&notification)
    return ChannelMessage(
      notification: notification, title: .init(notification.headline),
      body: .init(notification.story))
  }
}
