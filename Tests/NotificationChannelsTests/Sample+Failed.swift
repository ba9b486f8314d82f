import CodeDeployNotifications
import Foundation

/// Reads what was sent as a provider would.
enum FromProvider {
  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }
}

extension Sample {
  /// A failure on an instance, with all its facts.
  static func failedMessage(
    title: String = "checkout failed", log: String? = "[stderr]no such service",
    _ change: (inout DeploymentNotification) -> Void = { _ in }
  ) -> ChannelMessage {
    message(title: title) { notification in
      notification.event = .failed
      notification.status = .failed
      notification.error = .init(code: "HEALTH_CONSTRAINTS", message: "too many failed")
      notification.failure = .init(
        target: "i-0abc", lifecycleEvent: "ApplicationStart", errorCode: "ScriptFailed",
        script: "start.sh", message: "exit code 1", logTail: log)
      change(&notification)
    }
  }
}
