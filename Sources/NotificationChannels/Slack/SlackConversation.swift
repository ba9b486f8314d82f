import ChannelKit
import CodeDeployNotifications
import Foundation

/// One message for each deployment. It is updated as the deployment proceeds, and its thread says
/// why it failed and what rolled it back.
///
/// A note is kept after every step, so that an attempt continues where the last one ended.
/// `chat.postMessage` has no idempotency key: if Slack took a message and its answer was lost, or
/// the note couldn't be kept, the message is posted again. Both have the notification's id in their
/// metadata.
struct SlackConversation: Sendable {
  let api: SlackAPI
  /// The setting: a channel's id or name.
  let channel: String
  let mentions: Mentions

  /// The channel's note on a deployment.
  struct Note: Codable, Sendable, Hashable {
    /// The value of the setting. A note about another channel doesn't count.
    var target: String
    var place: SlackAPI.Place
    /// The event that the message was posted for, and the event that it shows now.
    var first: DeploymentEvent
    var event: DeploymentEvent
    /// The event whose detail is in the thread.
    var detail: DeploymentEvent?
    /// The reply in the thread of the deployment that this one rolls back, and the event that it
    /// shows.
    var reply: SlackAPI.Place?
    var replyEvent: DeploymentEvent?
  }

  /// Thrown where a message that the next step needs has been deleted.
  private struct Gone: Error {
    var failure: DeliveryFailure
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    let kept = try await note(of: message.notification.deploymentID, services)
    do {
      do {
        return try await announce(message, kept, services)
      } catch is Gone {
        return try await announce(message, nil, services)
      }
    } catch let gone as Gone {
      throw gone.failure
    } catch let refusal as SlackAPI.Refusal {
      throw refusal.failure
    }
  }

  /// A digest is a message of its own: it has no thread, and no note is kept.
  func deliver(_ digest: ChannelDigest, with services: ChannelServices) async throws -> String {
    let called = try await mentions.called(by: digest)
    var payload = try SlackDigest.payload(digest, called)
    payload.channel = channel
    payload.metadata = SlackPayload.Metadata(DigestParts(digest))
    do {
      return "posted in \(try await api.post(payload, with: services).channel)"
    } catch let refusal as SlackAPI.Refusal {
      throw refusal.failure
    }
  }

  private func announce(
    _ message: ChannelMessage, _ kept: Note?, _ services: ChannelServices
  ) async throws -> String {
    let event = message.notification.event
    if let kept, kept.event != event, kept.event.position >= event.position {
      return "the message shows \"\(kept.event.rawValue)\" already"
    }
    var (note, answer) = try await show(message, kept, services)
    if let detail = try await explain(message, &note, services) { answer += ", \(detail)" }
    if let reply = try await tellWhatWasRolledBack(message, &note, services) {
      answer += ", \(reply)"
    }
    return answer
  }

  /// Posts or updates the message.
  private func show(
    _ message: ChannelMessage, _ kept: Note?, _ services: ChannelServices
  ) async throws -> (Note, String) {
    let event = message.notification.event
    if let kept, kept.event == event { return (kept, "shown in \(kept.place.channel)") }
    let places = try await places(message.notification, services)
    var payload = SlackMessage(message: message, places: places).payload(detailInThread: true)
    if var note = kept {
      try await orGone { try await api.update(note.place, to: payload, with: services) }
      note.event = event
      try await services.memory.keep(note, of: message.notification.deploymentID)
      return (note, "updated in \(note.place.channel.oneLine)")
    }
    payload.channel = channel
    let place = try await api.post(payload, with: services)
    let note = Note(target: channel, place: place, first: event, event: event)
    try await services.memory.keep(note, of: message.notification.deploymentID)
    return (note, "posted in \(place.channel.oneLine)")
  }

  /// Posts into the thread why the deployment ended badly. Slack notifies nobody of an update, so
  /// if the message was posted for an earlier event, the reply is shown in the channel too.
  private func explain(
    _ message: ChannelMessage, _ note: inout Note, _ services: ChannelServices
  ) async throws -> String? {
    let event = message.notification.event
    guard note.detail != event, event.callsPeople else { return nil }
    let called = try await mentions.called(by: message.notification, with: services)
    // From within a thread, `here` and `channel` have no effect.
    let isForAll = called.contains("here") || called.contains("channel")
    let isUpdate = note.first != event || isForAll
    guard
      var payload = SlackMessage(message: message, called: called).detail(shownInChannel: isUpdate)
    else { return nil }
    payload.channel = note.place.channel
    payload.threadTS = note.place.ts
    if isUpdate { payload.replyBroadcast = true }
    payload.metadata = SlackPayload.Metadata(message.notification)
    _ = try await orGone { try await api.post(payload, with: services) }
    note.detail = event
    try await services.memory.keep(note, of: message.notification.deploymentID)
    return "cause in its thread"
  }

  /// Replies to the rolled back deployment's message in its thread, if that is in this channel. The
  /// rollback's own message is already posted, so a refusal isn't a failure.
  private func tellWhatWasRolledBack(
    _ message: ChannelMessage, _ note: inout Note, _ services: ChannelServices
  ) async throws -> String? {
    let notification = message.notification
    guard let failed = notification.rollback?.triggeredBy, note.replyEvent != notification.event,
      let thread = try await self.note(of: failed, services)?.place
    else { return nil }
    let seen = await permalink(of: note.place, services)
    var payload = SlackMessage(message: message).rollbackReply(seen: seen)
    do {
      if let reply = note.reply {
        try await api.update(reply, to: payload, with: services)
      } else {
        payload.channel = thread.channel
        payload.threadTS = thread.ts
        payload.metadata = SlackPayload.Metadata(notification)
        note.reply = try await api.post(payload, with: services)
      }
    } catch let refusal as SlackAPI.Refusal where refusal.failure.verdict == .refused {
      return "but not in the thread of \(failed): \(refusal.failure)"
    }
    note.replyEvent = notification.event
    try await services.memory.keep(note, of: message.notification.deploymentID)
    return "linked in the thread of \(failed)"
  }

  /// Links to the deployments of a rollback: the messages in this channel, else the console.
  private func places(
    _ notification: DeploymentNotification, _ services: ChannelServices
  ) async throws -> [String: String] {
    var places: [String: String] = [:]
    let rollback = notification.rollback
    for id in [rollback?.triggeredBy, rollback?.rolledBackBy].compactMap({ $0 }) {
      guard let note = try await note(of: id, services) else { continue }
      places[id] = await permalink(of: note.place, services)
    }
    return SlackMessage.consolePages(of: notification).merging(places) { $1 }
  }

  /// The permalink is optional: the message is sent without it too.
  private func permalink(of place: SlackAPI.Place, _ services: ChannelServices) async -> String? {
    try? await api.permalink(of: place, with: services)
  }

  private func orGone<Value>(_ step: () async throws -> Value) async throws -> Value {
    do {
      return try await step()
    } catch let refusal as SlackAPI.Refusal where SlackErrors.gone.contains(refusal.code) {
      throw Gone(failure: refusal.failure)
    }
  }

  /// The note on a deployment's message, if that is in the channel that the setting names now.
  private func note(of deployment: String, _ services: ChannelServices) async throws -> Note? {
    let note = try await services.memory.note(Note.self, of: deployment)
    return note?.target == channel ? note : nil
  }
}
