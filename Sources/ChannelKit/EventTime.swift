import CodeDeployNotifications
import Foundation

extension DeploymentNotification {
  /// When what is announced came about, as far as is known: a start is told with the deployment as
  /// it was read, which may have ended since, and when traffic became ready isn't known.
  public func occurred(now: Date) -> Date {
    switch event {
    case .started: startedAt ?? createdAt
    case .ready, .overdue: now
    case .succeeded, .failed, .stopped: completedAt ?? now
    }
  }
}
