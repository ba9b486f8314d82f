import ChannelTesting
import CodeDeployNotifications
import Foundation
import Testing

@testable import NotificationChannels

/// Deployments whose messages the chats' tests compare literally.
extension Sample {
  /// A message in the default form.
  static func story(
    _ change: (inout DeploymentNotification) -> Void = { _ in }
  ) throws -> ChannelMessage {
    try ChannelMessage(
      notification { notification in
        notification.deployer = nil
        notification.overview = .init(succeeded: 12, failed: 0, skipped: 0)
        change(&notification)
      }, templates: ChannelConfiguration(type: "webhook"))
  }

  static func failed() throws -> ChannelMessage {
    try story { notification in
      notification.event = .failed
      notification.status = .failed
      notification.overview = .init(succeeded: 10, failed: 1, skipped: 1)
      notification.error = .init(code: "HEALTH_CONSTRAINTS", message: "too many failed")
      notification.failure = .init(
        target: "i-0abc", lifecycleEvent: "BeforeInstall", errorCode: "ScriptFailed",
        script: "scripts/stop.sh", message: "exit code 1",
        logTail: "LifecycleEvent - BeforeInstall\n  [stderr]no such_service\n")
      notification.rollback = .init(rolledBackBy: "d-NEXT")
    }
  }

  static func rollback() throws -> ChannelMessage {
    try story { notification in
      notification.creator = "codeDeployRollback"
      notification.rollback = .init(triggeredBy: "d-FAILED", message: "It failed: rolled back")
    }
  }

  static func started() throws -> ChannelMessage {
    try story { notification in
      notification.event = .started
      notification.status = .inProgress
      notification.completedAt = nil
      notification.durationSeconds = nil
      notification.overview = nil
    }
  }

  /// Texts far longer than every provider's limits, with characters that have to be escaped.
  static func endless(_ text: String) throws -> ChannelMessage {
    let long = String(repeating: text, count: 60_000 / text.count)
    return try story { notification in
      notification.event = .failed
      notification.description = long
      notification.deploymentGroup = long
      notification.error = .init(code: "HEALTH_CONSTRAINTS", message: long)
      notification.failure = .init(
        target: "i-0abc", lifecycleEvent: "BeforeInstall", errorCode: "ScriptFailed",
        message: "the nearest cause \(long)",
        logTail: String(repeating: long.prefix(3000) + "\n", count: 200) + "the last line")
      notification.rollback = .init(triggeredBy: "d-FAILED", message: long)
    }
  }

  /// The results of users' templates for a type of channel.
  static func templates(
    _ type: String, title: String, body: String, of notification: DeploymentNotification
  ) throws -> ChannelMessage {
    let configuration = ChannelConfiguration(type: type, title: title, body: body)
    let channel = try #require(ChannelCatalog.all.type(named: type))
    return try ChannelMessage(
      notification, templates: configuration, escaping: channel.escape)
  }
}

/// Sends a message through a channel and returns the only request.
func sent(
  _ type: String, _ settings: [String: [String]], _ message: ChannelMessage,
  answer: HTTPResponse
) async throws -> HTTPRequest {
  let provider = Provider([.success(answer)])
  _ = try await channel(type, settings).deliver(message, with: provider.services())
  return try #require(await provider.requests.first)
}

/// JSON normalized, so that blanks and order don't matter.
func normalized(_ json: String) throws -> String {
  let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
  let data = try JSONSerialization.data(
    withJSONObject: value, options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
  return String(decoding: data, as: UTF8.self)
}

extension HTTPRequest {
  var text: String { String(decoding: body, as: UTF8.self) }
}

/// All strings in JSON under the key that `key` returns for their object.
func strings(in json: String, of key: ([String: Any]) -> String?) -> [String] {
  func strings(_ value: Any) -> [String] {
    if let list = value as? [Any] { return list.flatMap(strings) }
    guard let object = value as? [String: Any] else { return [] }
    let own = key(object).flatMap { object[$0] as? String }.map { [$0] } ?? []
    return own + object.sorted { $0.key < $1.key }.flatMap { strings($0.value) }
  }
  return (try? JSONSerialization.jsonObject(with: Data(json.utf8))).map(strings) ?? []
}
