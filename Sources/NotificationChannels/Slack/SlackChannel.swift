import ChannelKit
import CodeDeployNotifications
import Foundation

/// Notifies a Slack channel: with an incoming webhook, by a message for each notification; with an
/// app's token, by one message for each deployment.
struct SlackChannel: BundledChannel {
  static let type = "slack"
  static let summary = "Posts to a Slack channel, through an incoming webhook or as an app."
  static let guide = ChannelGuide(
    example: "slack,token=env:SLACK_TOKEN,channel=C024BE91L",
    preparation:
      "Create an app at [api.slack.com/apps](https://api.slack.com/apps). For `token`, give it the "
      + "bot scope `chat:write`, install it, take the bot token (`xoxb-…`) and invite the app to "
      + "the channel; for `channel`, use the id at the end of the channel's details, which stays "
      + "when the channel is renamed. For `webhook_url`, turn on Incoming Webhooks and add one "
      + "for the channel.",
    arrival:
      "The headline and, beside a bar in the outcome's colour, the facts, the cause and the links. "
      + "With a token it is one message per deployment, which is updated until the deployment "
      + "ends, also across cycles and hosts; the cause of a failure, the end of the log and the "
      + "rollback are in its thread. Slack alerts nobody about an update, so if the start was "
      + "announced, the reply about a failure is shown in the channel too. A webhook posts a "
      + "message for each notification.",
    limits: [
      "Headlines have at most 150 characters, causes and descriptions about 1,000, and logs their "
        + "last 2,900; what is longer is cut.",
      "Slack accepts about one message a second in a channel, and gets no more; if it still asks "
        + "to wait, the message is sent after that time.",
      "Slack has no idempotency key: a message whose answer was lost is sent again. With a token, "
        + "both have the notification's id in their metadata.",
      "In texts of deployments, formatting characters such as `*` are replaced by similar ones; "
        + "Slack can't escape them.",
    ],
    picture: "slack.png")
  static let settings = [
    webhook.any, token.any, channel.any, server.any, mention.any, DigestForm.setting,
  ]
  static let mentions: MentionForm? = SlackMarkup.mentions
  static let digest: DigestForm? = DigestForm(size: 40)

  private static let webhook = Setting<SecretURL?>.secretURL(
    "webhook_url", "An incoming webhook's address")
  private static let token = Setting.secret(
    "token", "A bot token (xoxb-…), instead of webhook_url"
  ).reading { (token: Secret) throws(SettingProblem) -> Secret in
    let isPlain = token.revealed.unicodeScalars.allSatisfy { $0.value > 32 && $0.value < 127 }
    guard isPlain, !token.revealed.isEmpty else {
      throw SettingProblem("must be one word without spaces, such as xoxb-…")
    }
    return token
  }
  private static let channel = Setting.text("channel", "With token: the channel's id, or its name")
    .reading { (channel: String) throws(SettingProblem) -> String in
      guard !channel.isEmpty, channel != "#", !channel.contains(where: \.isWhitespace) else {
        throw SettingProblem("must be a channel's id such as C024BE91L, or its name")
      }
      return channel
    }
  private static let server = Setting.baseURL(
    inPlaceOf: "https://slack.com", "With token: another server in place of https://slack.com")
  private static let mention = Setting.mentions(SlackMarkup.mentions, of: type)

  private enum Mode {
    case webhook(SlackWebhook)
    case app(SlackConversation)
  }

  private let mode: Mode

  static func escape(_ text: String) -> String { SlackMarkup.escape(text) }

  static func check(_ settings: SettingValues) throws(SettingProblem) {
    if settings.isSet(webhook) {
      for setting in [token.any, channel.any, server.any] where settings.isSet(setting.name) {
        throw SettingProblem(
          setting.name, "excludes webhook_url: a webhook has its own channel and server")
      }
    } else if !settings.isSet(token) {
      throw nothingSet
    } else if !settings.isSet(channel) {
      throw noChannel
    }
  }

  private static let nothingSet = SettingProblem(nil, "set webhook_url, or token and channel")
  private static let noChannel = SettingProblem(channel, "is missing: token needs it")

  /// A message, its detail in the thread, and a reply in the thread of the rolled back deployment.
  static func exchanges(_ settings: SettingValues) -> Int { settings.isSet(token) ? 3 : 1 }

  /// "Generally 1 message per second per channel"
  /// (https://docs.slack.dev/apis/web-api/rate-limits), which also holds for webhooks. Some of
  /// Slack's pauses are long, so it is better to stay below the limit.
  static func limit(_ settings: SettingValues) -> SendingLimit {
    SendingLimit(
      of: settings, hangsOn: webhook.any, server.any, token.any, channel.any,
      interval: .milliseconds(1050))
  }

  static func warnings(_ settings: SettingValues) -> [String] {
    guard let token = settings.literal(token), !token.hasPrefix("xox") else { return [] }
    return ["a token of a Slack app begins with xoxb-; this one doesn't"]
  }

  init(settings: SettingValues) throws(SettingProblem) {
    let mentions = try settings[Self.mention]
    if let webhook = try settings[Self.webhook] {
      mode = .webhook(SlackWebhook(webhook, mentions: mentions))
      return
    }
    guard let token = try settings[Self.token] else { throw Self.nothingSet }
    guard let channel = try settings[Self.channel] else { throw Self.noChannel }
    let api = SlackAPI(address: try settings[Self.server].appending("/api"), token: token)
    mode = .app(SlackConversation(api: api, channel: channel, mentions: mentions))
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    switch mode {
    case .webhook(let webhook): try await webhook.deliver(message, with: services)
    case .app(let conversation): try await conversation.deliver(message, with: services)
    }
  }

  func deliver(_ digest: ChannelDigest, with services: ChannelServices) async throws -> String {
    switch mode {
    case .webhook(let webhook): try await webhook.deliver(digest, with: services)
    case .app(let conversation): try await conversation.deliver(digest, with: services)
    }
  }
}
