import CodeDeployNotifications
import Foundation

/// A deployment event of Datadog's DORA metrics
/// (https://docs.datadoghq.com/api/latest/dora-metrics/send-a-deployment-event).
struct DatadogDORA: Encodable, Sendable {
  /// Sites without DORA metrics (https://docs.datadoghq.com/dora_metrics/setup).
  static let sitesWithout = ["ddog-gov.com", "us2.ddog-gov.com"]

  private let data: Payload

  private struct Payload: Encodable, Sendable {
    var attributes: Attributes
  }

  private struct Attributes: Encodable, Sendable {
    var id: String
    var service: String
    var env: String?
    var version: String?
    var startedAt: Int64
    var finishedAt: Int64
    var git: Commit?
    var customTags: [String]

    enum CodingKeys: String, CodingKey {
      case id, service, env, version, git
      case startedAt = "started_at"
      case finishedAt = "finished_at"
      case customTags = "custom_tags"
    }
  }

  private struct Commit: Encodable, Sendable {
    var sha: String
    var repository: String

    enum CodingKeys: String, CodingKey {
      case sha = "commit_sha"
      case repository = "repository_url"
    }
  }

  /// The answer to an accepted event.
  struct Answer: Decodable, Sendable {
    struct Made: Decodable, Sendable {
      var id: String
    }
    var data: Made
  }

  /// Throws `DeliveryFailure` for a deployment that hasn't ended, as Datadog requires the end.
  init(
    _ notification: DeploymentNotification, service: String, environment: String?, tags: [String]
  ) throws(DeliveryFailure) {
    guard notification.event.isEnd, let finished = notification.completedAt else {
      throw DeliveryFailure(
        .refused,
        "Datadog's DORA metrics accept only deployments that have ended, and this one hasn't")
    }
    // CodeDeploy's start may be later than its end.
    let started = min(notification.startedAt ?? notification.createdAt, finished)
    let revision = notification.revision
    data = Payload(
      attributes: Attributes(
        // The id is the same on every attempt, so that Datadog counts one deployment.
        id: notification.id, service: service,
        env: environment ?? notification.deploymentGroup?.oneLine, version: revision?.label.oneLine,
        startedAt: started.milliseconds, finishedAt: finished.milliseconds,
        git: revision.flatMap(Self.commit), customTags: tags))
  }

  private static func commit(_ revision: Revision) -> Commit? {
    guard let repository = revision.repository, let commit = revision.commit,
      GitHubAPI.isRepository(repository)
    else { return nil }
    return Commit(sha: commit.oneLine, repository: "https://github.com/\(repository)")
  }
}
