import ChannelKit
import CodeDeployNotifications
import Foundation

/// One message per deployment: it changes as the deployment goes on, and its thread has why it
/// failed and what rolled it back.
///
/// Every step is kept the moment it is made, so that an attempt goes on where the last one ended.
/// `chat.postMessage` knows no idempotency key: where Slack took a message and its answer was lost,
/// or couldn't be kept, that message is posted again. Both have the notification's id in their
/// metadata.
struct SlackConversation: Sendable {
  let api: SlackAPI
  /// The setting: a channel's id or name.
  let channel: String
  let mentions: Mentions

  /// What is kept of a deployment.
  struct Note: Codable, Sendable, Hashable {
    /// What the setting was. A message elsewhere isn't this channel's.
    var target: String
    var place: SlackAPI.Place
    /// The event that the message was posted for, and the one that it shows.
    var first: DeploymentEvent
    var event: DeploymentEvent
    /// The event whose detail is in the thread.
    var detail: DeploymentEvent?
    /// The reply in the thread of what this deployment rolls back, and what it shows.
    var reply: SlackAPI.Place?
    var replyEvent: DeploymentEvent?
  }

  /// A message that the next step needs is not there any more.
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

  /// A digest stands alone: it is nobody's thread, and nothing is kept of it.
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

  /// Makes the message show the event.
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
      try await keep(note, message, services)
      return (note, "updated in \(note.place.channel.oneLine)")
    }
    payload.channel = channel
    let place = try await api.post(payload, with: services)
    let note = Note(target: channel, place: place, first: event, event: event)
    try await keep(note, message, services)
    return (note, "posted in \(place.channel.oneLine)")
  }

  /// Puts why it ended badly into the thread. Slack tells nobody of an update: where the message was
  /// posted for an earlier event, the reply is shown in the channel too.
  private func explain(
    _ message: ChannelMessage, _ note: inout Note, _ services: ChannelServices
  ) async throws -> String? {
    let event = message.notification.event
    guard note.detail != event, event.callsPeople else { return nil }
    let called = try await mentions.called(by: message.notification, with: services)
    // All who are in a channel aren't called from within a thread.
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
    try await keep(note, message, services)
    return "why in its thread"
  }

  /// Tells of a rollback in the thread of what it rolls back, if that is in this channel. Its own
  /// message is out by now: a refusal here isn't worth a failure.
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
    try await keep(note, message, services)
    return "linked in the thread of \(failed)"
  }

  /// Where what a rollback is about is to be seen: its message in this channel, else the console.
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

  /// A link is a courtesy: without it the message goes out all the same.
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

  /// What was kept of a deployment's message, if that is in the channel that the setting names now.
  private func note(of deployment: String, _ services: ChannelServices) async throws -> Note? {
    guard let text = try await services.memory.recall(deployment),
      let note = try? JSONCoding.decoder().decode(Note.self, from: Data(text.utf8)),
      note.target == channel
    else { return nil }
    return note
  }

  /// Keeps what was done, also where the attempt's time is up just now: Slack has the message.
  private func keep(
    _ note: Note, _ message: ChannelMessage, _ services: ChannelServices
  ) async throws {
    let text = String(decoding: try JSONCoding.encoder().encode(note), as: UTF8.self)
    let id = message.notification.deploymentID
    try await uncancelled { [memory = services.memory] in try await memory.keep(text, id) }
  }
}
