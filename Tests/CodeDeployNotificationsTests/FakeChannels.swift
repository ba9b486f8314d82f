import CodeDeployNotifications

/// A channel with a setting of every kind. Its answer is what it delivers.
struct FakeChannel: Channel {
  static let type = "webhook"
  static let summary = "Answers what it was to send"
  static let settings = [
    ChannelSetting("url", .url, required: true, "where to"),
    ChannelSetting("secret", secret: true, "signs"),
    ChannelSetting("secret_url", .url, secret: true, "a secret address"),
    ChannelSetting("program", .program, "a program"),
    ChannelSetting("header.", .text, "a header field"),
    ChannelSetting("to", list: true, "who gets it"),
    ChannelSetting("server", .host, "a server by its name"),
    ChannelSetting("port", .integer(1...65_535), "the port"),
    ChannelSetting("notify", .boolean, "whether it rings"),
    ChannelSetting("timeout", .duration, "how long"),
    ChannelSetting("format", .choice(["json", "text"]), default: "json", "the form"),
    ChannelSetting("tags", list: true, references: false, "labels"),
  ]

  let settings: SettingValues

  static func check(_ settings: SettingValues) throws(SettingProblem) {
    if settings.isSet("notify"), !settings.isSet("port") {
      throw SettingProblem("notify", "needs port")
    }
    if settings.list("to").count > 3 { throw SettingProblem(nil, "has too many readers") }
  }

  init(settings: SettingValues) throws(SettingProblem) {
    self.settings = settings
  }

  func deliver(_ message: ChannelMessage, with services: ChannelServices) async throws -> String {
    let values = ["url", "secret", "format"].compactMap { settings.text($0) }
    return (values + settings.list("tags") + [message.title.text]).joined(separator: " ")
  }
}

/// New Relic's channel, with what the original service's document needs.
struct FakeNewRelic: Channel {
  static let type = "newrelic"
  static let summary = "Marks deployments"
  static let defaultEvents: Set<DeploymentEvent> = [.succeeded]
  static let settings = [
    ChannelSetting("application_name", .text, "the application there"),
    ChannelSetting("api_key", secret: true, default: "env:NEW_RELIC_API_KEY", "the key"),
  ]

  init(settings: SettingValues) throws(SettingProblem) {}

  func deliver(_ message: ChannelMessage, with services: ChannelServices) async throws -> String {
    "marked"
  }
}

extension ChannelCatalog {
  static let fake = ChannelCatalog([FakeNewRelic.self, FakeChannel.self])
}
