import CodeDeployNotifications
import Foundation
import Logging

/// The author of the deployed commit, according to GitHub.
/// https://docs.github.com/en/rest/commits/commits#get-a-commit
package struct CommitAuthors: Sendable {
  private let http: HTTPClient
  private let base: String
  private let token: Secret?
  private let now: @Sendable () -> Date
  private let logger: Logger
  private let reads: SharedReads<Commit, FoundDeployer?>

  package static let publicAddress = "https://api.github.com"
  /// The longest wait for GitHub, in seconds: its limits count by the hour.
  private static let longestWait = 3600.0

  private struct Commit: Hashable {
    var repository: String
    var id: String
  }

  /// - Parameters:
  ///   - base: The API's address, such as `https://github.example.com/api/v3` for GitHub
  ///     Enterprise.
  ///   - token: Gives access to private repositories, and a higher rate limit.
  package init(
    http: HTTPClient, base: String = publicAddress, token: Secret? = nil,
    now: @escaping @Sendable () -> Date, logger: Logger
  ) {
    self.http = http
    var base = base[...]
    while base.hasSuffix("/") { base = base.dropLast() }
    self.base = String(base)
    self.token = token
    self.now = now
    self.logger = logger
    reads = SharedReads(lifetime: 120, now: now)
  }

  /// This, as the domain's contract wants it.
  package var deployers: DeployerSource {
    DeployerSource { notification, _ in
      try await author(of: notification)
    } remembered: { notification, _ in
      guard let commit = Self.commit(of: notification) else { return nil }
      return await reads.remembered(commit) ?? nil
    }
  }

  /// The commit that was deployed; `nil` where it is none of GitHub's.
  private static func commit(of notification: DeploymentNotification) -> Commit? {
    guard let repository = notification.revision?.repository,
      let id = notification.revision?.commit,
      // Both are parts of the address; anything else isn't a repository or commit on GitHub.
      repository.wholeMatch(of: /[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+/) != nil,
      !repository.split(separator: "/").contains(where: { [".", ".."].contains($0) }),
      id.wholeMatch(of: /[0-9A-Fa-f]{4,64}/) != nil
    else { return nil }
    return Commit(repository: repository, id: id)
  }

  private func author(of notification: DeploymentNotification) async throws -> FoundDeployer? {
    guard let commit = Self.commit(of: notification) else { return nil }
    do {
      return try await reads.value(of: commit) { try await read(commit) }
    } catch let trouble as Trouble {
      logger.debug("\(trouble.description)")
      if trouble.mayPass {
        try notification.askLaterWhoPushed(
          now: now(), after: trouble.wait, trouble.description)
      }
      return nil
    }
  }

  /// Why no author was found.
  private struct Trouble: Error {
    var description: String
    var mayPass = false
    var wait: Duration?
  }

  private func read(_ commit: Commit) async throws -> FoundDeployer? {
    let subject = "GitHub's answer for commit \(commit.id.prefix(7)) of \(commit.repository)"
    // The list of changed files isn't needed, and can be long.
    var url = "\(base)/repos/\(commit.repository)/commits/\(commit.id)?per_page=1"
    var response = try await send(url)
    // A repository that was renamed or moved redirects to its new place.
    // https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
    for _ in 0..<2 where [301, 302, 307, 308].contains(response.status) {
      guard let next = response.header("Location"), next.hasPrefix(base + "/") else { break }
      url = next
      response = try await send(url)
    }
    if let wait = GitHubRateLimit.wait(response, now: now()) {
      throw Trouble(
        description: "GitHub accepts no more requests for now (HTTP \(response.status))",
        mayPass: true, wait: .seconds(min(wait, Self.longestWait)))
    }
    guard response.status == 200 else {
      throw Trouble(
        description: "\(subject) is HTTP \(response.status)",
        mayPass: response.status >= 500 || response.status == 429)
    }
    guard
      let answer = try? ReceivedJSON.decode(CommitAnswer.self, from: response.body)
    else { throw Trouble(description: "\(subject) can't be read", mayPass: true) }
    return answer.deployer
  }

  private func send(_ url: String) async throws -> HTTPResponse {
    var headers = [
      HTTPField("Accept", "application/vnd.github+json"),
      HTTPField("X-GitHub-Api-Version", "2022-11-28"),
    ]
    if let token { headers.append(HTTPField("Authorization", "Bearer \(token.revealed)")) }
    do {
      return try await http.send(
        HTTPRequest(.get, url, headers: headers, maximumResponseBytes: 4 << 20))
    } catch let failure as HTTPFailure {
      // Everything else in the request is checked, so that one of these must be wrong: it can be
      // set right while the notification is pending.
      let isTokenOdd = token?.revealed.utf8.contains { $0 <= 0x20 || $0 >= 0x7F } ?? false
      let hint =
        failure.kind == .invalidRequest
        ? "; check \(isTokenOdd ? "GITHUB_TOKEN" : "GITHUB_API_URL")" : ""
      throw Trouble(
        description: "GitHub can't be asked: \(failure.description)\(hint)",
        mayPass: failure.kind != .tooLarge)
    }
  }
}

/// A commit of GitHub's API: its author in Git, and the author's account if there is one.
private struct CommitAnswer: Decodable {
  struct Commit: Decodable {
    struct Person: Decodable {
      var name: String?
      var email: String?
    }
    var author: Person?
  }
  struct Account: Decodable {
    var login: String?
    var type: String?
  }
  var commit: Commit
  var author: Account?

  /// `nil` where the commit has no author.
  var deployer: FoundDeployer? {
    func filled(_ text: String?) -> String? { text.flatMap { $0.isEmpty ? nil : $0 } }
    let isBot = author?.type == "Bot"
    let email = isBot ? nil : filled(commit.author?.email)
    let name = filled(commit.author?.name)
    let identities = [email, filled(author?.login), name].compactMap { $0 }
    guard !identities.isEmpty else { return nil }
    return FoundDeployer(
      deployer: .init(name: name ?? filled(author?.login), email: email, source: "commit"),
      identities: identities)
  }
}
