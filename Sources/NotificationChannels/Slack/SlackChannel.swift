import CodeDeployNotifications
import Foundation

/// Tells a Slack channel: by an incoming webhook, a message for each notification, or by an app's
/// token, a message for each deployment.
struct SlackChannel: BundledChannel {
  static let type = "slack"
  static let summary = "Tells a Slack channel, by an incoming webhook or as an app."
  static let guide = ChannelGuide(
    example: "slack,token=env:SLACK_TOKEN,channel=C024BE91L",
    preparation:
      "Make an app at [api.slack.com/apps](https://api.slack.com/apps). For `token`, give it the "
      + "bot scope `chat:write`, install it, take the bot token (`xoxb-…`) and invite the app to "
      + "the channel; `channel` is best the id at the end of the channel's details, which stays "
      + "when the channel is renamed. For `webhook_url`, switch Incoming Webhooks on and add one "
      + "for the channel.",
    arrival:
      "The headline, and beside a bar in the colour of the news the facts, the cause and the links. "
      + "With a token it is one message per deployment, updated through its life, also across "
      + "cycles and hosts; why it failed and the end of the log are in its thread, and so is the "
      + "rollback. Slack alerts nobody of an update: a failure whose start was announced is shown "
      + "in the channel again by that reply. A webhook posts a message for each notification.",
    limits: [
      "Headlines have 150 characters at the most, causes and descriptions about 1,000, and of a log "
        + "the last 2,900; what is longer is cut.",
      "Slack takes about one message a second in a channel, and gets no more; what it puts off all "
        + "the same is sent after the time that it asks for.",
      "Slack has no key against repetition: where it took a message and its answer was lost, the "
        + "message comes again. With a token, both have the notification's id in their metadata.",
      "In texts of deployments, marks of style such as `*` are replaced by characters that look the "
        + "same; Slack has no other way to show them as they are.",
    ],
    picture: "slack.png")
  static let settings: [ChannelSetting] = [
    ChannelSetting("webhook_url", .url, secret: true, "An incoming webhook's address"),
    ChannelSetting("token", secret: true, "A bot token (xoxb-…), in place of webhook_url"),
    ChannelSetting("channel", .text, "With token: the channel's id, or its name"),
    ChannelSetting("base_url", .url, "With token: another server in place of https://slack.com"),
    Mentions.setting(SlackMarkup.mentions),
    DigestForm.setting,
  ]
  static let mentions: MentionForm? = SlackMarkup.mentions
  static let digest: DigestForm? = DigestForm(size: 40)

  private enum Mode {
    case webhook(SlackWebhook)
    case app(SlackConversation)
  }

  private let mode: Mode

  static func escape(_ text: String) -> String { SlackMarkup.escape(text) }

  static func check(_ settings: SettingValues) throws(SettingProblem) {
    let isApp = settings.isSet("token")
    if settings.isSet("webhook_url") {
      for name in ["token", "channel", "base_url"] where settings.isSet(name) {
        throw SettingProblem(name, "excludes webhook_url: a webhook has its channel and server")
      }
    } else if !isApp {
      throw SettingProblem(nil, "set webhook_url, or token and channel")
    } else if !settings.isSet("channel") {
      throw SettingProblem("channel", "is missing: token needs it")
    }
    try Mentions.check(settings, SlackMarkup.mentions)
    if let url = settings.literal("webhook_url") {
      _ = try WebAddress(url, setting: "webhook_url")
    }
    if let token = settings.literal("token") { try check(token: token) }
    if let channel = settings.literal("channel") { try check(channel: channel) }
    if let base = settings.literal("base_url") { _ = try WebAddress.of("", on: "", movedTo: base) }
  }

  /// A message, its detail in the thread, and a reply in the thread of what was rolled back.
  static func exchanges(_ settings: SettingValues) -> Int { settings.isSet("token") ? 3 : 1 }

  /// "Generally 1 message per second per channel" (https://docs.slack.dev/apis/web-api/rate-limits),
  /// also for webhooks, and some of Slack's pauses are long: better not to run into one.
  static func limit(_ settings: SettingValues) -> SendingLimit {
    SendingLimit(
      hangsOn: ["webhook_url", "base_url", "token", "channel"].map { settings.text($0) },
      interval: .milliseconds(1050))
  }

  static func warnings(_ settings: SettingValues) -> [String] {
    guard let token = settings.literal("token"), !token.hasPrefix("xox") else { return [] }
    return ["a token of a Slack app begins with xoxb-; this one doesn't"]
  }

  private static func check(token: String) throws(SettingProblem) {
    let isPlain = token.unicodeScalars.allSatisfy { $0.value > 32 && $0.value < 127 }
    guard isPlain, !token.isEmpty else {
      throw SettingProblem("token", "must be one word without blanks, such as xoxb-…")
    }
  }

  private static func check(channel: String) throws(SettingProblem) {
    guard !channel.isEmpty, channel != "#", !channel.contains(where: \.isWhitespace) else {
      throw SettingProblem("channel", "must be a channel's id such as C024BE91L, or its name")
    }
  }

  init(settings: SettingValues) throws(SettingProblem) {
    try Self.check(settings)
    let mentions = try Mentions(settings, of: Self.type, SlackMarkup.mentions)
    if settings.isSet("webhook_url") {
      mode = .webhook(try SlackWebhook(settings.required("webhook_url"), mentions: mentions))
      return
    }
    let token = try settings.required("token")
    let channel = try settings.required("channel")
    try Self.check(token: token)
    try Self.check(channel: channel)
    let address = try WebAddress.of(
      "/api/", on: "https://slack.com", movedTo: settings.text("base_url"))
    mode = .app(
      SlackConversation(
        api: SlackAPI(address: address, token: Secret(token)), channel: channel,
        mentions: mentions))
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
