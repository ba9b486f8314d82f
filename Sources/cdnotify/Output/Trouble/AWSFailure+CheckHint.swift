import CodeDeployNotifications
import DeploymentNotifier

extension AWSFailure {
  /// The advice, and which command says more where credentials were looked for and not found; `nil`
  /// where waiting is all that helps.
  var adviceWithCheckHint: String? {
    guard let advice else { return nil }
    return places.isEmpty ? advice : "\(advice) \"cdnotify check\" says where they were looked for."
  }
}
