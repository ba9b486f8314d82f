import CodeDeployNotifications

extension DeploymentNotifier {
  /// A way to announce deployments, for types of channel of one's own. It has this name since servers
  /// have a `Channel` already.
  public typealias Channel = CodeDeployNotifications.Channel
}
