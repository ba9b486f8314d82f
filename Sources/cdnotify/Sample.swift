import CodeDeployNotifications
import Foundation

/// A notification of a deployment that never was, and says so.
enum Sample {
  static func notification(
    event: DeploymentEvent, of registration: Registration, now: Date = Date()
  ) -> DeploymentNotification {
    var deployment = Deployment(
      id: "d-TEST00000", application: registration.application, deploymentGroup: "test",
      status: status(event), creator: "user", createdAt: now.addingTimeInterval(-195))
    deployment.deploymentConfig = "CodeDeployDefault.OneAtATime"
    deployment.computePlatform = "Server"
    deployment.description = "A test of this channel by cdnotify: nothing was deployed."
    deployment.revision = Revision(
      type: "GitHub", repository: "example/checkout",
      commit: "0000000000000000000000000000000000000000")
    deployment.startedAt = now.addingTimeInterval(-192)
    if event.isEnd { deployment.completedAt = now }
    deployment.overview = overview(event)
    if event == .failed {
      deployment.error = Deployment.ErrorInformation(
        code: "HEALTH_CONSTRAINTS",
        message: "This is what a failed deployment looks like: too many instances failed.")
    }
    var notification = DeploymentNotification(
      id: "cdn_test_" + UUID().uuidString.lowercased(), event: event, of: deployment,
      region: registration.scope.region)
    // There is no such deployment to look at.
    notification.consoleURL = nil
    return notification
  }

  private static func status(_ event: DeploymentEvent) -> DeploymentStatus {
    switch event {
    case .started: .inProgress
    case .ready: .ready
    case .succeeded: .succeeded
    case .failed: .failed
    case .stopped: .stopped
    }
  }

  private static func overview(_ event: DeploymentEvent) -> Deployment.Overview {
    switch event {
    case .started:
      .init(succeeded: 0, failed: 0, skipped: 0, inProgress: 1, pending: 2, ready: 0)
    case .ready: .init(succeeded: 0, failed: 0, skipped: 0, inProgress: 0, pending: 0, ready: 3)
    case .succeeded:
      .init(succeeded: 3, failed: 0, skipped: 0, inProgress: 0, pending: 0, ready: 0)
    case .failed, .stopped:
      .init(succeeded: 1, failed: 1, skipped: 1, inProgress: 0, pending: 0, ready: 0)
    }
  }
}
