import CodeDeployNotifications
import Foundation

/// Samples for checking a template when it is registered: each event, with texts that have to be
/// escaped.
enum RequestSamples {
  static var all: [(name: String, message: ChannelMessage)] {
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
