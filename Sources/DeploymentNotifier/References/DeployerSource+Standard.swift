import AWSClient
import CodeDeployNotifications
import GitHubClient
import Logging

extension DeployerSource {
  /// Asks CloudTrail first, then GitHub for the commit's author. `GITHUB_API_URL` and
  /// `GITHUB_TOKEN`, the names of GitHub's own tools, configure GitHub.
  package static func standard(
    _ environment: AWSEnvironment, http: HTTPClient, accounts: AWSAccounts, logger: Logger
  ) -> DeployerSource {
    func variable(_ name: String) -> String? {
      environment.variables[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    let trail = CloudTrail(environment: environment) {
      accounts.caller(for: $0)
    }
    let commits = CommitAuthors(
      http: http, base: variable("GITHUB_API_URL") ?? CommitAuthors.publicAddress,
      token: variable("GITHUB_TOKEN").map { Secret($0) }, now: environment.now, logger: logger)
    return .first(of: [trail.deployers, commits.deployers])
      .behindRollbacks(now: environment.now) { id, access in
        try await accounts.source(for: access).deployments([id])
          .first { $0.id == id }
      }
  }
}
