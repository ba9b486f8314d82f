import CodeDeployNotifications

/// Foundation has a type of the same name; in this module it is the one of the library.
typealias Notification = CodeDeployNotifications.Notification

extension ChannelCatalog {
  /// Every type of channel that comes with the program, one a line.
  public static let all = ChannelCatalog([
    NewRelicChannel.self,
    SNSChannel.self,
    WebhookChannel.self,
  ])
}
