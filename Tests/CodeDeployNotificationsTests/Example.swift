import CodeDeployNotifications
import CycleSupport
import Foundation

/// Values that the tests use.
enum Example {
  static let now = Sample.now
  static let scope = Sample.scope

  /// A time that many seconds after `now`.
  static func at(_ seconds: Double) -> Date { Sample.at(seconds) }

  /// A deployment that ended a minute ago, after 192 s.
  static func deployment(
    _ status: DeploymentStatus = .succeeded, _ edit: (inout Deployment) -> Void = { _ in }
  ) -> Deployment {
    var deployment = Sample.deployment("d-1", status, created: -255)
    deployment.startedAt = at(-252)
    edit(&deployment)
    return deployment
  }

  /// A deployment with everything that CodeDeploy can report.
  static let fullDeployment = deployment(.failed) { deployment in
    deployment.deploymentConfig = "CodeDeployDefault.OneAtATime"
    deployment.computePlatform = "Server"
    deployment.description = "Fix \"rounding\" / deployed-by: ada@example.com"
    deployment.revision = Revision(
      type: "GitHub", repository: "acme/checkout", commit: "0123456789abcdef")
    deployment.previousRevision = Revision(
      type: "GitHub", repository: "acme/checkout", commit: "fedcba9876543210")
    deployment.overview = Deployment.Overview(
      succeeded: 1, failed: 2, skipped: 3, inProgress: 4, pending: 5, ready: 6)
    deployment.error = Deployment.ErrorInformation(
      code: "HEALTH_CONSTRAINTS", message: "too few healthy instances")
    deployment.rollback = Deployment.RollbackInformation(
      triggeredBy: "d-0", rolledBackBy: "d-2", message: "rolled back")
  }

  static let failure = DeploymentNotification.Failure(
    target: "i-0abc", lifecycleEvent: "BeforeInstall", errorCode: "ScriptFailed",
    script: "scripts/stop.sh", message: "exit code 1",
    logTail: "[stderr] stopping\n[stderr] no such service")

  static func notification(
    _ event: DeploymentEvent = .succeeded, of deployment: Deployment = deployment()
  ) -> DeploymentNotification {
    DeploymentNotification(event: event, of: deployment, region: scope.region)
  }

  static func key(
    region: String = "eu-west-1", profile: String = "", role: String = "", id: String = "d-1",
    event: DeploymentEvent = .succeeded, channel: String = "slack"
  ) -> NotificationKey {
    NotificationKey(
      deployment: DeploymentKey(
        scope: AWSScope(region: region, profile: profile, roleARN: role), id: id),
      event: event, channel: channel)
  }

  /// The ledger's record of a deployment that was seen ten minutes ago.
  static func record(
    _ deployment: Deployment?, seenAt: Date = at(-600)
  ) -> DeploymentRecord {
    DeploymentRecord(
      key: DeploymentKey(scope: scope, id: "d-1"), deployment: deployment, seenAt: seenAt)
  }
}
