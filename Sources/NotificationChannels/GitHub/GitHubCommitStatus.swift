import ChannelKit
import CodeDeployNotifications
import Foundation

/// A status of the deployed commit. The latest status of a context counts, so repeating one changes
/// nothing.
struct GitHubCommitStatus: Sendable {
  let api: GitHubAPI
  let subject: GitHubSubject

  func show(_ message: ChannelMessage, with services: ChannelServices) async throws -> String {
    guard subject.ref.wholeMatch(of: /[0-9a-f]{40}([0-9a-f]{24})?/) != nil else {
      throw DeliveryFailure(
        .refused,
        "a commit status needs a commit's whole SHA, and the ref is \(subject.ref.oneLine)")
    }
    let notification = message.notification
    let state =
      switch notification.event {
      case .succeeded: "success"
      case .failed: "failure"
      case .stopped: "error"
      default: "pending"
      }
    var status: [String: JSONTree] = [
      "state": .text(state), "context": .text(subject.context.cut(to: 255, .utf16)),
      "description": .text(message.title.text.oneLine.cut(to: 140, .utf16)),
    ]
    status["target_url"] = notification.consoleURL.map { .text($0) }
    _ = try await api.send(
      .post, subject.repository, "/statuses/\(subject.ref)", .object(status),
      as: GitHubAPI.Made.self, with: services)
    return "\(subject.context) of \(subject.repository)@\(subject.ref.prefix(7)) is \(state)"
  }
}
