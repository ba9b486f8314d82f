import Foundation

/// Which of a report's scopes are one account and region.
///
/// An account that is reached in several ways, with a role and without one, lists each of its
/// deployments in several scopes. Counted in each, they would falsify every figure.
struct ReportAccounts: Sendable {
  /// What makes a deployment itself, whichever way it is read.
  private struct Identity: Hashable {
    var region: String
    var id: String
    var createdAt: Date
    var application: String

    init(_ reported: ReportedDeployment) {
      region = reported.scope.region
      id = reported.deployment.id
      createdAt = reported.deployment.createdAt
      application = reported.deployment.application
    }
  }

  /// The account that a scope's deployments say they are in.
  private struct Account: Hashable {
    var region: String
    var id: String
  }

  /// The deployments, each once, in the scope that stands for its account.
  let deployments: [ReportedDeployment]
  /// By scope, another scope of the same account; none for a scope that stands for its account.
  private let others: [AWSScope: AWSScope]

  init(_ seen: [ReportedDeployment]) {
    let same = Dictionary(grouping: seen, by: Identity.init)
    var others: [AWSScope: AWSScope] = [:]
    for copies in same.values where copies.count > 1 {
      Self.join(copies.map(\.scope), &others)
    }
    let known = seen.compactMap { reported in
      (reported.scope.accountID ?? reported.accountID).map {
        (Account(region: reported.scope.region, id: $0), reported.scope)
      }
    }
    for scopes in Dictionary(grouping: known, by: \.0).values {
      Self.join(Array(Set(scopes.map(\.1))), &others)
    }
    self.others = others
    deployments = same.values.map { copies in
      var one = Self.merged(copies)
      one.scope = Self.standing(for: one.scope, others)
      return one
    }
  }

  /// The scope that stands for a scope's account: the smallest.
  func scope(_ scope: AWSScope) -> AWSScope { Self.standing(for: scope, others) }

  private static func join(_ scopes: [AWSScope], _ others: inout [AWSScope: AWSScope]) {
    for scope in scopes.dropFirst() {
      let one = standing(for: scopes[0], others)
      let other = standing(for: scope, others)
      if one != other { others[max(one, other)] = min(one, other) }
    }
  }

  private static func standing(for scope: AWSScope, _ others: [AWSScope: AWSScope]) -> AWSScope {
    var scope = scope
    // Each step leads to a smaller scope.
    while let other = others[scope] { scope = other }
    return scope
  }

  /// What all ways of reading a deployment know of it: its end from a way that saw the end.
  private static func merged(_ copies: [ReportedDeployment]) -> ReportedDeployment {
    let sorted = copies.sorted {
      ($0.outcome == .inFlight ? 1 : 0, $0.wasObserved ? 0 : 1, $0.scope)
        < ($1.outcome == .inFlight ? 1 : 0, $1.wasObserved ? 0 : 1, $1.scope)
    }
    return sorted.dropFirst().reduce(sorted[0]) { one, other in
      var one = one
      one.deployer = one.deployer ?? other.deployer
      one.failure = one.failure ?? other.failure
      one.consoleURL = one.consoleURL ?? other.consoleURL
      one.accountName = one.accountName ?? other.accountName
      one.accountID = one.accountID ?? other.accountID
      one.wasObserved = one.wasObserved || other.wasObserved
      return one
    }
  }
}
