import CodeDeployNotifications
import Foundation

extension DeploymentNotifier {
  /// A made-up deployment for test messages, which say so.
  public enum Sample: String, Sendable, CaseIterable {
    /// A deployment that has just begun.
    case started
    /// A deployment whose traffic is about to be rerouted.
    case ready
    /// A deployment that has been in flight for too long.
    case overdue
    /// A deployment that succeeded.
    case succeeded
    /// A deployment that failed, with a script's failure and log.
    case failed
    /// A deployment that somebody stopped.
    case stopped
    /// A successful rollback to an earlier revision.
    case rollback

    private var event: DeploymentEvent {
      switch self {
      case .started: .started
      case .ready: .ready
      case .overdue: .overdue
      case .succeeded, .rollback: .succeeded
      case .failed: .failed
      case .stopped: .stopped
      }
    }

    private var status: DeploymentStatus {
      switch self {
      case .started, .overdue: .inProgress
      case .ready: .ready
      case .succeeded, .rollback: .succeeded
      case .failed: .failed
      case .stopped: .stopped
      }
    }

    /// The notification for a registration's channels, with its labels.
    ///
    /// - Parameter accountID: The account as a cycle remembered it; the role's ARN has it too.
    package func notification(
      of registration: Registration, accountID: String? = nil, now: Date = Date()
    ) -> DeploymentNotification {
      let region = registration.scope.region
      var notification = DeploymentNotification(
        id: "cdn_test_" + UUID().uuidString.lowercased(), event: event,
        of: deployment(of: registration.application, now: now),
        region: region.isEmpty ? "us-east-1" : region, labels: registration.labels)
      notification.accountID = registration.scope.accountID ?? accountID
      notification.accountName = notification.accountID.flatMap { registration.accounts[$0] }
      // The deployment doesn't exist, so it has no page.
      notification.consoleURL = nil
      if self == .failed { notification.failure = Self.failure }
      return notification
    }

    private func deployment(of application: String, now: Date) -> Deployment {
      var deployment = Deployment(
        id: self == .rollback ? "d-TEST00001" : "d-TEST00000", application: application,
        deploymentGroup: "test", status: status,
        creator: self == .rollback ? "codeDeployRollback" : "user",
        createdAt: now.addingTimeInterval(-age))
      deployment.deploymentConfig = "CodeDeployDefault.OneAtATime"
      deployment.computePlatform = .server
      deployment.description = "A test of this channel by cdnotify: nothing was deployed."
      deployment.revision = Revision(
        type: .gitHub, repository: "example/checkout",
        commit: "0000000000000000000000000000000000000000")
      deployment.startedAt = now.addingTimeInterval(3 - age)
      if event.isEnd { deployment.completedAt = now }
      deployment.overview = overview
      if self == .failed {
        deployment.error = Deployment.ErrorInformation(
          code: "HEALTH_CONSTRAINTS",
          message: "This is what a failed deployment looks like: too many instances failed.")
      }
      if self == .rollback {
        deployment.rollback = Deployment.RollbackInformation(
          triggeredBy: "d-TEST00000", message: "This is what a rollback looks like.")
      }
      return deployment
    }

    /// How long ago it was created, in seconds.
    private var age: TimeInterval { self == .overdue ? 47 * 60 : 195 }

    private var overview: Deployment.Overview {
      switch self {
      case .started, .overdue:
        .init(succeeded: 0, failed: 0, skipped: 0, inProgress: 1, pending: 2, ready: 0)
      case .ready: .init(succeeded: 0, failed: 0, skipped: 0, inProgress: 0, pending: 0, ready: 3)
      case .succeeded, .rollback:
        .init(succeeded: 3, failed: 0, skipped: 0, inProgress: 0, pending: 0, ready: 0)
      case .failed, .stopped:
        .init(succeeded: 1, failed: 1, skipped: 1, inProgress: 0, pending: 0, ready: 0)
      }
    }

    /// The format of CodeDeploy's agent for a failed script.
    private static let failure = DeploymentNotification.Failure(
      target: "i-00000000000000000", lifecycleEvent: "ApplicationStart", errorCode: "ScriptFailed",
      script: "scripts/start.sh",
      message: "Script at specified location: scripts/start.sh failed with exit code 1",
      logTail: """
        LifecycleEvent - ApplicationStart
        Script - scripts/start.sh
        [stdout]starting checkout
        [stderr]this is a test: nothing was started, and nothing failed
        """)
  }
}
