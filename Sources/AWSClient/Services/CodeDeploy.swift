import CodeDeployNotifications
import Foundation
import Logging

/// The operations of CodeDeploy that a poll cycle needs, in one scope.
/// https://docs.aws.amazon.com/codedeploy/latest/APIReference/
struct CodeDeploy: Sendable {
  static let service = "codedeploy"
  /// The most names that `BatchGetApplications` takes.
  static let applicationLimit = 100

  var caller: AWSCaller
  var region: String
  /// Receives what was left out of an answer.
  var logger = Logger.silent

  /// This, as the domain's contract wants it.
  func source(
    requestCount: @escaping @Sendable () -> Int,
    clockOffset: @escaping @Sendable () -> TimeInterval? = { nil }
  ) -> DeploymentSource {
    DeploymentSource(
      listPage: { try await listPage($0, nextToken: $1) },
      deployments: { try await deployments($0) },
      groups: { try await groups(of: $0) },
      applications: { try await applications($0) },
      requestCount: requestCount, clockOffset: clockOffset,
      accountID: { try await AWSIdentity.accountID(caller, region: region) }, details: details)
  }

  private func listPage(_ filter: ListingFilter, nextToken: String?) async throws -> ListingPage {
    struct Input: Encodable {
      struct Range: Encodable { var start: Double }
      var applicationName: String?
      var deploymentGroupName: String?
      var includeOnlyStatuses: [String]?
      var createTimeRange: Range?
      var nextToken: String?
    }
    let statuses = filter.statuses.map(\.rawValue)
    // Rounded down to the millisecond, so that nothing at the window's edge is left out.
    let since = filter.createdSince.map { ($0.timeIntervalSince1970 * 1000).rounded(.down) / 1000 }
    let input = Input(
      applicationName: filter.group?.application, deploymentGroupName: filter.group?.group,
      includeOnlyStatuses: statuses.isEmpty ? nil : statuses,
      createTimeRange: since.map(Input.Range.init), nextToken: nextToken)
    let answer: ListDeploymentsAnswer = try await call("ListDeployments", input)
    remark(answer.ids.unreadable, "ids", "ListDeployments")
    return ListingPage(answer.ids, nextToken: answer.nextToken)
  }

  /// Far more pages than an application can fill: a bound for a listing that doesn't end.
  private static let groupPages = 200

  private func groups(of application: String) async throws -> [String] {
    struct Input: Encodable {
      var applicationName: String
      var nextToken: String?
    }
    var groups: [String] = []
    var token: String?
    var tokens: Set<String> = []
    for _ in 0..<Self.groupPages {
      let answer: ListDeploymentGroupsAnswer = try await call(
        "ListDeploymentGroups", Input(applicationName: application, nextToken: token))
      remark(answer.groups.unreadable, "names", "ListDeploymentGroups")
      groups += answer.groups.values.map(\.text)
      guard let next = answer.nextToken, tokens.insert(next).inserted else { break }
      token = next
    }
    return groups
  }

  /// Logs how many elements of an answer couldn't be read.
  func remark(_ unreadable: Int, _ what: String, _ operation: String) {
    guard unreadable > 0 else { return }
    logger.debug(
      "\(region): codedeploy \(operation) answered \(what) that can't be read: \(unreadable)")
  }

  private func deployments(_ ids: [String]) async throws -> [Deployment] {
    struct Input: Encodable { var deploymentIds: [String] }
    guard !ids.isEmpty else { return [] }
    do {
      let answer: BatchGetDeploymentsAnswer = try await call(
        "BatchGetDeployments", Input(deploymentIds: ids))
      let read = answer.deployments.values.map(\.deployment)
      remark(answer.deployments.unreadable, "deployments", "BatchGetDeployments")
      let missing = Set(ids).subtracting(read.map(\.id))
      if !missing.isEmpty {
        let ids = missing.sorted().joined(separator: ", ")
        logger.debug("\(region): codedeploy BatchGetDeployments says nothing readable of \(ids)")
      }
      return read
    } catch let failure as AWSFailure
      where failure.code.map(Self.unknownDeployment.contains) == true
    {
      // One unknown id can fail its whole batch; the others are found by halving it.
      guard ids.count > 1 else { return [] }
      let half = ids.count / 2
      return try await deployments(Array(ids[..<half])) + deployments(Array(ids[half...]))
    }
  }

  /// Codes for a deployment id that doesn't exist.
  private static let unknownDeployment: Set = [
    "DeploymentDoesNotExistException", "InvalidDeploymentIdException",
  ]

  private func applications(_ names: [String]) async throws -> Set<String> {
    var found: Set<String> = []
    for part in names.parts(of: Self.applicationLimit) {
      found.formUnion(try await partOfApplications(part))
    }
    return found
  }

  /// CodeDeploy's documentation doesn't say whether an unknown name is left out or fails the whole
  /// batch. If it fails, each name is asked for by itself, one after the other. The same happens
  /// where the batch isn't allowed, as policies often grant `GetApplication` only.
  private func partOfApplications(_ names: [String]) async throws -> Set<String> {
    struct Input: Encodable { var applicationNames: [String] }
    do {
      let answer: BatchGetApplicationsAnswer = try await call(
        "BatchGetApplications", Input(applicationNames: names))
      return Set(answer.names).intersection(names)
    } catch let failure as AWSFailure where [.refused, .accessDenied].contains(failure.kind) {
      var found: Set<String> = []
      do {
        for name in names where try await applicationExists(name) { found.insert(name) }
      } catch let second as AWSFailure where [.refused, .accessDenied].contains(second.kind) {
        guard names.count == 1, failure.missing == .application else { throw failure }
      }
      return found
    }
  }

  private func applicationExists(_ name: String) async throws -> Bool {
    struct Input: Encodable { var applicationName: String }
    do {
      let _: GetApplicationAnswer = try await call("GetApplication", Input(applicationName: name))
      return true
    } catch let failure as AWSFailure where failure.missing == .application { return false }
  }

  func call<Answer: Decodable>(
    _ operation: String, _ input: some Encodable
  ) async throws -> Answer {
    do {
      return try await caller.json(
        service: Self.service, version: "1.1", target: "CodeDeploy_20141006.\(operation)",
        region: region, input: input)
    } catch var failure as AWSFailure {
      failure.missing = failure.code.flatMap { Self.missing[$0] }
      throw failure
    }
  }

  /// Codes that mean that something doesn't exist. An invalid name means the same.
  private static let missing: [String: AWSFailure.Missing] = [
    "ApplicationDoesNotExistException": .application,
    "InvalidApplicationNameException": .application,
    "DeploymentGroupDoesNotExistException": .deploymentGroup,
  ]
}
