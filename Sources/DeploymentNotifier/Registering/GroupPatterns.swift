import CodeDeployNotifications

/// Compares patterns of deployment groups with the groups that exist.
package enum GroupPatterns {
  /// A sentence for each pattern that matches no group. Where CodeDeploy denies listing an
  /// application's groups, its patterns aren't compared: registering doesn't need that permission.
  /// Throws what else keeps CodeDeploy from listing them.
  package static func unmatched(
    in registrations: [Registration], _ source: DeploymentSource
  ) async throws -> [String] {
    var sentences: [String] = []
    for registration in registrations {
      let patterns =
        registration.deploymentGroups + registration.channels.flatMap(\.deploymentGroups)
      // A pattern that matches everything needs no check.
      guard patterns.contains(where: { $0 != "*" }) else { continue }
      do {
        let groups = try await source.groups(registration.application)
        sentences += ChannelAdvice.warnings(ofGroups: registration, among: groups)
      } catch let failure as AWSFailure where failure.kind == .accessDenied {
        continue
      }
    }
    return sentences
  }
}
