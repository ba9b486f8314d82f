import CodeDeployNotifications
import Foundation

extension DeploymentNotification {
  /// When the event happened, as far as that is known. A `started` event is announced with the
  /// deployment's current facts, and the deployment may have ended since; when traffic became ready
  /// isn't known.
  public func occurred(now: Date) -> Date {
    switch event {
    case .started: startedAt ?? createdAt
    case .ready, .overdue: now
    case .succeeded, .failed, .stopped: completedAt ?? now
    }
  }
}
