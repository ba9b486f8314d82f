import ChannelKit
import CodeDeployNotifications

/// A deployment and its rollback may be shown in either order: an attempt for the one can be put off
/// until the other has been shown. Whichever is shown last makes the rolled back one inactive.
extension GitHubDeployment {
  /// GitHub's deployment for the one that this one rolls back, whatever its environment; `nil`
  /// where there is none.
  func rolledBack(
    by notification: DeploymentNotification, _ services: ChannelServices
  ) async throws -> Place? {
    guard let failed = notification.rollback?.triggeredBy else { return nil }
    let note = try await note(of: failed, services)
    if let note, let id = note.id { return Place(note: note, id: id) }
    guard let id = try await find(failed, ref: nil, services) else { return nil }
    return Place(note: note ?? Note(target: target, id: id), id: id)
  }

  /// Makes the rolled back deployment inactive after the rollback has succeeded. The rollback is
  /// already shown, so a refusal isn't a failure.
  func replace(
    _ message: ChannelMessage, _ place: inout Place, _ services: ChannelServices
  ) async throws -> String {
    let notification = message.notification
    guard notification.event == .succeeded, place.note.hasReplaced != true,
      let deployment = notification.rollback?.triggeredBy
    else { return "" }
    guard var failed = try await rolledBack(by: notification, services) else {
      // For when the other is shown.
      let note = Note(target: target, rolledBackBy: notification.deploymentID)
      try await services.memory.keep(note, of: deployment)
      return ""
    }
    do {
      try await makeInactive(failed.id, by: notification.deploymentID, message, place.id, services)
    } catch let failure as DeliveryFailure where failure.verdict == .refused {
      return ", but deployment \(failed.id) isn't inactive: \(failure)"
    }
    failed.note.rolledBackBy = notification.deploymentID
    failed.note.isInactive = true
    try await services.memory.keep(failed.note, of: deployment)
    place.note.hasReplaced = true
    try await services.memory.keep(place.note, of: notification.deploymentID)
    return ", deployment \(failed.id) inactive"
  }

  /// Makes a deployment inactive again that was shown after the rollback that answered it. Returns
  /// whether it did; a refusal isn't a failure here either.
  func retire(
    _ message: ChannelMessage, _ place: inout Place, _ services: ChannelServices
  ) async throws -> Bool {
    let notification = message.notification
    guard notification.event.isEnd, place.note.isInactive != true,
      let rollback = place.note.rolledBackBy ?? notification.rollback?.rolledBackBy,
      let shown = try await note(of: rollback, services), shown.event == .succeeded,
      let id = shown.id
    else { return false }
    do {
      try await makeInactive(place.id, by: rollback, message, id, services)
    } catch let failure as DeliveryFailure where failure.verdict == .refused {
      return false
    }
    place.note.isInactive = true
    try await services.memory.keep(place.note, of: notification.deploymentID)
    return true
  }

  /// - Parameter other: GitHub's deployment for the rollback.
  private func makeInactive(
    _ id: Int, by rollback: String, _ message: ChannelMessage, _ other: Int,
    _ services: ChannelServices
  ) async throws {
    // Its environment and address stay as they are: the rollback's may be others.
    try await add(
      Status(
        state: "inactive", description: "Rolled back by \(rollback) (deployment \(other))",
        log: AWSConsole.url(ofDeployment: rollback, region: message.notification.region)),
      to: id, services)
  }
}
