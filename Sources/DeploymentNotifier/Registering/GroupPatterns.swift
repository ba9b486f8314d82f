import CodeDeployNotifications

/// Patterns of deployment groups, held against the groups that CodeDeploy has.
package enum GroupPatterns {
  /// A sentence for each pattern that matches no group. Where CodeDeploy doesn't tell the groups,
  /// nothing is said: registering takes no such permission.
  package static func unmatched(
    in registrations: [Registration], _ source: DeploymentSource
  ) async -> [String] {
    var sentences: [String] = []
    for registration in registrations {
      let patterns =
        registration.deploymentGroups + registration.channels.flatMap(\.deploymentGroups)
      // One that matches everything needs no look.
      guard patterns.contains(where: { $0 != "*" }),
        let groups = try? await source.groups(registration.application)
      else { continue }
      sentences += ChannelAdvice.warnings(ofGroups: registration, among: groups)
    }
    return sentences
  }
}
