import CodeDeployNotifications
import Foundation
import Logging
import Synchronization
import Testing

@testable import GitHubClient

/// Who wrote a commit, from recorded answers of GitHub.
@Suite struct CommitAuthorTests {
  static let noon = Date(timeIntervalSince1970: 1_767_268_800)
  static let commit = "4f2d1c0b9a8e7f6d5c4b3a291817161514131211"
  static let token = "ghp_hushhushhushhushhushhushhushhushhush"

  /// A fake of GitHub that records the requests, and the log.
  private final class Scene: Sendable {
    private let state = Mutex<(requests: [HTTPRequest], log: [String])>(([], []))
    private let answers: [Result<HTTPResponse, HTTPFailure>]
    private let base: String

    init(
      _ answers: Result<HTTPResponse, HTTPFailure>..., base: String = CommitAuthors.publicAddress
    ) {
      self.answers = answers
      self.base = base
    }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    var log: [String] { state.withLock { $0.log } }

    private struct Log: LogHandler {
      let scene: Scene
      var metadata: Logger.Metadata = [:]
      var logLevel = Logger.Level.debug

      subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
      }

      func log(event: LogEvent) { scene.state.withLock { $0.log.append("\(event.message)") } }
    }

    func source(token: Secret?) -> DeployerSource {
      let http = HTTPClient { [self] request in
        let index = state.withLock { state in
          state.requests.append(request)
          return state.requests.count - 1
        }
        return try answers[min(index, answers.count - 1)].get()
      }
      return CommitAuthors(
        http: http, base: base, token: token, now: { CommitAuthorTests.noon },
        logger: Logger(label: "test") { _ in Log(scene: self) }
      ).deployers
    }

    func find(
      repository: String? = "example/checkout", commit: String? = CommitAuthorTests.commit,
      endedAgo: Double = 10, token: String = CommitAuthorTests.token
    ) async throws -> FoundDeployer? {
      var deployment = Deployment(
        id: "d-1", application: "a", status: .failed, createdAt: CommitAuthorTests.noon - 7200)
      deployment.completedAt = CommitAuthorTests.noon - endedAgo
      deployment.revision = Revision(type: "GitHub", repository: repository, commit: commit)
      return try await source(token: Secret(token)).find(
        DeploymentNotification(event: .failed, of: deployment, region: "r"),
        ScopeAccess(AWSScope(region: "r")))
    }
  }

  private static func ok(_ body: String) -> Result<HTTPResponse, HTTPFailure> {
    .success(HTTPResponse(status: 200, body: Array(body.utf8)))
  }

  private static func status(_ status: Int, _ headers: HTTPField...) -> Result<
    HTTPResponse, HTTPFailure
  > {
    .success(HTTPResponse(status: status, headers: headers, body: Array(#"{"message":"No"}"#.utf8)))
  }

  private static let recorded = ok(
    #"""
    {"sha":"\#(commit)","commit":{"author":{"name":"Ada","email":"ada@example.com",
    "date":"2026-01-01T12:00:00Z"},"committer":{"name":"GitHub","email":"noreply@github.com"},
    "message":"Change it"},"author":{"login":"ada-l","id":1,"type":"User"},"files":[]}
    """#)

  @Test("A commit is asked for with the token, and its author is read in full")
  func request() async throws {
    let scene = Scene(Self.recorded, base: "https://github.example.com/api/v3/")
    #expect(
      try await scene.find()
        == FoundDeployer(
          deployer: .init(name: "Ada", email: "ada@example.com", source: "commit"),
          identities: ["ada@example.com", "ada-l", "Ada"]))
    let request = try #require(scene.requests.first)
    #expect(request.method == .get)
    #expect(
      request.url
        == "https://github.example.com/api/v3/repos/example/checkout/commits/\(Self.commit)?per_page=1"
    )
    #expect(
      request.headers == [
        HTTPField("Accept", "application/vnd.github+json"),
        HTTPField("X-GitHub-Api-Version", "2022-11-28"),
        HTTPField("Authorization", "Bearer \(Self.token)"),
      ])
  }

  @Test("Without a token it asks as anybody may")
  func noToken() async throws {
    let scene = Scene(Self.recorded)
    var deployment = Deployment(
      id: "d-1", application: "a", status: .failed, createdAt: Self.noon)
    deployment.revision = Revision(
      type: "GitHub", repository: "example/checkout", commit: Self.commit)
    let notification = DeploymentNotification(event: .failed, of: deployment, region: "r")
    let source = scene.source(token: nil)
    for _ in 0..<2 {
      _ = try await source.find(notification, ScopeAccess(AWSScope(region: "r")))
    }
    // The second answer is the first one's.
    #expect(scene.requests.map(\.headers.count) == [2])
  }

  @Test(
    "Each kind of author has the names and the address that are known",
    arguments: [
      (
        #"{"commit":{"author":{"name":"Ada","email":"1+ada@users.noreply.github.com"}},"author":{"login":"ada","type":"User"}}"#,
        ["1+ada@users.noreply.github.com", "ada", "Ada"], nil
      ),
      (
        #"{"commit":{"author":{"name":"Ada","email":"ada@example.com"}},"author":null}"#,
        ["ada@example.com", "Ada"], "ada@example.com"
      ),
      (
        #"{"commit":{"author":{"name":"renovate[bot]","email":"bot@renovateapp.com"}},"author":{"login":"renovate[bot]","type":"Bot"}}"#,
        ["renovate[bot]", "renovate[bot]"], nil
      ),
      (#"{"commit":{"author":{"name":"","email":""}},"author":{"login":"ada"}}"#, ["ada"], nil),
      (#"{"commit":{"author":null},"author":{}}"#, nil, nil),
    ] as [(String, [String]?, String?)])
  func authors(body: String, identities: [String]?, address: String?) async throws {
    let found = try await Scene(Self.ok(body)).find()
    #expect(found?.identities == identities)
    #expect(found?.address(by: [:]) == address)
    if let last = identities?.last {
      #expect(found?.address(by: [last: "mapped@example.com"]) == "mapped@example.com")
    }
  }

  @Test(
    "What is no commit of GitHub's isn't asked for",
    arguments: [
      (nil, commit), ("example/checkout", nil), ("checkout", commit), ("a/b/c", commit),
      ("example/../x", commit), ("example/..", commit), ("example/check out", commit),
      ("example/checkout?x", commit), ("example/checkout", "main"), ("example/checkout", "abc"),
      ("example/checkout", "4f2d1c0/../.."), ("", ""),
    ] as [(String?, String?)])
  func noCommit(repository: String?, commit: String?) async throws {
    let scene = Scene(Self.recorded)
    #expect(try await scene.find(repository: repository, commit: commit) == nil)
    #expect(scene.requests.isEmpty)
  }

  @Test("A repository that was renamed leads on, but nowhere else")
  func renamed() async throws {
    let place = "https://api.github.com/repositories/7/commits/\(Self.commit)"
    let scene = Scene(Self.status(301, HTTPField("Location", place)), Self.recorded)
    #expect(try await scene.find()?.deployer.name == "Ada")
    #expect(scene.requests.last?.url == place)
    for elsewhere in ["https://evil.example.com/x", "https://api.github.com.evil.example/", ""] {
      let scene = Scene(Self.status(301, HTTPField("Location", elsewhere)), Self.recorded)
      #expect(try await scene.find() == nil)
      #expect(scene.requests.count == 1)
    }
    let loop = Scene(Self.status(302, HTTPField("Location", place)))
    #expect(try await loop.find() == nil)
    #expect(loop.requests.count == 3)
  }

  @Test("What GitHub doesn't show is nobody", arguments: [401, 403, 404, 409, 422, 451, 204])
  func nobody(status: Int) async throws {
    let scene = Scene(Self.status(status))
    #expect(try await scene.find() == nil)
    #expect(
      scene.log == [
        "GitHub's answer for commit 4f2d1c0 of example/checkout is HTTP \(status)"
      ])
  }

  @Test(
    "Trouble is waited out while the deployment is news",
    arguments: [
      (status(500), 60), (status(502), 60), (ok("<html>"), 60), (ok("{}"), 60), (ok(""), 60),
      (status(429), 60), (status(429, HTTPField("retry-after", "90")), 90),
      (status(403, HTTPField("Retry-After", "120")), 120),
      // A secondary limit may come without a header.
      (
        .success(
          HTTPResponse(
            status: 403,
            body: Array(#"{"message": "You have exceeded a secondary rate limit."}"#.utf8))), 60
      ),
      (
        status(
          403, HTTPField("x-ratelimit-remaining", "0"),
          HTTPField("x-ratelimit-reset", "1767269400")), 600
      ),
      // However long it takes, the channel asks again while it still makes sense.
      (
        status(
          403, HTTPField("x-ratelimit-remaining", "0"),
          HTTPField("x-ratelimit-reset", "1767272400")), 1200
      ),
      (.failure(HTTPFailure(.timedOut, "api.github.com did not answer")), 60),
      (.failure(HTTPFailure(.tls, "api.github.com's certificate is not accepted")), 60),
      // The configured base must be wrong, and can be set right.
      (.failure(HTTPFailure(.invalidRequest, "a request's URL is not absolute")), 60),
    ] as [(Result<HTTPResponse, HTTPFailure>, Int)])
  func trouble(answer: Result<HTTPResponse, HTTPFailure>, wait: Int) async throws {
    let scene = Scene(answer)
    do {
      _ = try await scene.find()
      Issue.record("no failure")
    } catch let failure as DeliveryFailure {
      #expect(failure.verdict == .tryAgain(after: .seconds(wait)))
      #expect(failure.description.hasPrefix("who pushed d-1 can't be found out yet: GitHub"))
      #expect(!failure.description.contains("hush"))
    }
    #expect(try await scene.find(endedAgo: 1300) == nil)
    #expect(scene.log.count == 2)
    #expect(!scene.log.joined().contains("hush"))
  }

  @Test(
    "A request that can't be sent names the variable that must be wrong",
    arguments: [(token, "GITHUB_API_URL"), ("ghp_hush\n", "GITHUB_TOKEN")])
  func invalidRequest(token: String, variable: String) async throws {
    let scene = Scene(.failure(HTTPFailure(.invalidRequest, "it can't be sent")))
    let failure = await #expect(throws: DeliveryFailure.self) { try await scene.find(token: token) }
    #expect(failure?.description.contains("it can't be sent; check \(variable)") == true)
    #expect(failure?.description.contains("hush") == false)
  }

  @Test("An answer that is too large names nobody") func tooLarge() async throws {
    let scene = Scene(.failure(HTTPFailure(.tooLarge, "no")))
    #expect(try await scene.find() == nil)
    #expect(scene.log == ["GitHub can't be asked: no"])
  }
}
