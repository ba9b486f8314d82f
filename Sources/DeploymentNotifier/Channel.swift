import CodeDeployNotifications
import NotificationChannels

extension DeploymentNotifier {
  /// A way to announce deployments, for types of channel of one's own. It has this name since servers
  /// have a `Channel` already.
  public typealias Channel = CodeDeployNotifications.Channel
}

extension ChannelCatalog {
  /// The channels that come with the library. Two of them run programs of this host: `exec` any, and
  /// `apprise` the one of that name.
  public static var builtIn: Self { .all }

  /// The catalog with more types; one of the same name takes the place of an earlier one.
  ///
  /// It stands here because an operator isn't re-exported with the type that it belongs to.
  public static func + (catalog: Self, more: [any Channel.Type]) -> Self {
    let names = more.map { $0.type }
    return Self(catalog.types.filter { !names.contains($0.type) } + more)
  }
}
