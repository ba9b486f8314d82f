import DeploymentNotifier

/// A channel whose author made one mistake, which a setting chooses.
struct MistakenChannel: DeploymentNotifier.Channel {
  static let type = "mistaken"
  static let webhook = Setting.secretURL("webhook_url", required: true, "The webhook's address")
  static let mistake = Setting.text("mistake", required: true, "What it does wrong")
  static let settings = [webhook.any, mistake.any]

  let url: SecretURL
  let mistake: String

  init(settings: SettingValues) throws(SettingProblem) {
    url = try settings[Self.webhook]
    mistake = try settings[Self.mistake]
  }

  func deliver(_ message: ChannelMessage, with services: ChannelServices) async throws -> String {
    var services = services
    if mistake == "waits for longer" { services.timeout = .seconds(60) }
    if mistake == "sends twice" { _ = try await post(message, services) }
    do {
      let answer = try await post(message, services)
      return mistake == "says nothing" ? "" : answer
    } catch is CancellationError where mistake == "goes on when it is cancelled" {
      return "cancelled"
    } catch var failure as DeliveryFailure {
      let isUnsent = failure.verdict == .refused && !failure.description.contains("answered")
      if mistake == "sends again what can't be sent", isUnsent {
        failure.verdict = .tryAgain(after: nil)
      }
      if mistake == "hides the answer" { failure.description = "it didn't work" }
      throw failure
    }
  }

  private func post(_ message: ChannelMessage, _ services: ChannelServices) async throws -> String {
    let json = ["text": text(of: message)]
    if mistake == "reads pages" || mistake == "repeats answers" {
      let request = ChannelServices.Request(
        .post, url.url(), headers: [.init("Content-Type", "application/json")],
        body: Array("{}".utf8), timeout: services.timeout)
      let secrets = mistake == "repeats answers" ? [] : url.secrets
      return try await HTTPVerdict.answer(
        to: request, from: "It", with: services, redacting: secrets
      ).text + "."
    }
    let response = try await services.answer(posting: json, of: url, from: "It") { response in
      var response = response
      switch (mistake, response.status) {
      case ("takes 304 for a success", 304): response.status = 200
      case ("knows no dates", 429): response.headers.removeAll { $0.value.contains("GMT") }
      case ("waits for what isn't there", 404) where !response.headers.isEmpty:
        response.status = 503
      default: break
      }
      return response
    }
    return "answered \(response.status)"
  }

  private func text(of message: ChannelMessage) -> String {
    let text = message.markdown(limit: 16_383)
    switch mistake {
    case "adds control characters": return "\u{1}\(text)"
    case "adds direction controls": return "\u{2066}\(text)"
    case "drops joiners":
      return String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\u{200D}" }))
    case "sends zero-width spaces": return text.replacing("bc", with: "b\u{200B}c")
    case "cuts nothing": return String(repeating: message.body.text, count: 4)
    case "puts labels first":
      let labels = message.notification.labels?.values.joined(separator: "\n") ?? ""
      return String("\(labels)\n\(text)".prefix(5000))
    default: return text
    }
  }
}

/// A channel whose declarations are wrong.
struct MisdeclaredChannel: DeploymentNotifier.Channel {
  static let type = "misdeclared"
  static let summary = "Two\nlines"
  static let defaultEvents: Set<DeploymentEvent> = []
  static let settings = [
    ChannelSetting("Bad-Name", .text, "Whose name is wrong"), ChannelSetting("silent", .text, ""),
    ChannelSetting("long", .text, "Two\nlines"), ChannelSetting("twice", .text, "Once"),
    ChannelSetting("twice", .text, "And again"),
    ChannelSetting("form", .choice(["short", "long"]), default: "big", "A form"),
  ]

  static func check(_ settings: SettingValues) throws(SettingProblem) {
    if settings.text("undeclared") == "env:SOMETHING" {
      throw SettingProblem("undeclared", "must not begin with env")
    }
  }

  init(settings: SettingValues) throws(SettingProblem) {
    guard let text = settings.text("undeclared"), text != "x" else { return }
    throw SettingProblem("undeclared", "can't be \(text)")
  }

  func deliver(_ message: ChannelMessage, with services: ChannelServices) async throws -> String {
    "nothing is sent"
  }
}
