import CodeDeployNotifications
import NotificationChannels

extension DeploymentNotifier {
  /// The protocol of channels, for types of channel of your own. It has this name here because
  /// server libraries have a `Channel` already.
  public typealias Channel = CodeDeployNotifications.Channel
}

extension ChannelCatalog {
  /// The channels that come with the library. Two of them run programs on this host: `exec` runs
  /// any, and `apprise` the one of that name.
  public static var builtIn: Self { .all }

  /// The catalog with more types. A type replaces an earlier one of the same name.
  ///
  /// It is declared here because an operator isn't re-exported with its type.
  public static func + (catalog: Self, more: [any Channel.Type]) -> Self {
    let names = more.map { $0.type }
    return Self(catalog.types.filter { !names.contains($0.type) } + more)
  }
}
