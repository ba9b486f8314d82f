import CodeDeployNotifications

/// Compares patterns of deployment groups with the groups that exist.
package enum GroupPatterns {
  /// A sentence for each pattern that matches no group. Empty where CodeDeploy denies listing
  /// groups: registering doesn't need that permission.
  package static func unmatched(
    in registrations: [Registration], _ source: DeploymentSource
  ) async -> [String] {
    var sentences: [String] = []
    for registration in registrations {
      let patterns =
        registration.deploymentGroups + registration.channels.flatMap(\.deploymentGroups)
      // A pattern that matches everything needs no check.
      guard patterns.contains(where: { $0 != "*" }),
        let groups = try? await source.groups(registration.application)
      else { continue }
      sentences += ChannelAdvice.warnings(ofGroups: registration, among: groups)
    }
    return sentences
  }
}
