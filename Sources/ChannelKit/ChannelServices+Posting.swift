import CodeDeployNotifications
import Foundation

extension ChannelServices {
  /// Posts JSON and returns the provider's answer in a few words: its status and the beginning of
  /// its body. That is enough for a provider that reports success by the status.
  ///
  /// - Parameters:
  ///   - json: The request's body.
  ///   - url: The address; nothing of it is shown.
  ///   - provider: The provider's name in a failure's sentence.
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
  ///   - url: The webhook's address, possibly with more in its query.
  ///   - webhook: The webhook, whose secrets no sentence may show.
  ///   - provider: The provider's name in a failure's sentence.
  ///   - hints: What to do about a status, in a few words.
  ///   - reading: Converts the provider's own form of failures into HTTP's, as in
  ///     ``HTTPVerdict/answer(to:from:with:redacting:hints:reading:)``.
  ///
  /// Throws `DeliveryFailure`, or `CancellationError` when the calling task is cancelled.
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
  ///   - address: The API's address.
  ///   - authorization: The secret that authenticates the sender; no sentence shows it.
  ///   - provider: The provider's name in a failure's sentence.
  ///   - secrets: Secrets in the body, which no sentence may show.
  ///   - hints: What to do about a status, in a few words.
  ///
  /// Throws `DeliveryFailure`, or `CancellationError` when the calling task is cancelled.
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
  /// A header field whose secret authenticates the sender.
  public struct Authorization: Sendable {
    let name: String
    let value: String
    let secret: Secret

    /// `Authorization: Bearer …` (RFC 6750).
    public static func bearer(_ secret: Secret) -> Self {
      Self(name: "Authorization", value: "Bearer \(secret.revealed)", secret: secret)
    }

    /// A field of the provider's own that contains only the secret.
    public static func header(_ name: String, _ secret: Secret) -> Self {
      Self(name: name, value: secret.revealed, secret: secret)
    }
  }

  /// A request, under a name that no server library has.
  public typealias Request = HTTPRequest
  /// What a server answered.
  public typealias Response = HTTPResponse
  /// A header field.
  public typealias Field = HTTPField
}
