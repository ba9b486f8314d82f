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
    /// The server, repository and environment. A note about others doesn't count.
    var target: String
    /// GitHub's deployment; `nil` while there is none.
    var id: Int?
    /// The event that it shows.
    var event: DeploymentEvent?
    /// Whether the rolled back deployment was made inactive.
    var hasReplaced: Bool?
    /// The deployment that rolled this one back with success, by CodeDeploy's id.
    var rolledBackBy: String?
    /// Whether it was made inactive after the event that it shows.
    var isInactive: Bool?
  }

  /// A note on a deployment that GitHub has.
  struct Place {
    var note: Note
    let id: Int
    var isNew = false
    /// Whether only the note says that GitHub has it: it may have been deleted there.
    var isRemembered = false
  }

  private static let descriptionLimit = 140

  func show(_ message: ChannelMessage, with services: ChannelServices) async throws -> String {
    do { return try await show(message, services, forgetting: false) } catch is GitHubAPI.Missing {
      // It was deleted on GitHub. If nothing else is there either, the failure says so.
      return try await show(message, services, forgetting: true)
    }
  }

  /// - Parameter isForgotten: Whether the deployment that the note names doesn't count.
  private func show(
    _ message: ChannelMessage, _ services: ChannelServices, forgetting isForgotten: Bool
  ) async throws -> String {
    let notification = message.notification
    let event = notification.event
    var place = try await place(of: message, services, forgetting: isForgotten)
    if let shown = place.note.event, shown != event, shown.position >= event.position {
      return "deployment \(place.id) shows \"\(shown.rawValue)\" already"
    }
    if place.note.event != event {
      let failed = try await rolledBack(by: notification, services)
      let status = status(of: message, rollsBack: failed?.id)
      let isThere = place.isNew ? false : try await isShown(status, on: place, services)
      if !isThere { try await add(status, to: place.id, services) }
      place.note.event = event
      place.note.isInactive = nil
      try await services.memory.keep(place.note, of: notification.deploymentID)
    }
    var words = "deployment \(place.id) of \(subject.repository) is \(api.state(of: event))"
    words += try await replace(message, &place, services)
    if try await retire(message, &place, services) {
      words += ", and inactive, because it was rolled back"
    }
    return words
  }

  /// Finds out whether the deployment could be made, if its commit existed.
  func tryIt(_ message: ChannelMessage, with services: ChannelServices) async throws {
    try await api.tryAtNoCommit(
      subject.repository, "/deployments", creation(of: message), with: services)
  }

  /// The existing deployment, or a new one.
  private func place(
    of message: ChannelMessage, _ services: ChannelServices, forgetting isForgotten: Bool
  ) async throws -> Place {
    let deployment = message.notification.deploymentID
    let known = try await note(of: deployment, services)
    var note = Note(target: target)
    if let known, known.target == target, !isForgotten { note = known }
    // A rollback that was shown first has left word, from its own environment.
    note.rolledBackBy = known?.rolledBackBy
    if let id = note.id { return Place(note: note, id: id, isRemembered: true) }
    if let found = try await find(deployment, ref: subject.ref, services) {
      note.id = found
      try await services.memory.keep(note, of: deployment)
      return Place(note: note, id: found)
    }
    let made = try await api.send(
      .post, subject.repository, "/deployments", creation(of: message), isRepeatable: false,
      as: GitHubAPI.Made.self, with: services)
    note.id = made.id
    try await services.memory.keep(note, of: deployment)
    return Place(note: note, id: made.id, isNew: true)
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
  func find(
    _ deployment: String, ref: String?, _ services: ChannelServices
  ) async throws -> Int? {
    var query = [(name: "environment", value: subject.environment), ("per_page", "100")]
    if let ref { query.append(("ref", ref)) }
    let found = try await api.send(
      .get, subject.repository, "/deployments", query: query, as: [GitHubAPI.Found].self,
      with: services)
    return found.first { $0.deployment == deployment }?.id
  }

  /// A status of a deployment.
  struct Status {
    var state: String
    var description: String
    var log: String?
    /// Where the deployment is; `nil` leaves that as it is.
    var subject: GitHubSubject?

    var json: JSONTree {
      var json: [String: JSONTree] = [
        "state": .text(state), "description": .text(description),
      ]
      json["environment"] = (subject?.environment).map { .text($0) }
      json["log_url"] = log.map { .text($0) }
      json["environment_url"] = subject?.environmentURL.map { .text($0) }
      return .object(json)
    }
  }

  func add(_ status: Status, to id: Int, _ services: ChannelServices) async throws {
    _ = try await api.send(
      .post, subject.repository, "/deployments/\(id)/statuses", status.json, isRepeatable: false,
      as: GitHubAPI.Made.self, with: services)
  }

  private func status(of message: ChannelMessage, rollsBack failed: Int?) -> Status {
    var description = message.title.text.oneLine
    if let failed, let id = message.notification.rollback?.triggeredBy {
      description = "Rolls back \(id) (deployment \(failed)): \(description)"
    }
    return Status(
      state: api.state(of: message.notification.event),
      description: description.cut(to: Self.descriptionLimit, .utf16),
      log: message.notification.consoleURL, subject: subject)
  }

  /// Whether an attempt whose answer was lost has already created this status.
  private func isShown(
    _ status: Status, on place: Place, _ services: ChannelServices
  ) async throws -> Bool {
    let latest = try await api.send(
      .get, subject.repository, "/deployments/\(place.id)/statuses", query: [("per_page", "1")],
      mayBeMissing: place.isRemembered, as: [GitHubAPI.Status].self, with: services
    ).first
    // Another channel's status of the same deployment may have another address.
    return latest?.state == status.state && latest?.description == status.description
      && (latest?.environmentURL ?? "") == (status.subject?.environmentURL ?? "")
  }

  /// Where this channel's deployments are.
  var target: String {
    [server, subject.repository.lowercased(), subject.environment].joined(separator: " ")
  }

  private var server: String { api.address.urlWithoutUser }

  /// The note on a deployment, in whatever environment of the repository.
  func note(of deployment: String, _ services: ChannelServices) async throws -> Note? {
    let prefix = "\(server) \(subject.repository.lowercased()) "
    let note = try await services.memory.note(Note.self, of: deployment)
    return note?.target.hasPrefix(prefix) == true ? note : nil
  }
}
