import ChannelKit
import CodeDeployNotifications
import Foundation

/// Posts an Adaptive Card to a Teams channel, through the webhook of a workflow.
///
/// The payload is what Microsoft documents for incoming webhooks and what the Workflows app's
/// templates take over unchanged
/// (https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using).
struct TeamsChannel: BundledChannel {
  static let type = "teams"
  static let summary = "Posts a card to a Microsoft Teams channel, through a workflow's webhook."
  static let guide = ChannelGuide(
    example: "teams,webhook_url=env:TEAMS_WEBHOOK_URL",
    preparation:
      "In the channel's menu choose Workflows and the template that posts to a channel when a "
      + "webhook request is received, and copy the address that it shows. It is a secret: keep it "
      + "in a file or a variable. It contains `&`, so quote it in a shell.",
    arrival:
      "An Adaptive Card: the headline on the outcome's colour, the cause of a failure and what was "
      + "rolled back, the facts, the last lines of the log in a fixed-width font, and buttons "
      + "that lead to the changes and to the console.",
    limits: [
      "A workflow answers 202 before it posts: only its run history shows whether the card "
        + "appeared.",
      "Teams refuses messages of more than 28 KB, and some of more than 21 KB fail: a card has at "
        + "most 20,000 bytes and loses the beginning of its log first.",
      "The card is of version 1.4 of Adaptive Cards, the last that workflows post.",
      "Office 365 connectors (`webhook.office.com`) are retired; `register` warns about them.",
    ],
    picture: "teams.png")
  static let settings = [webhook.any, mention.any, DigestForm.setting]
  static let mentions: MentionForm? = TeamsCard.mentions
  static let digest: DigestForm? = DigestForm(size: 40)

  private static let webhook = Setting.secretURL(
    "webhook_url", required: true, "The address that the workflow shows"
  ).reading(whole)
  private static let mention = Setting.mentions(TeamsCard.mentions, of: type)

  private let address: SecretURL
  private let called: Mentions

  static func warnings(_ settings: SettingValues) -> [String] {
    guard let host = settings.known(webhook)?.host.lowercased() else { return [] }
    if isConnector(host) {
      return [
        "Microsoft has retired Office 365 connectors; create a webhook with the channel's "
          + "Workflows and register its address instead"
      ]
    }
    if host.hasSuffix(".logic.azure.com") {
      return [
        "flows lost their addresses at logic.azure.com on 2025-11-30; copy the flow's new one, "
          + "unless this is a logic app of your own"
      ]
    }
    return []
  }

  static func escape(_ text: String) -> String { TeamsCard.markdown.escape(text) }

  init(settings: SettingValues) throws(SettingProblem) {
    address = try settings[Self.webhook]
    called = try settings[Self.mention]
  }

  /// Checks that the address is complete. One that was cut at an unquoted `&` would only be refused
  /// later.
  private static func whole(_ address: SecretURL) throws(SettingProblem) -> SecretURL {
    if address.path.contains("/paths/invoke"), address.query("sig") == nil {
      throw SettingProblem(
        "lacks its signature (sig=…): copy it whole, and quote it in a shell")
    }
    return address
  }

  private static func isConnector(_ host: String) -> Bool {
    host.hasSuffix(".webhook.office.com") || host == "outlook.office.com"
      || host == "outlook.office365.com"
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    let called = try await called.called(by: message.notification, with: services)
    return try await post(try TeamsCard.payload(message, calling: called), with: services)
  }

  func deliver(_ digest: ChannelDigest, with services: ChannelServices) async throws -> String {
    let called = try await called.called(by: digest)
    return try await post(try TeamsCard.payload(digest, calling: called), with: services)
  }

  private func post(_ payload: JSONTree, with services: ChannelServices) async throws -> String {
    let isConnector = Self.isConnector(address.host.lowercased())
    let response = try await services.answer(
      posting: payload, of: address, from: "Teams",
      hints: [
        401: "copy the workflow's address again, whole", 403: "copy the workflow's address again",
        404: "check whether the workflow still exists",
      ],
      reading: { try read($0, isConnector: isConnector) })
    return isConnector ? "posted" : "accepted by the workflow (\(response.status))"
  }

  /// Finds failures of connectors that look like successes: HTTP 200, with Teams' own status in the
  /// body (https://github.com/MicrosoftDocs/msteams-docs/issues/7425, 1810, 400).
  private func read(_ answer: HTTPResponse, isConnector: Bool) throws -> HTTPResponse {
    var response = answer
    if let error = Self.error(in: answer) {
      response = response.saying(error.text)
      if (200..<300).contains(answer.status) { response.status = error.status }
      return response
    }
    guard (200..<300).contains(answer.status) else { return answer }
    let text = String(decoding: answer.body.prefix(4096), as: UTF8.self)
    if text.localizedCaseInsensitiveContains("delivery failed") {
      let status = text.firstMatch(of: /HTTP error (\d{3})/).flatMap { Int($0.1) }
      response.status = status.flatMap { (300..<600).contains($0) ? $0 : nil } ?? 502
    } else if isConnector, text.trimmingCharacters(in: .whitespacesAndNewlines) != "1" {
      throw HTTPVerdict.oddAnswer(
        answer, from: "Teams", redacting: address.secrets,
        "is not 1, which would mean that it was posted")
    }
    return response
  }

  /// A workflow's error: `{"error": {"code": …, "message": …}}`. If HTTP's own status is a success,
  /// the error's `status` counts.
  private static func error(in answer: HTTPResponse) -> (status: Int, text: String)? {
    guard let error = answer.json?["error"], error.members != nil else { return nil }
    let message = error["message"]?.text
    if let number = error["code"]?.number {
      let status = (300..<600).contains(number) ? number : 400
      return (status, [String(number), message].compactMap { $0 }.joined(separator: ": "))
    }
    guard let code = error["code"]?.text else { return message.map { (400, $0) } }
    func speaks(of words: [String]) -> Bool {
      words.contains { code.localizedCaseInsensitiveContains($0) }
    }
    let status =
      if speaks(of: ["Throttl", "TooMany"]) { 429 } else {
        speaks(of: ["Timeout", "Unavailable", "InternalServer", "Gateway"]) ? 503 : 400
      }
    return (status, [code, message].compactMap { $0 }.joined(separator: ": "))
  }
}
