import ChannelKit
import CodeDeployNotifications
import Foundation

/// Requests to GitHub's REST API, version 2022-11-28 (https://docs.github.com/en/rest).
struct GitHubAPI: Sendable {
  let address: WebAddress
  let token: Secret

  /// What the channel makes, as a GitHub deployment or as a status of the commit.
  let form: Form

  /// GitHub's word for an event.
  func state(of event: DeploymentEvent) -> String {
    switch event {
    case .succeeded: "success"
    case .failed: "failure"
    case .stopped: "error"
    default: form == .status ? "pending" : "in_progress"
    }
  }

  enum Form: String, CaseIterable {
    case deployment, status

    /// What a fine-grained token needs.
    private var permission: String {
      switch self {
      case .deployment: "Deployments: read and write"
      case .status: "Commit statuses: read and write"
      }
    }

    fileprivate var hints: [Int: String] {
      var hints = [
        401: "check token", 403: "token needs the permission “\(permission)”",
        404: "no such repository or commit, or token has no access to it: it needs the permission "
          + "“\(permission)”",
        409: "GitHub can't deploy this commit",
      ]
      for status in [301, 307, 308] {
        hints[status] = "the repository was renamed: set repository"
      }
      hints[422] =
        switch self {
        case .deployment: "GitHub doesn't accept this ref, environment or environment_url"
        case .status: "GitHub doesn't accept this ref or context"
        }
      return hints
    }
  }

  /// Both parts of the name go into addresses.
  static func isRepository(_ text: String) -> Bool {
    text.wholeMatch(of: /[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+/) != nil
      && !text.split(separator: "/").contains { [".", ".."].contains($0) }
  }

  /// What was asked for isn't there, or the token has no access to it.
  struct Missing: Error {}

  /// - Parameters:
  ///   - path: The path after the repository's, percent-encoded.
  ///   - query: What follows it, as it is read.
  ///   - mayBeMissing: Whether a 404 throws `Missing`, and not a failure.
  ///   - isRepeatable: Whether it does no harm if the transport sends the request twice.
  func send<Answer: Decodable>(
    _ method: HTTPRequest.Method, _ repository: String, _ path: String, _ body: JSONTree? = nil,
    query: [(name: String, value: String)] = [], isRepeatable: Bool = true,
    mayBeMissing: Bool = false, as type: Answer.Type, with services: ChannelServices
  ) async throws -> Answer {
    let response = try await answer(
      to: method, repository, path, body, query: query, isRepeatable: isRepeatable,
      with: services
    ) { response in
      if mayBeMissing, response.status == 404 { throw Missing() }
      return response
    }
    guard let answer = try? ReceivedJSON.decode(type, from: response.body) else {
      throw HTTPVerdict.oddAnswer(
        response, from: "GitHub", redacting: [token] + address.secrets)
    }
    return answer
  }

  /// Asks for something to be made at a commit that the repository doesn't have: GitHub refuses that
  /// with 422 to those who may make it, and with another status to others.
  func tryAtNoCommit(
    _ repository: String, _ path: String, _ body: JSONTree, with services: ChannelServices
  ) async throws {
    _ = try await answer(to: .post, repository, path, body, with: services) { response in
      var response = response
      if response.status == 422 { response.status = 204 }
      return response
    }
  }

  private func answer(
    to method: HTTPRequest.Method, _ repository: String, _ path: String, _ body: JSONTree?,
    query: [(name: String, value: String)] = [], isRepeatable: Bool = true,
    with services: ChannelServices,
    reading: (HTTPResponse) throws -> HTTPResponse = { $0 }
  ) async throws -> HTTPResponse {
    var headers = [
      HTTPField("Accept", "application/vnd.github+json"),
      HTTPField("X-GitHub-Api-Version", "2022-11-28"),
      HTTPField("Authorization", "Bearer \(token.revealed)"),
    ]
    if body != nil { headers.append(HTTPField("Content-Type", "application/json")) }
    let url = address.appending("/repos/\(repository)\(path)").url(setting: query)
    var request = HTTPRequest(
      method, url, headers: headers,
      body: try body?.encoded() ?? [], timeout: services.timeout, maximumResponseBytes: 4 << 20)
    request.needsNewConnection = !isRepeatable
    return try await HTTPVerdict.answer(
      to: request, from: "GitHub", with: services, redacting: [token] + address.secrets,
      hints: form.hints
    ) { response in
      if let wait = GitHubRateLimit.wait(response, now: services.now) {
        throw limited(response, wait, now: services.now)
      }
      return try reading(response)
    }
  }

  /// A limit, which may come as a 403 and passes all the same.
  private func limited(_ response: HTTPResponse, _ wait: Double, now: Date) -> DeliveryFailure {
    let text = Redaction([token] + address.secrets).line(response.body)
    return DeliveryFailure(
      .limited(after: HTTPVerdict.retryAfter("\(wait)", now: now)),
      "GitHub answered \(response.status), a rate limit" + (text.isEmpty ? "" : ": \(text)"))
  }

  /// Any object with an id.
  struct Made: Decodable, Sendable {
    var id: Int
  }

  /// A status of a deployment, with the parts that identify it.
  struct Status: Decodable, Sendable {
    var state: String
    var description: String?
    var environmentURL: String?

    enum CodingKeys: String, CodingKey {
      case state, description
      case environmentURL = "environment_url"
    }
  }

  /// An existing deployment, with CodeDeploy's id in its payload if this channel created it.
  struct Found: Decodable, Sendable {
    var id: Int
    var deployment: String?

    private enum CodingKeys: String, CodingKey { case id, payload }
    private struct Payload: Decodable {
      var deployment: String?

      enum CodingKeys: String, CodingKey {
        case deployment = "codedeploy_deployment"
      }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      id = try container.decode(Int.self, forKey: .id)
      // The payload is an object, or a string that contains one; other programs may put anything
      // there.
      if let payload = try? container.decode(Payload.self, forKey: .payload) {
        deployment = payload.deployment
      } else if let text = try? container.decode(String.self, forKey: .payload) {
        deployment =
          (try? JSONDecoder().decode(Payload.self, from: Data(text.utf8)))?
          .deployment
      }
    }
  }
}
