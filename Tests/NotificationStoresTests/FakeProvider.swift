import CodeDeployNotifications
import Foundation
import Synchronization

/// A channel that posts to a server what happened to which deployment.
struct HookChannel: Channel {
  static let type = "hook"
  static let summary = "Posts the event and the deployment"
  static let settings = [
    ChannelSetting("url", .url, required: true, "where to"), DigestForm.setting,
  ]
  static let digest: DigestForm? = DigestForm(size: 3)

  let url: String

  init(settings: SettingValues) throws(SettingProblem) { url = try settings.required("url") }

  func deliver(_ message: ChannelMessage, with services: ChannelServices) async throws -> String {
    var text = "\(message.notification.event) \(message.notification.deploymentID)"
    if let target = message.notification.failure?.target { text += " on \(target)" }
    return try await post(text, with: services)
  }

  func deliver(_ digest: ChannelDigest, with services: ChannelServices) async throws -> String {
    let ids = digest.parts.map(\.notification.deploymentID).joined(separator: " ")
    return try await post("digest \(ids)", with: services)
  }

  private func post(_ text: String, with services: ChannelServices) async throws -> String {
    let response = try await services.http.send(HTTPRequest(.post, url, body: Array(text.utf8)))
    switch response.status {
    case 200: return "ok"
    case 503: throw DeliveryFailure(.tryAgain(after: nil), "busy")
    default: throw DeliveryFailure(.refused, "no")
    }
  }
}

extension ChannelConfiguration {
  /// A channel that posts to the server of its name.
  static func hook(_ name: String = "hook", on events: [DeploymentEvent]? = nil) -> Self {
    Self(type: "hook", name: name, events: events, settings: ["url": ["http://\(name)"]])
  }

  /// The same, with digests.
  static func digests(above number: Int) -> Self {
    var channel = hook()
    channel.settings["digest_above"] = ["\(number)"]
    return channel
  }
}

/// Receives what hooks post. It answers 200 unless it was told otherwise.
final class FakeProvider: Sendable {
  private struct State {
    var received: [String] = []
    var accepted: [String] = []
    var refused: Set<String> = []
    var answers: [String: [Int]] = [:]
    var gates: [String: Gate] = [:]
    var openers: [String: Gate] = [:]
  }

  private let state = Mutex(State())

  /// What was posted, as `server: event deployment`, in its order.
  var received: [String] { state.withLock { $0.received } }

  /// What was answered with 200, in its order, and what was ever refused for good.
  var accepted: [String] { state.withLock { $0.accepted } }
  var refused: Set<String> { state.withLock { $0.refused } }

  /// Answers one server with these statuses in turn, the last one for good.
  func answer(_ server: String, _ statuses: Int...) {
    state.withLock { $0.answers[server] = statuses }
  }

  /// Keeps every post to a server waiting until the gate is open.
  func hold(_ server: String, at gate: Gate) { state.withLock { $0.gates[server] = gate } }

  /// Opens the gate when this is posted.
  func open(_ gate: Gate, on post: String) { state.withLock { $0.openers[post] = gate } }

  var client: HTTPClient {
    HTTPClient { request in
      let server = String(request.url.dropFirst("http://".count))
      let post = "\(server): \(String(decoding: request.body, as: UTF8.self))"
      let (gate, opens) = self.state.withLock { state in
        state.received.append(post)
        return (state.gates[server], state.openers[post])
      }
      opens?.open()
      try await gate?.pass()
      return HTTPResponse(status: self.status(server, post))
    }
  }

  private func status(_ server: String, _ post: String) -> Int {
    state.withLock { state in
      let answers = state.answers[server] ?? [200]
      if answers.count > 1 { state.answers[server] = Array(answers.dropFirst()) }
      if answers[0] == 200 { state.accepted.append(post) }
      if answers[0] == 400 { state.refused.insert(post) }
      return answers[0]
    }
  }
}
