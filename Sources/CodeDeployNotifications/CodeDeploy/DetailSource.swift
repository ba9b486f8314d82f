/// Reads what CodeDeploy doesn't say of a deployment by itself: how its targets fared, and what
/// its AppSpec holds. One call is one request.
///
/// Every closure throws `AWSFailure`, or `CancellationError` when the calling task is cancelled.
package struct DetailSource: Sendable {
  /// One page of `ListDeploymentTargets`, narrowed to the targets that failed or not.
  package var targetPage:
    @Sendable (_ deploymentID: String, _ onlyFailed: Bool, _ nextToken: String?) async throws ->
      ListingPage
  /// `BatchGetDeploymentTargets` for up to `batchLimit` ids.
  package var targets:
    @Sendable (_ deploymentID: String, _ ids: [String]) async throws -> [DeploymentTarget]
  /// A revision with its content (`GetApplicationRevision`); `nil` where there is none.
  package var revision: @Sendable (_ application: String, Revision) async throws -> Revision?

  /// The most ids that `BatchGetDeploymentTargets` takes.
  package static let batchLimit = 25

  package init(
    targetPage:
      @escaping @Sendable (_ deploymentID: String, _ onlyFailed: Bool, _ nextToken: String?)
      async throws -> ListingPage,
    targets:
      @escaping @Sendable (_ deploymentID: String, _ ids: [String]) async throws ->
      [DeploymentTarget],
    revision: @escaping @Sendable (_ application: String, Revision) async throws -> Revision?
  ) {
    self.targetPage = targetPage
    self.targets = targets
    self.revision = revision
  }

  /// Knows of no target and no content.
  package static let none = Self(
    targetPage: { _, _, _ in ListingPage(ids: []) }, targets: { _, _ in [] },
    revision: { _, _ in nil })
}
