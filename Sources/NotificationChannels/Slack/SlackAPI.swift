import ChannelKit
import CodeDeployNotifications
import Foundation

/// Slack's Web API (https://docs.slack.dev/apis/web-api), with a token.
struct SlackAPI: Sendable {
  /// The address of the API's methods, without a method's name.
  let address: WebAddress
  let token: Secret

  /// The position of a message.
  struct Place: Codable, Sendable, Hashable {
    /// The channel's id, even if the setting has its name.
    var channel: String
    var ts: String
  }

  /// A refusal by Slack, with its error code.
  struct Refusal: Error {
    var code: String
    var failure: DeliveryFailure
  }

  private struct Answer: Decodable {
    var ok: Bool
    var error: String?
    var needed: String?
    var channel: String?
    var ts: String?
    var permalink: String?
    var metadata: Metadata?

    struct Metadata: Decodable {
      var messages: [String]?
    }

    enum CodingKeys: String, CodingKey {
      case ok, error, needed, channel, ts, permalink
      case metadata = "response_metadata"
    }
  }

  func post(_ payload: SlackPayload, with services: ChannelServices) async throws -> Place {
    try await send(payload, to: "chat.postMessage", with: services)
  }

  /// Updates a message; repeating it changes nothing.
  func update(
    _ place: Place, to payload: SlackPayload, with services: ChannelServices
  ) async throws {
    var payload = payload
    payload.channel = place.channel
    payload.ts = place.ts
    _ = try await send(payload, to: "chat.update", with: services)
  }

  /// A message's permalink; `nil` where Slack returns none.
  func permalink(of place: Place, with services: ChannelServices) async throws -> String? {
    let url = address.appending("/chat.getPermalink").url(setting: [
      ("channel", place.channel), ("message_ts", place.ts),
    ])
    let request = HTTPRequest(
      .get, url,
      headers: [HTTPField("Authorization", "Bearer \(token.revealed)")],
      timeout: services.timeout)
    return try await answer(to: request, with: services).permalink
  }

  private func send(
    _ payload: SlackPayload, to method: String, with services: ChannelServices
  ) async throws -> Place {
    let request = HTTPRequest(
      .post, address.appending("/\(method)").url,
      headers: [
        HTTPField("Content-Type", "application/json; charset=utf-8"),
        HTTPField("Authorization", "Bearer \(token.revealed)"),
      ],
      body: [UInt8](try JSONCoding.encoder().encode(payload)), timeout: services.timeout)
    let answer = try await answer(to: request, with: services)
    guard let channel = answer.channel, let ts = answer.ts else {
      throw DeliveryFailure(.oddAnswer, "Slack's answer doesn't say where the message was posted")
    }
    return Place(channel: channel, ts: ts)
  }

  /// Slack's answer; refusals too come with HTTP 200.
  private func answer(
    to request: HTTPRequest, with services: ChannelServices
  ) async throws -> Answer {
    let response = try await HTTPVerdict.answer(
      to: request, from: "Slack", with: services, redacting: [token])
    guard let answer = try? ReceivedJSON.decode(Answer.self, from: response.body) else {
      throw HTTPVerdict.oddAnswer(
        response, from: "Slack", redacting: [token], "isn't in the API's format")
    }
    if answer.ok { return answer }
    let code = answer.error ?? "an error without a name"
    let hint = SlackErrors.hint(code, needed: answer.needed)
    let details = answer.metadata?.messages ?? []
    // Joined into one text, so that secrets are masked across the parts and the limit applies to
    // all.
    let text = Redaction([token]).line(
      code + (hint.map { " (\($0))" } ?? "") + (details.isEmpty ? "" : ": ")
        + details.joined(separator: "; "))
    guard SlackErrors.transient.contains(code) else {
      throw Refusal(code: code, failure: DeliveryFailure(.refused, "Slack refused: \(text)"))
    }
    let wait = HTTPVerdict.retryAfter(response.header("Retry-After"), now: services.now)
    throw Refusal(
      code: code,
      failure: DeliveryFailure(
        SlackErrors.limits.contains(code) ? .limited(after: wait) : .tryAgain(after: wait),
        "Slack can't accept it now: \(text)"))
  }
}
