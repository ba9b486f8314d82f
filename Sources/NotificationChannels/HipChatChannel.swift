import ChannelKit
import CodeDeployNotifications
import Foundation

/// Notifies a room of a HipChat server.
///
/// It uses `send_room_notification` of the API v2 (https://developer.atlassian.com/server/hipchat).
/// The cloud service has ended; self-hosted servers remain.
struct HipChatChannel: BundledChannel {
  static let type = "hipchat"
  static let summary = "Notifies a room of a self-hosted HipChat server."
  static let guide = ChannelGuide(
    example:
      "hipchat,base_url=https://hipchat.example.com,room=Releases,token=env:HIPCHAT_TOKEN",
    preparation:
      "In the room's settings, or in your account's API access, create a token of API v2 with the "
      + "scope `send_notification`.",
    arrival:
      "A message in HTML: green for a success, red for a failure, yellow for a rollback or a stop, "
      + "gray for what is in progress. A failure also notifies the people in the room; "
      + "`notify=true` has every message do so, and `notify=false` none.",
    limits: [
      "A message has at most 10,000 characters; the log loses its beginning first.",
      "HipChat accepts 30 messages a minute in a room; more are sent later.",
      "There is no idempotency: a request whose answer was lost is sent again and makes a second "
        + "message.",
    ])
  static let settings = [server.any, room.any, token.any, notify.any, DigestForm.setting]

  static let digest: DigestForm? = DigestForm(size: 40)

  private static let server = Setting.baseURL(required: true, "The server's address")
  private static let room = Setting.text("room", required: true, "The room's name or number")
    .reading(checked)
  private static let token = Setting.headerSecret(
    "token", required: true, "A token of API v2 with the scope send_notification")
  private static let notify = Setting.flag(
    "notify", "Whether a message notifies the people in the room; by default only failures do")

  private static let messageLimit = 10_000

  private let address: WebAddress
  private let token: Secret
  private let notifies: Bool?

  static func escape(_ text: String) -> String { Markup.html.escape(text) }

  static func limit(_ settings: SettingValues) -> SendingLimit {
    SendingLimit(of: settings, hangsOn: server.any, room.any, token.any)
  }

  init(settings: SettingValues) throws(SettingProblem) {
    address = try settings[Self.server].appending("/v2/room")
      .appending(segment: settings[Self.room]).appending("/notification")
    token = try settings[Self.token]
    notifies = try settings[Self.notify]
  }

  /// A room's name has 1 to 100 arbitrary characters. A name of dots only would change the path.
  private static func checked(room: String) throws(SettingProblem) -> String {
    guard !room.isEmpty, room.utf16.count <= 100, room != ".", room != "..", room == room.oneLine
    else { throw SettingProblem("must be a room's name or number, with 1 to 100 characters") }
    return room
  }

  private struct Notification: Encodable {
    var color: String
    var from = "CodeDeploy"
    var message: String
    var messageFormat = "html"
    var notify: Bool

    enum CodingKeys: String, CodingKey {
      case color, from, message, notify
      case messageFormat = "message_format"
    }
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    let text = message.text(in: .html, limit: Self.messageLimit)
    return try await post(text, message.notification.tone, with: services)
  }

  func deliver(_ digest: ChannelDigest, with services: ChannelServices) async throws -> String {
    let parts = DigestParts(digest).fitted { $0.text(in: .html).utf16.count - Self.messageLimit }
    return try await post(parts.text(in: .html), parts.tone, with: services)
  }

  private func post(
    _ text: String, _ tone: DeploymentNotification.Tone, with services: ChannelServices
  ) async throws -> String {
    let notification = Notification(
      color: Self.color(tone), message: text, notify: notifies ?? (tone == .bad))
    let services = services.readingResets(of: ["X-RateLimit", "X-FloodControl"])
    let response = try await services.answer(
      posting: notification, to: address, by: .bearer(token), from: "HipChat",
      hints: [
        401: "check token; tokens expire after a year",
        403: "token needs the scope send_notification",
        404: "check room",
      ])
    return "accepted with \(response.status)"
  }

  private static func color(_ tone: DeploymentNotification.Tone) -> String {
    switch tone {
    case .good: "green"
    case .bad: "red"
    case .doubtful: "yellow"
    case .neutral: "gray"
    }
  }
}
