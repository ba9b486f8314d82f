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
        "a commit status needs a commit's whole SHA, but the ref is \(subject.ref.oneLine)")
    }
    _ = try await api.send(
      .post, subject.repository, path, status(of: message), as: GitHubAPI.Made.self,
      with: services)
    let commit = "\(subject.repository)@\(subject.ref.prefix(7))"
    return "\(subject.context) of \(commit) is \(api.state(of: message.notification.event))"
  }

  /// Finds out whether the status could be made, if its commit existed.
  func tryIt(_ message: ChannelMessage, with services: ChannelServices) async throws {
    try await api.tryAtNoCommit(subject.repository, path, status(of: message), with: services)
  }

  private var path: String { "/statuses/\(subject.ref)" }

  private func status(of message: ChannelMessage) -> JSONTree {
    var status: [String: JSONTree] = [
      "state": .text(api.state(of: message.notification.event)),
      "context": .text(subject.context.cut(to: 255, .utf16)),
      "description": .text(message.title.text.oneLine.cut(to: 140, .utf16)),
    ]
    status["target_url"] = message.notification.consoleURL.map { .text($0) }
    return .object(status)
  }
}
