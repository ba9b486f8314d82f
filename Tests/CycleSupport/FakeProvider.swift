import CodeDeployNotifications
import Foundation
import Synchronization

/// Receives the posts of hooks. It answers 200 unless it was told otherwise.
package final class FakeProvider: Sendable {
  private struct State {
    var received: [String] = []
    var accepted: [String] = []
    var refused: Set<String> = []
    var answers: [String: [Int]] = [:]
    var gates: [String: Gate] = [:]
    var openers: [String: Gate] = [:]
    var event: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  package init() {}

  /// The posts as `server: event deployment`, in order.
  package var received: [String] { state.withLock { $0.received } }

  /// The posts that were answered with 200, in order; and those that were refused for good.
  package var accepted: [String] { state.withLock { $0.accepted } }
  package var refused: Set<String> { state.withLock { $0.refused } }

  /// Makes a server answer with these statuses in turn, and then repeat the last one.
  package func answer(_ server: String, _ statuses: Int...) {
    state.withLock { $0.answers[server] = statuses }
  }

  /// Makes every post to a server wait until the gate is open.
  package func hold(_ server: String, at gate: Gate) { state.withLock { $0.gates[server] = gate } }

  /// Opens the gate when this is posted.
  package func open(_ gate: Gate, on post: String) { state.withLock { $0.openers[post] = gate } }

  /// Runs an event during every post.
  package func meanwhile(_ event: @escaping @Sendable () -> Void) {
    state.withLock { $0.event = event }
  }

  package var client: HTTPClient {
    HTTPClient { request in
      let server = String(request.url.dropFirst("http://".count))
      let post = "\(server): \(String(decoding: request.body, as: UTF8.self))"
      let (gate, opens) = self.state.withLock { state in
        state.received.append(post)
        return (state.gates[server], state.openers[post])
      }
      opens?.open()
      self.state.withLock(\.event)?()
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
