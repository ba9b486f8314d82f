import Foundation
import Testing

@testable import CodeDeployNotifications

/// Which scopes of a report are one account, and that its deployments count once.
@Suite struct ReportAccountsTests {
  private static let now = Date(timeIntervalSince1970: 1_790_000_000)
  private static let own = AWSScope(region: "us-east-1")
  private static let role = AWSScope(
    region: "us-east-1", roleARN: "arn:aws:iam::123456789012:role/deploys")
  private static let otherRole = AWSScope(
    region: "us-east-1", roleARN: "arn:aws:iam::123456789012:role/more")

  private static func reported(
    _ id: String, in scope: AWSScope, _ status: DeploymentStatus = .succeeded,
    application: String = "checkout", account: String? = nil, age: TimeInterval = 3600,
    failure: String? = nil
  ) -> ReportedDeployment {
    var deployment = Deployment(
      id: id, application: application, deploymentGroup: "prod", status: status,
      createdAt: now - age)
    deployment.completedAt = status.isFinal ? now - age + 60 : nil
    var content = DeploymentNotification(event: .failed, of: deployment, region: scope.region)
    content.accountID = account
    content.failure = failure.map { .init(message: $0) }
    var entry = LedgerEntry(key: DeploymentKey(scope: scope, id: id), seenAt: now)
    entry.deployment = deployment
    entry.events = [.init(event: .failed, at: now, content: content)]
    return ReportedDeployment(entry, deployment)
  }

  @Test("A deployment seen with a role and without one counts once") func counted() {
    let accounts = ReportAccounts(
      [Self.own, Self.role].flatMap { scope in
        (1...3).map { Self.reported("d-\($0)", in: scope, $0 == 3 ? .failed : .succeeded) }
      })
    let figures = DeliveryFigures(accounts.deployments, span: 7 * 86_400)
    #expect(figures.succeeded == 2)
    #expect(figures.failed == 1)
    #expect(Set(accounts.deployments.map(\.scope)) == [Self.own])
  }

  @Test("What only one scope saw belongs to the same group of the same account")
  func sameLane() {
    let accounts = ReportAccounts([
      Self.reported("d-1", in: Self.own), Self.reported("d-1", in: Self.role),
      Self.reported("d-2", in: Self.role),
    ])
    #expect(Set(accounts.deployments.map(\.group)).count == 1)
  }

  @Test("Scopes whose account's id is the same are one account") func sameAccount() {
    let accounts = ReportAccounts([
      Self.reported("d-1", in: Self.own, account: "123456789012"),
      Self.reported("d-2", in: Self.role), Self.reported("d-3", in: Self.otherRole),
    ])
    #expect(accounts.deployments.count == 3)
    #expect(Set(accounts.deployments.map(\.scope)) == [Self.own])
    #expect(accounts.scope(Self.otherRole) == Self.own)
  }

  @Test("A scope whose credentials moved to another account joins none") func moved() {
    let accounts = ReportAccounts([
      Self.reported("d-1", in: Self.own, account: "123456789012"),
      Self.reported("d-2", in: Self.own, account: "210987654321"),
      Self.reported("d-3", in: Self.role),
    ])
    #expect(accounts.scope(Self.role) == Self.role)
  }

  @Test("Deployments stay in the order in which they were read") func order() {
    let ids = (0..<50).map { "d-\($0)" }
    let accounts = ReportAccounts(ids.map { Self.reported($0, in: Self.own) })
    #expect(accounts.deployments.map(\.deployment.id) == ids)
  }

  @Test("Accounts with nothing in common, and other regions of one, stay apart") func apart() {
    let elsewhere = AWSScope(region: "eu-west-1")
    let accounts = ReportAccounts([
      Self.reported("d-1", in: Self.own, account: "111111111111"),
      Self.reported("d-1", in: Self.role, age: 9999),
      Self.reported("d-1", in: elsewhere, account: "111111111111"),
    ])
    #expect(accounts.deployments.count == 3)
    #expect(Set(accounts.deployments.map(\.scope)) == [Self.own, Self.role, elsewhere])
  }

  @Test("A deployment is shown with the end that one scope saw, and what another knew of it")
  func merged() {
    let accounts = ReportAccounts([
      Self.reported("d-1", in: Self.own, .inProgress),
      Self.reported("d-1", in: Self.role, .failed, failure: "disk full"),
      Self.reported("d-1", in: Self.otherRole, .failed, account: "123456789012"),
    ])
    #expect(accounts.deployments.map(\.outcome) == [.failed])
    #expect(accounts.deployments.first?.failure?.message == "disk full")
    #expect(accounts.deployments.first?.accountID == "123456789012")
  }

  @Test("A team's label counts from each of the account's registrations") func team() {
    var labelled = Registration(application: "checkout", scope: Self.role, channels: [])
    labelled.labels = ["team": "payments"]
    let plain = Registration(application: "checkout", scope: Self.own, channels: [])
    let accounts = ReportAccounts([
      Self.reported("d-1", in: Self.own), Self.reported("d-1", in: Self.role),
    ])
    let applications = ReportApplications(accounts, [labelled, plain])
    #expect(accounts.deployments.map { applications.team(of: $0) } == ["payments"])
  }
}
