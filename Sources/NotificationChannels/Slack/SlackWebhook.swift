import ChannelKit
import CodeDeployNotifications
import Foundation

/// An incoming webhook (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
/// It supports neither updates nor threads.
struct SlackWebhook: Sendable {
  private let address: SecretURL
  /// The whole address and its parts: whoever has it can post.
  private let secrets: [Secret]
  private let mentions: Mentions

  init(_ address: SecretURL, mentions: Mentions) {
    self.mentions = mentions
    self.address = address
    let last = address.path.split(separator: "/").last.map(String.init) ?? ""
    secrets = address.secrets + [Secret(last)]
  }

  func deliver(
    _ message: ChannelMessage, with services: ChannelServices
  ) async throws -> String {
    let notification = message.notification
    let payload = SlackMessage(
      message: message, places: SlackMessage.consolePages(of: notification),
      called: try await mentions.called(by: notification, with: services)
    ).payload(detailInThread: false)
    return try await post(payload, with: services)
  }

  func deliver(_ digest: ChannelDigest, with services: ChannelServices) async throws -> String {
    let called = try await mentions.called(by: digest)
    return try await post(try SlackDigest.payload(digest, called), with: services)
  }

  private func post(
    _ payload: SlackPayload, with services: ChannelServices
  ) async throws -> String {
    let request = HTTPRequest(
      .post, address.url(),
      headers: [HTTPField("Content-Type", "application/json; charset=utf-8")],
      body: [UInt8](try JSONCoding.encoder().encode(payload)), timeout: services.timeout)
    let response: HTTPResponse
    do {
      response = try await services.http.send(request)
    } catch let failure as HTTPFailure {
      throw DeliveryFailure(failure, redacting: secrets)
    }
    // The body of a refusal is an error code, such as `no_service`.
    let text = Redaction(secrets).line(response.body)
    let hints = SlackErrors.hint(text).map { [response.status: $0] } ?? [:]
    try HTTPVerdict.check(
      response, from: "Slack", now: services.now, redacting: secrets, hints: hints)
    guard text == "ok" else {
      throw HTTPVerdict.oddAnswer(
        response, from: "Slack", redacting: secrets, "is not \"ok\"")
    }
    return text
  }
}
