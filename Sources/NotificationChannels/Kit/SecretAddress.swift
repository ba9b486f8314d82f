import CodeDeployNotifications
import Foundation

/// The address of a provider's incoming webhook. Whoever has it can post, so no part of it that
/// could be the secret is ever shown.
struct SecretAddress: Sendable {
  let host: String
  let secrets: [Secret]
  private let parts: URLComponents

  init(_ text: String, setting: String) throws(SettingProblem) {
    let address = try WebAddress(text, setting: setting)
    guard var parts = URLComponents(string: address.url) else {
      throw SettingProblem(setting, "must be an http or https URL with a host")
    }
    parts.fragment = nil
    host = address.host
    secrets = address.secrets
    self.parts = parts
  }

  /// The path, percent-encoded.
  var path: String { parts.percentEncodedPath }

  /// A value of the query, or `nil`.
  func query(_ name: String) -> String? {
    parts.queryItems?.first { $0.name == name }?.value
  }

  /// The address with another path, and a secret that is known by its place in it.
  func at(path: String, secret: String) -> SecretAddress {
    SecretAddress(self, path: path, secret: secret)
  }

  private init(_ other: SecretAddress, path: String, secret: String) {
    var parts = other.parts
    parts.percentEncodedPath = path
    self.parts = parts
    host = other.host
    secrets = other.secrets + [Secret(secret)]
  }

  /// The address as a request takes it, with these values in its query, in place of any of their
  /// names. The rest of the query stays byte for byte: it may be signed.
  func url(setting items: [(name: String, value: String)] = []) -> String {
    var pairs = (parts.percentEncodedQuery ?? "").split(separator: "&").map(String.init)
    pairs.removeAll { pair in
      items.contains { pair == $0.name || pair.hasPrefix("\($0.name)=") }
    }
    pairs += items.map { "\($0.name)=\($0.value.percentEncoded)" }
    var parts = parts
    parts.percentEncodedQuery = pairs.isEmpty ? nil : pairs.joined(separator: "&")
    return parts.string ?? ""
  }

  /// Posts a message to `url` and returns the answer if it is a success.
  ///
  /// - Parameters:
  ///   - provider: What to call the other side in a failure's sentence.
  ///   - hints: What to do about a status, in a few words.
  ///   - reading: Puts the provider's own way to speak of failure into HTTP's: a status, a
  ///     `Retry-After`, and a text for people as the body.
  func post(
    _ message: JSONTree, to url: String, provider: String, with services: ChannelServices,
    hints: [Int: String], reading: (HTTPResponse) throws -> HTTPResponse
  ) async throws -> HTTPResponse {
    let request = HTTPRequest(
      .post, url, headers: [HTTPField("Content-Type", "application/json; charset=UTF-8")],
      body: try message.encoded(), timeout: services.timeout)
    let answer: HTTPResponse
    do {
      answer = try await services.http.send(request)
    } catch let failure as HTTPFailure {
      throw DeliveryFailure(failure, redacting: secrets)
    }
    let response = try reading(answer)
    try HTTPVerdict.check(
      response, from: provider, now: services.now, redacting: secrets, hints: hints)
    return response
  }
}

extension HTTPResponse {
  /// The answer with another text.
  func saying(_ text: String) -> HTTPResponse {
    var response = self
    response.body = Array(text.utf8)
    return response
  }

  /// The answer with another time to wait, in seconds.
  func waiting(_ seconds: Double) -> HTTPResponse {
    var response = self
    response.headers.removeAll { $0.name.lowercased() == "retry-after" }
    response.headers.append(HTTPField("Retry-After", "\(seconds)"))
    return response
  }

  /// The answer's JSON, unless it is too long to be an answer of a chat.
  var json: Any? {
    guard body.count <= 1 << 20 else { return nil }
    return try? JSONSerialization.jsonObject(with: Data(ReceivedJSON.readable(body)))
  }
}
