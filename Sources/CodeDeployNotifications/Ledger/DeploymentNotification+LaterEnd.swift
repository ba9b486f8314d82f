import Foundation

extension DeploymentNotification {
  /// How the latest deployment of the same group ended, of those that ended after this one; `nil`
  /// where the ledger holds none.
  ///
  /// Only successes and failures count, and only those that `channel` has announced or will
  /// announce: a skipped or failed notification has changed nothing at its provider.
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
  /// Whether an alert of the same group is still open at the provider: the ledger holds a failed or
  /// overdue deployment up to this end that `channel` has announced, and no announced success
  /// since.
  func followsOpenAlert(in history: [HistoryEntry], toldBy channel: String) -> Bool {
    guard let completedAt else { return false }
    func ends(_ events: Set<DeploymentEvent>, _ states: [NotificationState]) -> [Date] {
      history.filter { entry in
        entry.notifications.contains {
          $0.channel == channel && events.contains($0.event) && states.contains($0.state)
        }
      }.compactMap(\.deployment.completedAt)
    }
    // A notification that is being sent at the moment may have arrived.
    let alerts = ends([.failed, .overdue], [.sent, .sending]).filter { $0 <= completedAt }
    guard let last = alerts.max() else { return false }
    return !ends([.succeeded], [.sent]).contains { $0 >= last }
  }
}
