import Foundation

/// An event that a deployment has reached.
package struct ReachedEvent: Sendable, Hashable {
  package var event: DeploymentEvent
  package var at: Date

  package init(_ event: DeploymentEvent, at: Date) {
    self.event = event
    self.at = at
  }
}

/// Determines which events a deployment has reached, from its current state and from its state when
/// it was last seen.
package enum Observe {
  /// The events in the order of a deployment's life. Events that were reached earlier are included:
  /// the ledger knows which of them it holds.
  package static func events(
    of deployment: Deployment, previous: DeploymentRecord?, now: Date,
    overdueAfter: Duration? = nil
  ) -> [ReachedEvent] {
    var reached: [ReachedEvent] = []
    // An event that wasn't there at the last look happened after it, whatever CodeDeploy's times
    // say.
    let lastSeen = previous?.deployment.map { (status: $0.status, at: previous?.seenAt) }

    if hasStarted(deployment) {
      let wasStarted = previous?.deployment.map(hasStarted) ?? true
      let at = deployment.startedAt ?? (wasStarted ? deployment.createdAt : now)
      reached.append(ReachedEvent(.started, at: later(at, wasStarted ? nil : lastSeen?.at)))
    }
    if deployment.status == .ready {
      // CodeDeploy has no time for it. It was first seen now, so it counts as reached now.
      reached.append(ReachedEvent(.ready, at: now))
    }
    if !deployment.status.isFinal, let overdueAfter {
      let at = deployment.createdAt.addingTimeInterval(overdueAfter.inSeconds)
      if at <= now { reached.append(ReachedEvent(.overdue, at: at)) }
    }
    if let end = end(deployment.status) {
      let wasInFlight = lastSeen.map { !$0.status.isFinal } ?? false
      let at = deployment.completedAt ?? (wasInFlight ? now : deployment.createdAt)
      reached.append(ReachedEvent(end, at: later(at, wasInFlight ? lastSeen?.at : nil)))
    }
    return reached
  }

  private static func hasStarted(_ deployment: Deployment) -> Bool {
    let running: [DeploymentStatus] = [.inProgress, .baking, .ready, .succeeded]
    return deployment.startedAt != nil || running.contains(deployment.status)
  }

  private static func end(_ status: DeploymentStatus) -> DeploymentEvent? {
    switch status {
    case .succeeded: .succeeded
    case .failed: .failed
    case .stopped: .stopped
    default: nil
    }
  }

  private static func later(_ date: Date, _ other: Date?) -> Date {
    other.map { max(date, $0) } ?? date
  }
}
