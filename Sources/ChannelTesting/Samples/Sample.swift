import CodeDeployNotifications
import Foundation

/// A deployment to announce.
package enum Sample {
  /// 2027-01-15 08:00:00 UTC.
  package static let now = Date(timeIntervalSince1970: 1_800_000_000)

  package static func notification(
    _ change: (inout DeploymentNotification) -> Void = { _ in }
  ) -> DeploymentNotification {
    var deployment = Deployment(
      id: "d-A1B2C3D4E", application: "checkout", deploymentGroup: "production",
      status: .succeeded, creator: "user", createdAt: now.addingTimeInterval(-300))
    deployment.completedAt = now.addingTimeInterval(-60)
    deployment.description = "Faster carts"
    deployment.revision = Revision(
      type: "GitHub", repository: "example/checkout",
      commit: "0123456789abcdef0123456789abcdef01234567")
    var notification = DeploymentNotification(
      id: "key-1", event: .succeeded, of: deployment, region: "eu-west-1")
    notification.deployer = DeploymentNotification.Deployer(name: "Ada", email: "ada@example.com")
    change(&notification)
    return notification
  }

  package static func message(
    title: String = "checkout succeeded", body: String = "checkout is live.\nIt took 4m.",
    _ change: (inout DeploymentNotification) -> Void = { _ in }
  ) -> ChannelMessage {
    ChannelMessage(
      notification: notification(change), title: .init(title), body: .init(body))
  }

  /// A failure on an instance, with all its facts.
  package static func failedNotification(
    log: String? = "[stderr]no such service",
    _ change: (inout DeploymentNotification) -> Void = { _ in }
  ) -> DeploymentNotification {
    notification { notification in
      notification.event = .failed
      notification.status = .failed
      notification.error = .init(code: "HEALTH_CONSTRAINTS", message: "too many failed")
      notification.failure = .init(
        target: "i-0abc", lifecycleEvent: "ApplicationStart", errorCode: "ScriptFailed",
        script: "start.sh", message: "exit code 1", logTail: log)
      change(&notification)
    }
  }

  package static func failedMessage(
    title: String = "checkout failed", log: String? = "[stderr]no such service",
    _ change: (inout DeploymentNotification) -> Void = { _ in }
  ) -> ChannelMessage {
    ChannelMessage(
      notification: failedNotification(log: log, change), title: .init(title),
      body: .init("checkout is live.\nIt took 4m."))
  }

  /// A notification in the default form, as a channel gets it.
  package static func worded(_ notification: DeploymentNotification) -> ChannelMessage {
    let cleaned = notification.cleaned
    return ChannelMessage(
      notification: cleaned, title: .init(cleaned.headline), body: .init(cleaned.story))
  }
}

extension Sample {
  /// What an attacker, or a script's log, may put into every text.
  package static let hostile = """
    <!channel> @everyone <\u{301}script> "\u{301} *\u{301}b*\u{301} `\u{301}``\u{301} <script>alert(1)</script> *b* _i_ [a](http://e.example) `x` </b> & "q" \
    {{event}} \u{0}\u{1B}[31mred\u{7}\u{202E}\r\nBcc: eve@example.com\r\n\r\nX
    """

  package static var hostileNotification: DeploymentNotification {
    notification { notification in
      notification.event = .failed
      notification.status = .failed
      notification.deploymentGroup = hostile
      notification.deploymentConfig = hostile
      notification.description = hostile
      notification.revision = Revision(type: "S3", bucket: hostile, key: hostile, version: hostile)
      notification.error = Deployment.ErrorInformation(code: hostile, message: hostile)
      notification.failure = DeploymentNotification.Failure(
        target: hostile, lifecycleEvent: hostile, errorCode: hostile, script: hostile,
        message: hostile, logTail: hostile)
      notification.rollback = Deployment.RollbackInformation(
        triggeredBy: "d-0", message: hostile)
      notification.deployer = DeploymentNotification.Deployer(name: hostile, email: nil)
    }
  }

  /// The same as a channel gets it.
  package static var hostileMessage: ChannelMessage { worded(hostileNotification) }
}
