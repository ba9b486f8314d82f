extension DetailSource {
  /// The most pages of targets that are read of one deployment. An empty page needn't be the last.
  private static let maximumPages = 3

  /// Why a deployment failed, by the target that failed first; `nil` where no target says. Throws
  /// as the source does.
  package func firstFailure(
    of deploymentID: String, _ computePlatform: ComputePlatform?
  ) async throws -> DeploymentNotification.Failure? {
    // Functions and services are few, so that all are read. Which target status they get when a
    // hook failed isn't documented; their lifecycle events show it.
    let onlyFailed = (computePlatform ?? .server) == .server
    var ids: [String] = []
    var token: String?
    for _ in 0..<Self.maximumPages {
      let page = try await targetPage(deploymentID, onlyFailed, token)
      ids += page.ids
      token = page.nextToken
      if token == nil || ids.count >= Self.batchLimit { break }
    }
    guard !ids.isEmpty else { return nil }
    return DeploymentTarget.firstFailure(
      of: try await targets(deploymentID, Array(ids.prefix(Self.batchLimit))))
  }
}
