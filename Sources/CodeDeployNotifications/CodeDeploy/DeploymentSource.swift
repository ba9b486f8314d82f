import Foundation

/// Reads deployments of one scope. One call is one request to CodeDeploy's API (with the retries of
/// AWS's standard mode). The cycle decides what to ask for.
///
/// Every closure throws `AWSFailure`, or `CancellationError` when the calling task is cancelled.
package struct DeploymentSource: Sendable {
  /// One page of `ListDeployments`, over the whole account and region or one deployment group.
  package var listPage: @Sendable (ListingFilter, _ nextToken: String?) async throws -> ListingPage
  /// `BatchGetDeployments` for up to `batchLimit` ids. Ids that CodeDeploy doesn't know may be
  /// missing from the answer.
  package var deployments: @Sendable (_ ids: [String]) async throws -> [Deployment]
  /// The names of an application's deployment groups (`ListDeploymentGroups`), all pages.
  package var groups: @Sendable (_ application: String) async throws -> [String]
  /// Which of these applications exist (`BatchGetApplications`).
  package var applications: @Sendable (_ names: [String]) async throws -> Set<String>
  /// How many requests were made so far, including retries.
  package var requestCount: @Sendable () -> Int
  /// AWS's time minus this host's, in seconds, by the latest answer; 0 where the difference is too
  /// small to measure, `nil` before the first answer.
  package var clockOffset: @Sendable () -> TimeInterval?
  /// The id of the AWS account (`GetCallerIdentity`), for scopes whose role's ARN doesn't contain
  /// it; `nil` where it can't be found out.
  package var accountID: @Sendable () async throws -> String?
  /// Reads details, for enrichment.
  package var details: DetailSource

  /// The most ids that `BatchGetDeployments` takes.
  package static let batchLimit = 25

  package init(
    listPage:
      @escaping @Sendable (ListingFilter, _ nextToken: String?) async throws -> ListingPage,
    deployments: @escaping @Sendable (_ ids: [String]) async throws -> [Deployment],
    groups: @escaping @Sendable (_ application: String) async throws -> [String],
    applications: @escaping @Sendable (_ names: [String]) async throws -> Set<String>,
    requestCount: @escaping @Sendable () -> Int,
    clockOffset: @escaping @Sendable () -> TimeInterval? = { nil },
    accountID: @escaping @Sendable () async throws -> String? = { nil },
    details: DetailSource = .none
  ) {
    self.listPage = listPage
    self.deployments = deployments
    self.groups = groups
    self.applications = applications
    self.requestCount = requestCount
    self.clockOffset = clockOffset
    self.accountID = accountID
    self.details = details
  }

  /// The same source, which also calls `note` with the number of deployments in each batch.
  package func telling(_ note: @escaping @Sendable (Int) -> Void) -> DeploymentSource {
    var source = self
    source.deployments = { [deployments] ids in
      let found = try await deployments(ids)
      note(found.count)
      return found
    }
    return source
  }
}

/// Which deployments to list.
package struct ListingFilter: Sendable, Hashable {
  /// Only this group's deployments; `nil` for the whole account and region.
  package var group: DeploymentGroupName?
  /// Only deployments created at or after this time; CodeDeploy has no filter on the end.
  package var createdSince: Date?
  /// Only deployments in one of these statuses; empty for all.
  package var statuses: [DeploymentStatus]

  package init(
    group: DeploymentGroupName? = nil, createdSince: Date? = nil,
    statuses: [DeploymentStatus] = []
  ) {
    self.group = group
    self.createdSince = createdSince
    self.statuses = statuses
  }
}

/// Identifies a deployment group by application and name.
package struct DeploymentGroupName: Sendable, Hashable {
  package var application: String
  package var group: String

  package init(application: String, group: String) {
    self.application = application
    self.group = group
  }
}

/// One page of a listing: ids only, as CodeDeploy returns them.
package struct ListingPage: Sendable, Hashable {
  package var ids: [String]
  package var nextToken: String?
  /// How many elements of the page couldn't be read.
  package var unreadable: Int

  package init(ids: [String], nextToken: String? = nil, unreadable: Int = 0) {
    self.ids = ids
    self.nextToken = nextToken
    self.unreadable = unreadable
  }
}
