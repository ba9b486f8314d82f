import Foundation
import Testing

@testable import CodeDeployNotifications

/// The figures of a report.
@Suite struct DeliveryFiguresTests {
  private static let day: TimeInterval = 86_400
  private static let start = Date(timeIntervalSince1970: 1_790_000_000)

  /// A deployment of a group that ended so many hours after the start.
  private static func deployment(
    _ status: DeploymentStatus, hours: Double, group: String = "prod", rollsBack: String? = nil,
    rolledBackBy: String? = nil
  ) -> ReportedDeployment {
    let id = "d-\(group)\(hours)"
    var deployment = Deployment(
      id: id, application: "checkout", deploymentGroup: group, status: status, createdAt: start)
    deployment.completedAt = status.isFinal ? start + hours * 3600 : nil
    deployment.rollback = .init(triggeredBy: rollsBack, rolledBackBy: rolledBackBy)
    let key = DeploymentKey(scope: AWSScope(region: "us-east-1"), id: id)
    return ReportedDeployment(LedgerEntry(key: key, seenAt: start), deployment)
  }

  @Test("Successes are counted per week, without rollbacks") func successes() {
    let figures = DeliveryFigures(
      [
        Self.deployment(.succeeded, hours: 1), Self.deployment(.succeeded, hours: 2),
        Self.deployment(.succeeded, hours: 3, rollsBack: "d-1"),
      ], span: 14 * Self.day)
    #expect(figures.succeeded == 2)
    #expect(figures.succeededPerWeek == 1)
  }

  @Test("A success that was rolled back counts as a failure") func rolledBack() {
    let figures = DeliveryFigures(
      [
        Self.deployment(.succeeded, hours: 1, rolledBackBy: "d-2"),
        Self.deployment(.succeeded, hours: 2), Self.deployment(.succeeded, hours: 3),
        Self.deployment(.failed, hours: 4), Self.deployment(.stopped, hours: 5),
      ], span: Self.day)
    #expect(figures.failureRate == 0.5)
  }

  @Test("The time to restore is the median until the deployment group's next success")
  func restoring() {
    let figures = DeliveryFigures(
      [
        Self.deployment(.failed, hours: 1), Self.deployment(.succeeded, hours: 2),
        // Another group's success restores nothing here.
        Self.deployment(.failed, hours: 10), Self.deployment(.succeeded, hours: 11, group: "test"),
        Self.deployment(.succeeded, hours: 13, rollsBack: "d-1"),
        Self.deployment(.failed, hours: 20),
      ], span: Self.day)
    #expect(figures.timeToRestore?.rounded() == 7200.0)
  }

  @Test("Without deployments there is no failure rate and no time to restore") func empty() {
    let figures = DeliveryFigures([], span: 0)
    #expect(figures.succeededPerWeek == 0)
    #expect(figures.failureRate == nil)
    #expect(figures.timeToRestore == nil)
  }
}
