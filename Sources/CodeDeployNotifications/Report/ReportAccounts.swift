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
    for scopes in Self.accounts(of: seen).values { Self.join(scopes, &others) }
    self.others = others
    // In the order in which they were read, so that the same store makes the same page.
    var listed: Set<Identity> = []
    deployments = seen.map(Identity.init).filter { listed.insert($0).inserted }.map { identity in
      var one = Self.merged(same[identity] ?? [])
      one.scope = Self.standing(for: one.scope, others)
      return one
    }
  }

  /// The scopes of each account. A scope whose credentials moved to another account has several, and
  /// joins none: both accounts would become one.
  private static func accounts(of seen: [ReportedDeployment]) -> [Account: [AWSScope]] {
    var ids: [AWSScope: Set<String>] = [:]
    for reported in seen {
      guard let id = reported.scope.accountID ?? reported.accountID else { continue }
      ids[reported.scope, default: []].insert(id)
    }
    var accounts: [Account: [AWSScope]] = [:]
    for (scope, ids) in ids where ids.count == 1 {
      for id in ids { accounts[Account(region: scope.region, id: id), default: []].append(scope) }
    }
    return accounts
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
