import DeploymentNotifier

/// Posts to a channel of Mattermost, through an incoming webhook
/// (https://developers.mattermost.com/integrate/webhooks/incoming).
struct MattermostChannel: DeploymentNotifier.Channel {
  static let type = "mattermost"
  static let summary = "Posts to a channel of Mattermost, through an incoming webhook."
  static let webhook = Setting.secretURL("webhook_url", required: true, "The webhook's address")
  static let settings = [webhook.any]

  let url: SecretURL

  init(settings: SettingValues) throws(SettingProblem) { url = try settings[Self.webhook] }

  static func escape(_ text: String) -> String { Markup.commonMark.escape(text) }

  func deliver(_ message: ChannelMessage, with services: ChannelServices) async throws -> String {
    try await services.post(
      json: ["text": message.markdown(limit: 16_383)], to: url, from: "Mattermost")
  }
}
