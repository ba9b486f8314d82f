import CodeDeployNotifications
import Foundation

extension ChannelServices {
  /// Posts JSON and returns what the provider answered, in a few words: its status and the beginning
  /// of its body. All that a channel does whose provider says by the status whether it took a message.
  ///
  /// - Parameters:
  ///   - json: The request's body.
  ///   - url: Where to; nothing of it is shown.
  ///   - provider: What to call the other side in a failure's sentence.
  ///   - hints: What to do about a status, in a few words.
  ///
  /// Throws `DeliveryFailure`, or `CancellationError` when the calling task is cancelled.
  public func post(
    json: some Encodable, to url: SecretURL, from provider: String, hints: [Int: String] = [:]
  ) async throws -> String {
    let response = try await answer(posting: json, of: url, from: provider, hints: hints)
    let text = Redaction(url.secrets).line(response.body)
    return text.isEmpty ? "\(response.status)" : "\(response.status): \(text)"
  }

  /// Posts JSON to a webhook and returns the answer if it is a success.
  ///
  /// - Parameters:
  ///   - json: The request's body.
  ///   - url: The webhook, or its address with more in its query.
  ///   - webhook: Whose secrets no sentence may show.
  ///   - provider: What to call the other side in a failure's sentence.
  ///   - hints: What to do about a status, in a few words.
  ///   - reading: Puts the provider's own way to speak of failure into HTTP's, as
  ///     ``HTTPVerdict/answer(to:from:with:redacting:hints:reading:)`` has it.
  public func answer(
    posting json: some Encodable, to url: String? = nil, of webhook: SecretURL,
    from provider: String, hints: [Int: String] = [:],
    reading: (HTTPResponse) throws -> HTTPResponse = { $0 }
  ) async throws -> HTTPResponse {
    try await answer(
      posting: json, as: "application/json; charset=UTF-8", to: url ?? webhook.url(), fields: [],
      from: provider, redacting: webhook.secrets, hints: hints, reading: reading)
  }

  /// Posts JSON to an API and returns the answer if it is a success.
  ///
  /// - Parameters:
  ///   - json: The request's body.
  ///   - address: Where to.
  ///   - authorization: By what the provider knows the sender; no sentence shows it.
  ///   - provider: What to call the other side in a failure's sentence.
  ///   - secrets: What the body carries and no sentence may show.
  ///   - hints: What to do about a status, in a few words.
  public func answer(
    posting json: some Encodable, to address: WebAddress, by authorization: Authorization? = nil,
    from provider: String, redacting secrets: [Secret] = [], hints: [Int: String] = [:]
  ) async throws -> HTTPResponse {
    let fields = authorization.map { [HTTPField($0.name, $0.value)] } ?? []
    let own = authorization.map { [$0.secret] } ?? []
    return try await answer(
      posting: json, as: "application/json", to: address.url, fields: fields, from: provider,
      redacting: own + secrets + address.secrets, hints: hints, reading: { $0 })
  }

  private func answer(
    posting json: some Encodable, as type: String, to url: String, fields: [HTTPField],
    from provider: String, redacting secrets: [Secret], hints: [Int: String],
    reading: (HTTPResponse) throws -> HTTPResponse
  ) async throws -> HTTPResponse {
    let request = HTTPRequest(
      .post, url, headers: [HTTPField("Content-Type", type)] + fields,
      body: [UInt8](try JSONCoding.encoder().encode(json)), timeout: timeout)
    let response = try await HTTPVerdict.answer(
      to: request, from: provider, with: self, redacting: secrets, hints: hints, reading: reading)
    try HTTPVerdict.checkIsNoPage(response, from: provider, redacting: secrets)
    return response
  }
}

extension ChannelServices {
  /// A secret in the header field by which a provider knows the sender.
  public struct Authorization: Sendable {
    let name: String
    let value: String
    let secret: Secret

    /// `Authorization: Bearer …` (RFC 6750).
    public static func bearer(_ secret: Secret) -> Self {
      Self(name: "Authorization", value: "Bearer \(secret.revealed)", secret: secret)
    }

    /// The secret alone in a field of the provider's own.
    public static func header(_ name: String, _ secret: Secret) -> Self {
      Self(name: name, value: secret.revealed, secret: secret)
    }
  }

  /// A request, where a server's library has an `HTTPRequest` of its own.
  public typealias Request = HTTPRequest
  /// What a server answered.
  public typealias Response = HTTPResponse
  /// A header field.
  public typealias Field = HTTPField
}
