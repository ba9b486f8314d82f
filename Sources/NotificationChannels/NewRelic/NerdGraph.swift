import ChannelKit
import CodeDeployNotifications
import Foundation

/// New Relic's GraphQL API (https://docs.newrelic.com/docs/apis/nerdgraph).
struct NerdGraph: Sendable {
  let address: WebAddress
  let key: Secret

  /// The hint for a refused key, in any answer.
  static let keyHint = "check api_key: it must be a user key"

  private struct Question<Variables: Encodable>: Encodable {
    var query: String
    var variables: Variables
  }

  private struct Answer<Payload: Decodable>: Decodable {
    var data: Payload?
    var errors: [Problem]?
  }

  /// Sends a query and returns what `wanted` finds in the answer's data.
  ///
  /// NerdGraph reports errors with HTTP 200. If the data is there it counts, whatever errors come
  /// with it: the change event was created, and asking again would create a second one.
  func ask<Payload: Decodable, Wanted>(
    _ query: String, variables: some Encodable & Sendable, with services: ChannelServices,
    for wanted: (Payload) throws -> Wanted?
  ) async throws -> Wanted {
    let encoder = JSONCoding.encoder()
    let body = [UInt8](try encoder.encode(Question(query: query, variables: variables)))
    let request = HTTPRequest(
      .post, address.url,
      headers: [
        HTTPField("Content-Type", "application/json"), HTTPField("Api-Key", key.revealed),
      ],
      body: body, timeout: services.timeout)
    let response = try await HTTPVerdict.answer(
      to: request, from: "New Relic", with: services, redacting: [key],
      hints: [401: Self.keyHint, 403: Self.keyHint])
    guard
      let answer = try? ReceivedJSON.decode(Answer<Payload>.self, from: response.body)
    else {
      throw HTTPVerdict.oddAnswer(
        response, from: "New Relic", redacting: [key], "is not a GraphQL response")
    }
    if let data = answer.data, let found = try wanted(data) { return found }
    throw failure(answer.errors ?? [], response, now: services.now)
  }

  private func failure(
    _ problems: [Problem], _ response: HTTPResponse, now: Date
  ) -> DeliveryFailure {
    guard !problems.isEmpty else {
      return HTTPVerdict.oddAnswer(
        response, from: "New Relic", redacting: [key], "has no result")
    }
    let texts = problems.map { $0.message ?? "an error without a message" }
    let text = Redaction([key]).line(texts.joined(separator: "; "))
    if problems.contains(where: \.isAboutKey) {
      return DeliveryFailure(.refused, "New Relic refused (\(Self.keyHint)): \(text)")
    }
    if problems.contains(where: \.isTransient) {
      let wait = HTTPVerdict.retryAfter(response.header("Retry-After"), now: now)
      let isLimit = problems.contains(where: \.isLimit)
      return DeliveryFailure(
        isLimit ? .limited(after: wait) : .tryAgain(after: wait),
        "New Relic can't accept it now: \(text)")
    }
    return DeliveryFailure(.refused, "New Relic refused: \(text)")
  }
}

extension NerdGraph {
  /// One of an answer's `errors`. Its kind is in its extensions, under one of the names that New
  /// Relic's own client reads (https://github.com/newrelic/newrelic-client-go,
  /// internal/http/graphql.go).
  struct Problem: Decodable {
    var message: String?
    private var kinds: Set<String> = []

    private enum CodingKeys: String, CodingKey {
      case message, extensions
    }

    private enum ExtensionKeys: String, CodingKey, CaseIterable {
      case errorClass, code, errorCode
      case snakeErrorCode = "error_code"
    }

    /// Reads what it can: an error in an unexpected form is still an error.
    init(from decoder: any Decoder) throws {
      guard let container = try? decoder.container(keyedBy: CodingKeys.self) else { return }
      message = try? container.decode(String.self, forKey: .message)
      guard
        let extensions = try? container.nestedContainer(
          keyedBy: ExtensionKeys.self, forKey: .extensions)
      else { return }
      for key in ExtensionKeys.allCases {
        if let kind = try? extensions.decode(String.self, forKey: key) {
          kinds.insert(kind.uppercased())
        }
      }
    }

    /// Whether the error may pass.
    var isTransient: Bool {
      kinds.contains { kind in
        ["TIMEOUT", "TOO_MANY_REQUESTS", "SERVER_ERROR", "INTERNAL", "UNAVAILABLE", "RATE_LIMIT"]
          .contains { kind.contains($0) }
      }
    }

    /// Whether it is a rate limit.
    var isLimit: Bool {
      kinds.contains { $0.contains("TOO_MANY_REQUESTS") || $0.contains("RATE_LIMIT") }
    }

    /// Whether the key was refused.
    var isAboutKey: Bool {
      !kinds.isDisjoint(with: ["BAD_API_KEY", "UNAUTHORIZED", "UNAUTHENTICATED", "FORBIDDEN"])
    }
  }
}
