import ChannelKit
import CodeDeployNotifications
import Foundation

/// One GitHub deployment for each CodeDeploy deployment, with a status for each event.
///
/// GitHub has no idempotency key. So the channel keeps a note as soon as something was created,
/// looks for an existing deployment by CodeDeploy's id before it creates one, and compares a status
/// with the latest before it repeats one.
struct GitHubDeployment: Sendable {
  let api: GitHubAPI
  let subject: GitHubSubject

  /// The channel's note on a deployment.
  struct Note: Codable, Sendable {
    /// The repository and environment. A note about another one doesn't count.
    var target: String
    var id: Int
    /// The event that it shows.
    var event: DeploymentEvent?
    /// Whether the rolled back deployment was made inactive.
    var hasReplaced: Bool?
  }

  private static let descriptionLimit = 140

  func show(_ message: ChannelMessage, with services: ChannelServices) async throws -> String {
    let notification = message.notification
    let event = notification.event
    var (note, isNew) = try await place(of: message, services)
    if let shown = note.event, shown != event, shown.position >= event.position {
      return "deployment \(note.id) shows \"\(shown.rawValue)\" already"
    }
    if note.event != event {
      let failed = try await rolledBack(by: notification, services)
      let status = status(of: message, rollsBack: failed)
      let isThere = isNew ? false : try await isShown(status, on: note.id, services)
      if !isThere {
        _ = try await api.send(
          .post, subject.repository, "/deployments/\(note.id)/statuses", status.json,
          as: GitHubAPI.Made.self, with: services)
      }
      note.event = event
      try await keep(note, notification.deploymentID, services)
    }
    let more = try await replace(message, &note, services)
    return "deployment \(note.id) of \(subject.repository) is \(state(of: event))" + more
  }

  /// Finds out whether the deployment could be made, if its commit existed.
  func tryIt(_ message: ChannelMessage, with services: ChannelServices) async throws {
    try await api.tryAtNoCommit(
      subject.repository, "/deployments", creation(of: message), with: services)
  }

  /// The existing deployment, or a new one.
  private func place(
    of message: ChannelMessage, _ services: ChannelServices
  ) async throws -> (note: Note, isNew: Bool) {
    let id = message.notification.deploymentID
    if let note = try await note(of: id, services) { return (note, false) }
    if let found = try await find(id, ref: subject.ref, services) {
      let note = Note(target: target, id: found)
      try await keep(note, id, services)
      return (note, false)
    }
    let made = try await api.send(
      .post, subject.repository, "/deployments", creation(of: message),
      as: GitHubAPI.Made.self, with: services)
    let note = Note(target: target, id: made.id)
    try await keep(note, id, services)
    return (note, true)
  }

  private func creation(of message: ChannelMessage) -> JSONTree {
    let notification = message.notification
    var payload: [String: JSONTree] = [
      "codedeploy_deployment": .text(notification.deploymentID),
      "application": .text(notification.application), "region": .text(notification.region),
    ]
    payload["deployment_group"] = notification.deploymentGroup.map { .text($0) }
    payload["rolls_back"] = notification.rollback?.triggeredBy.map { .text($0) }
    let about = notification.description?.oneLine ?? ""
    return [
      "ref": .text(subject.ref), "environment": .text(subject.environment), "auto_merge": false,
      "required_contexts": [], "payload": .object(payload),
      "description": .text(
        (about.isEmpty ? "CodeDeploy \(notification.deploymentID)" : about)
          .cut(to: Self.descriptionLimit, .utf16)),
    ]
  }

  /// Searches the newest deployments of the environment, and of the ref if that is known.
  private func find(
    _ deployment: String, ref: String?, _ services: ChannelServices
  ) async throws -> Int? {
    var query = "?environment=\(subject.environment.percentEncoded)&per_page=100"
    if let ref { query += "&ref=\(ref.percentEncoded)" }
    let found = try await api.send(
      .get, subject.repository, "/deployments\(query)", as: [GitHubAPI.Found].self, with: services)
    return found.first { $0.deployment == deployment }?.id
  }

  /// A status of a deployment.
  private struct Status {
    var state: String
    var description: String
    var log: String?
    var subject: GitHubSubject

    var json: JSONTree {
      var json: [String: JSONTree] = [
        "state": .text(state), "description": .text(description),
        "environment": .text(subject.environment),
      ]
      json["log_url"] = log.map { .text($0) }
      json["environment_url"] = subject.environmentURL.map { .text($0) }
      return .object(json)
    }
  }

  private func state(of event: DeploymentEvent) -> String {
    switch event {
    case .succeeded: "success"
    case .failed: "failure"
    case .stopped: "error"
    default: "in_progress"
    }
  }

  private func status(of message: ChannelMessage, rollsBack failed: Int?) -> Status {
    var description = message.title.text.oneLine
    if let failed, let id = message.notification.rollback?.triggeredBy {
      description = "Rolls back \(id) (deployment \(failed)): \(description)"
    }
    return Status(
      state: state(of: message.notification.event),
      description: description.cut(to: Self.descriptionLimit, .utf16),
      log: message.notification.consoleURL, subject: subject)
  }

  /// Whether an attempt whose answer was lost has already created this status.
  private func isShown(
    _ status: Status, on id: Int, _ services: ChannelServices
  ) async throws -> Bool {
    let latest = try await api.send(
      .get, subject.repository, "/deployments/\(id)/statuses?per_page=1",
      as: [GitHubAPI.Status].self, with: services
    ).first
    // Another channel's status of the same deployment may have another address.
    return latest?.state == status.state && latest?.description == status.description
      && (latest?.environmentURL ?? "") == (status.subject.environmentURL ?? "")
  }

  private func rolledBack(
    by notification: DeploymentNotification, _ services: ChannelServices
  ) async throws -> Int? {
    guard let failed = notification.rollback?.triggeredBy else { return nil }
    if let note = try await note(of: failed, services) { return note.id }
    return try await find(failed, ref: nil, services)
  }

  /// Makes the rolled back deployment inactive after the rollback has succeeded. The rollback is
  /// already shown, so a refusal isn't a failure.
  private func replace(
    _ message: ChannelMessage, _ note: inout Note, _ services: ChannelServices
  ) async throws -> String {
    let notification = message.notification
    guard notification.event == .succeeded, note.hasReplaced != true,
      let failed = try await rolledBack(by: notification, services)
    else { return "" }
    let status = Status(
      state: "inactive",
      description: "Rolled back by \(notification.deploymentID) (deployment \(note.id))",
      log: notification.consoleURL, subject: subject)
    do {
      _ = try await api.send(
        .post, subject.repository, "/deployments/\(failed)/statuses", status.json,
        as: GitHubAPI.Made.self, with: services)
    } catch let failure as DeliveryFailure where failure.verdict == .refused {
      return ", but deployment \(failed) isn't inactive: \(failure)"
    }
    note.hasReplaced = true
    try await keep(note, notification.deploymentID, services)
    return ", deployment \(failed) inactive"
  }

  /// Where this channel's deployments are.
  private var target: String {
    [api.address.url, subject.repository.lowercased(), subject.environment].joined(separator: " ")
  }

  private func note(of deployment: String, _ services: ChannelServices) async throws -> Note? {
    guard let text = try await services.memory.recall(deployment),
      let note = try? JSONCoding.decoder().decode(Note.self, from: Data(text.utf8)),
      note.target == target
    else { return nil }
    return note
  }

  /// Keeps the note, even if the attempt's time is just up: GitHub has the deployment.
  private func keep(
    _ note: Note, _ deployment: String, _ services: ChannelServices
  ) async throws {
    let text = String(decoding: try JSONCoding.encoder().encode(note), as: UTF8.self)
    try await uncancelled { [memory = services.memory] in
      try await memory.keep(text, deployment)
    }
  }
}
