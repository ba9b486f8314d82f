import Foundation

extension DeploymentNotification {
  /// How the latest of those deployments of the same group ended that ended after this one, by what
  /// the ledger holds; `nil` where there is none.
  ///
  /// Only successes and failures count, and only those that `channel` has told or will tell: what
  /// was skipped or given up has changed nothing at its provider.
  func laterEnd(in history: [HistoryEntry], toldBy channel: String) -> DeploymentEvent? {
    guard let completedAt else { return nil }
    let later = history.compactMap { entry -> (at: Date, event: DeploymentEvent)? in
      let deployment = entry.deployment
      guard deployment.id != deploymentID, entry.region == region,
        deployment.application == application, deployment.deploymentGroup == deploymentGroup,
        let end = deployment.completedAt, end > completedAt
      else { return nil }
      let line = entry.notifications.first { line in
        line.channel == channel && (line.event == .succeeded || line.event == .failed)
          && [.pending, .sending, .sent].contains(line.state)
      }
      return line.map { (end, $0.event) }
    }
    return later.max { $0.at < $1.at }?.event
  }
}

extension DeploymentNotification {
  /// Whether the ledger holds a failure of the same group up to this end, or that it was overdue,
  /// which `channel` has told, and no success since: an alert that is still open there.
  func followsOpenAlert(in history: [HistoryEntry], toldBy channel: String) -> Bool {
    guard let completedAt else { return false }
    func ends(_ events: Set<DeploymentEvent>, _ states: [NotificationState]) -> [Date] {
      history.filter { entry in
        entry.notifications.contains {
          $0.channel == channel && events.contains($0.event) && states.contains($0.state)
        }
      }.compactMap(\.deployment.completedAt)
    }
    // What is being sent at this moment may have arrived.
    let alerts = ends([.failed, .overdue], [.sent, .sending]).filter { $0 <= completedAt }
    guard let last = alerts.max() else { return false }
    return !ends([.succeeded], [.sent]).contains { $0 >= last }
  }
}
