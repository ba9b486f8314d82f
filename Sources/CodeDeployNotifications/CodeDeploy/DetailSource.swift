/// Reads what CodeDeploy's description of a deployment lacks: the results of its targets, and the
/// content of its AppSpec. One call is one request.
///
/// Every closure throws `AWSFailure`, or `CancellationError` when the calling task is cancelled.
package struct DetailSource: Sendable {
  /// One page of `ListDeploymentTargets`, of all targets or only the failed ones.
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

  /// Returns no targets and no content.
  package static let none = Self(
    targetPage: { _, _, _ in ListingPage(ids: []) }, targets: { _, _ in [] },
    revision: { _, _ in nil })
}
