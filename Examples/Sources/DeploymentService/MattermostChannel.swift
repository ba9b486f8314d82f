import CodeDeployNotifications
import Foundation

/// Posts to an incoming webhook of a Mattermost server.
struct MattermostChannel: Channel {
  static let type = "mattermost"
  static let settings = [
    ChannelSetting("webhook_url", .url, secret: true, required: true, "The webhook's address")
  ]
  private let url: String

  init(settings: SettingValues) throws(SettingProblem) {
    url = try settings.required("webhook_url")
  }

  func deliver(_ message: ChannelMessage, with services: ChannelServices) async throws -> String {
    let text = message.title.markup(Self.escape) + "\n" + message.body.markup(Self.escape)
    let response = try await services.http.send(
      HTTPRequest(
        .post, url, headers: [HTTPField("Content-Type", "application/json")],
        body: Array(try JSONEncoder().encode(["text": String(text.prefix(16_383))])),
        timeout: services.timeout))
    guard response.status != 200 else { return response.text }
    let isPassing = response.status == 429 || response.status >= 500
    throw DeliveryFailure(
      isPassing ? .tryAgain(after: nil) : .refused, "Mattermost answered \(response.status)")
  }

  /// Texts are whatever somebody wrote: they are to call nobody, and be no markup.
  static func escape(_ text: String) -> String {
    text.replacing(/[\\`*_{}\[\]()#+\-!|~<>]/) { "\\" + $0.output }
      .replacing("@", with: "@\u{200B}")
  }
}
