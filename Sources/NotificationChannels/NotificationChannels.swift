import CodeDeployNotifications

extension ChannelCatalog {
  /// Every type of channel that comes with the program, one on each line.
  package static let all = ChannelCatalog([
    AppriseChannel.self,
    DatadogChannel.self,
    DiscordChannel.self,
    EmailChannel.self,
    ExecChannel.self,
    GitHubChannel.self,
    GoogleChatChannel.self,
    GrafanaChannel.self,
    HipChatChannel.self,
    NewRelicChannel.self,
    PagerDutyChannel.self,
    SESChannel.self,
    SlackChannel.self,
    SNSChannel.self,
    TeamsChannel.self,
    WebhookChannel.self,
  ])
}
