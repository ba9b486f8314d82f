import CodeDeployNotifications
import Testing

@testable import CurlTransport

extension CurlEngine.Configuration {
  static let test = CurlEngine.Configuration(userAgent: "cdnotify/test")
}

/// Runs `body` with an engine and a client.
func withClient<Result>(
  _ configuration: CurlEngine.Configuration = .test, caBundle: String? = nil,
  isolation: isolated (any Actor)? = #isolation,
  _ body: (HTTPClient) async throws -> Result
) async throws -> Result {
  try await CurlEngine.withEngine(configuration: configuration) { engine in
    try await body(engine.client(caBundle: caBundle))
  }
}

extension HTTPClient {
  /// The failure of a request that has to fail; for an answer, `nil` and a failed test.
  func failure(
    of request: HTTPRequest, sourceLocation: SourceLocation = #_sourceLocation
  ) async -> HTTPFailure? {
    await #expect(throws: HTTPFailure.self, sourceLocation: sourceLocation) {
      try await send(request)
    }
  }
}
