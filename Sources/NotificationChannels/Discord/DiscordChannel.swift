import ChannelKit
import CodeDeployNotifications
import Foundation

/// Posts an embed to a Discord channel, through a webhook
/// (https://discord.com/developers/docs/resources/webhook#execute-webhook).
///
/// Webhooks have no idempotency key: `nonce` is for messages of bots and ignored here
/// (https://github.com/discord/discord-api-docs/pull/6647).
struct DiscordChannel: BundledChannel {
  static let type = "discord"
  static let summary = "Posts an embed to a Discord channel, through a webhook."
  static let guide = ChannelGuide(
    example: "discord,webhook_url=env:DISCORD_WEBHOOK_URL",
    preparation:
      "In the channel's settings choose Integrations → Webhooks, create one and copy its address. "
      + "It is a secret: keep it in a file or a variable. To post into a thread, append "
      + "`?thread_id=` and the thread's id.",
    arrival:
      "An embed in the outcome's colour: the headline, which leads to the console, the cause of a "
      + "failure and what was rolled back, the facts as fields, and the last lines of the log as "
      + "a block of code. It mentions only those that `mention` names.",
    limits: [
      "A title has 256 characters, a description 4,096, a field 1,024 and an embed 6,000 in all; "
        + "what is longer loses the beginning of its log first.",
      "Discord limits how often a webhook posts; its `retry_after` is respected.",
      "If a webhook was deleted (404), the notification fails at once, as Discord asks.",
    ],
    picture: "discord.png")
  static let settings = [webhook.any, mention.any, DigestForm.setting]
  static let mentions: MentionForm? = DiscordEmbed.mentions
  static let digest: DigestForm? = DigestForm(size: 25)

  private static let webhook = Setting.secretURL(
    "webhook_url", required: true, "The webhook's address"
  ).reading(versioned)
  private static let mention = Setting.mentions(DiscordEmbed.mentions, of: type)

  private let address: SecretURL
  private let called: Mentions

  static func escape(_ text: String) -> String { DiscordEmbed.escape(text) }

  init(settings: SettingValues) throws(SettingProblem) {
    address = try settings[Self.webhook]
    called = try settings[Self.mention]
  }

  /// The address with the API's version. Without one Discord uses version 6, which has times in
  /// milliseconds and errors without field names
  /// (https://discord.com/developers/docs/reference#api-versioning).
  private static func versioned(_ address: SecretURL) throws(SettingProblem) -> SecretURL {
    let form =
      /(.*\/api)(?:\/v(\d+))?(\/webhooks\/\d+\/([A-Za-z0-9_-]+))\/?/
    guard let match = address.path.wholeMatch(of: form) else {
      let isOther = address.path.hasSuffix("/slack") || address.path.hasSuffix("/github")
      throw SettingProblem(
        isOther
          ? "must not end in /slack or /github: those accept messages of another format"
          : "must look like https://discord.com/api/webhooks/ID/TOKEN")
    }
    let version = match.2.flatMap { Int($0) } ?? 0
    return address.at(
      path: "\(match.1)/v\(max(version, version < 8 ? 10 : 8))\(match.3)", secret: String(match.4))
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    let called = try await called.called(by: message.notification, with: services)
    return try await post(DiscordEmbed.payload(message, calling: called), with: services)
  }

  func deliver(_ digest: ChannelDigest, with services: ChannelServices) async throws -> String {
    let called = try await called.called(by: digest)
    return try await post(DiscordEmbed.payload(digest, calling: called), with: services)
  }

  private func post(_ payload: JSONTree, with services: ChannelServices) async throws -> String {
    // Discord says only with `wait` whether it saved the message.
    let response = try await services.readingResets(of: ["X-RateLimit"]).answer(
      posting: payload, to: address.url(setting: [("wait", "true")]), of: address,
      from: "Discord",
      hints: [
        401: "copy the webhook's address again", 404: "check whether the webhook was deleted",
      ],
      reading: Self.read)
    if response.status == 204 { return "posted (204)" }
    guard let id = response.json?["id"]?.text else {
      throw HTTPVerdict.oddAnswer(
        response, from: "Discord", redacting: address.secrets, "has no message id")
    }
    return "posted as \(Redaction(address.secrets).line(id).cut(to: 100, .utf16))"
  }

  /// Converts an error into a sentence: its message, the fields that it is about, and how long to
  /// wait.
  private static func read(_ answer: HTTPResponse) -> HTTPResponse {
    guard !(200..<300).contains(answer.status) else { return answer }
    var response = answer
    if let error = answer.json, let message = error["message"]?.text {
      let code = error["code"]?.number.map { " (\($0))" } ?? ""
      let fields = fields(in: error["errors"], at: "", depth: 0)
      response = response.saying(([message + code] + fields).joined(separator: "; "))
      if let seconds = error["retry_after"]?.double { return response.waiting(seconds) }
    }
    return response
  }

  /// Each field that Discord refuses, with the reason
  /// (https://discord.com/developers/docs/reference#error-messages).
  private static func fields(in errors: JSONTree?, at path: String, depth: Int) -> [String] {
    guard let errors = errors?.members, depth < 10 else { return [] }
    return errors.sorted { $0.key < $1.key }.flatMap { key, value -> [String] in
      guard key == "_errors" else {
        return fields(in: value, at: path.isEmpty ? key : "\(path).\(key)", depth: depth + 1)
      }
      let reasons = (value.elements ?? []).compactMap { $0["message"]?.text }
      return reasons.map { path.isEmpty ? $0 : "\(path): \($0)" }
    }
  }
}
