import ChannelKit
import CodeDeployNotifications
import Foundation

/// Posts a card to a space of Google Chat, through an incoming webhook
/// (https://developers.google.com/workspace/chat/quickstart/webhooks). That is a call of
/// `spaces.messages.create` with the key and the token in its query.
struct GoogleChatChannel: BundledChannel {
  static let type = "googlechat"
  static let summary = "Posts a card to a Google Chat space, through a webhook."
  static let guide = ChannelGuide(
    example: "googlechat,webhook_url=env:GOOGLE_CHAT_WEBHOOK_URL",
    preparation:
      "In the space's menu choose Apps & integrations → Webhooks, add one and copy its address. It "
      + "is a secret: keep it in a file or a variable. It contains `&`, so quote it in a shell.",
    arrival:
      "A card: the headline in the outcome's colour, the cause of a failure and what was rolled "
      + "back, buttons that lead to the changes and to the console, the facts, and the last "
      + "lines of the log. Everything about a deployment is one thread, its rollback included; a "
      + "`threadKey` in the address's query puts all messages into one thread.",
    limits: [
      "A message has at most 32,000 bytes; a longer one loses the beginning of its log first.",
      "The notification's id is the `requestId`: Chat answers a repetition with the existing "
        + "message.",
      "Cards have no fixed-width font, so a log's columns don't line up.",
      "A space accepts about one message a second; beyond that Chat answers 429, and the message "
        + "is sent again later.",
    ],
    picture: "googlechat.png")
  static let settings = [webhook.any, mention.any, DigestForm.setting]
  static let mentions: MentionForm? = GoogleChatCard.mentions
  static let digest: DigestForm? = DigestForm(size: 40)

  private static let webhook = Setting.secretURL(
    "webhook_url", required: true, "The webhook's address, with key and token"
  ).reading(whole)
  private static let mention = Setting.mentions(GoogleChatCard.mentions, of: type)

  private let address: SecretURL
  private let called: Mentions

  static func escape(_ text: String) -> String { GoogleChatCard.escape(text) }

  init(settings: SettingValues) throws(SettingProblem) {
    address = try settings[Self.webhook]
    called = try settings[Self.mention]
  }

  /// Checks that the address is complete. One that was cut at an unquoted `&` would only be refused
  /// later.
  private static func whole(_ address: SecretURL) throws(SettingProblem) -> SecretURL {
    guard address.path.wholeMatch(of: /.*\/v1\/spaces\/[^\/]+\/messages/) != nil else {
      throw SettingProblem(
        "must look like https://chat.googleapis.com/v1/spaces/…/messages?key=…&token=…")
    }
    for name in ["key", "token"] where address.query(name)?.isEmpty != false {
      throw SettingProblem(
        "lacks its \(name): copy it whole, and quote it in a shell")
    }
    return address
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    let notification = message.notification
    // A rollback belongs to the thread of the deployment that it undoes. A user who wants a single
    // thread sets it in the address (a parameter that Google has deprecated but still accepts).
    let thread =
      address.query("threadKey") == nil
      ? notification.rollback?.triggeredBy ?? notification.deploymentID : nil
    let called = try await called.called(by: notification, with: services)
    return try await post(
      try GoogleChatCard.payload(message, thread: thread, calling: called), notification.id,
      with: services)
  }

  /// A digest gets a thread of its own, unless the address has one.
  func deliver(_ digest: ChannelDigest, with services: ChannelServices) async throws -> String {
    let called = try await called.called(by: digest)
    return try await post(
      try GoogleChatCard.payload(digest, calling: called), digest.id, with: services)
  }

  private func post(
    _ payload: JSONTree, _ id: String, with services: ChannelServices
  ) async throws -> String {
    let url = address.url(setting: [
      ("messageReplyOption", "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"), ("requestId", id),
    ])
    let response = try await services.answer(
      posting: payload, to: url, of: address, from: "Google Chat",
      hints: [
        401: "copy the webhook's address again", 403: "copy the webhook's address again",
        404: "check whether the space and its webhook still exist",
      ],
      reading: Self.read)
    guard let name = response.json?["name"]?.text else {
      throw HTTPVerdict.oddAnswer(
        response, from: "Google Chat", redacting: address.secrets, "has no message name")
    }
    return "posted as \(Redaction(address.secrets).line(name).cut(to: 200, .utf16))"
  }

  /// Converts an error, `{"error": {"code": …, "status": …, "message": …}}`, even if it comes with
  /// a success status of HTTP (https://cloud.google.com/apis/design/errors).
  private static func read(_ answer: HTTPResponse) -> HTTPResponse {
    guard let error = answer.json?["error"], error.members != nil else { return answer }
    let status = error["status"]?.text
    let texts = [status, error["message"]?.text].compactMap { $0 }
    var response = answer.saying(texts.joined(separator: ": "))
    if (200..<300).contains(answer.status) {
      let code = error["code"]?.number
      let known = code.flatMap { (300..<600).contains($0) ? $0 : nil }
      response.status =
        known ?? (status == "RESOURCE_EXHAUSTED" ? 429 : status.map(isPassing) == false ? 400 : 503)
    }
    for detail in error["details"]?.elements ?? [] {
      // google.rpc.RetryInfo has a duration such as `3.5s`.
      guard let delay = detail["retryDelay"]?.text, delay.hasSuffix("s"),
        let seconds = Double(delay.dropLast())
      else { continue }
      response = response.waiting(seconds)
    }
    return response
  }

  /// Whether a name of google.rpc.Code stands for an error that may pass.
  private static func isPassing(_ status: String) -> Bool {
    ["RESOURCE_EXHAUSTED", "UNAVAILABLE", "INTERNAL", "DEADLINE_EXCEEDED", "ABORTED", "UNKNOWN"]
      .contains(status)
  }
}
