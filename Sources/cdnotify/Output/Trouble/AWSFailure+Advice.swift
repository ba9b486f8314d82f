import CodeDeployNotifications
import DeploymentNotifier

extension AWSFailure {
  /// What a person can do about it; `nil` where waiting is all that helps.
  var advice: String? {
    guard let first = remedyOrAdvice else { return nil }
    return places.isEmpty ? first : "\(first) \"cdnotify check\" says where they were looked for."
  }
}
