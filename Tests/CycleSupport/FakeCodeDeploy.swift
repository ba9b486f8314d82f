import CodeDeployNotifications
import Foundation
import Synchronization

/// A fake of CodeDeploy for a cycle, with a log of its requests.
package final class FakeCodeDeploy: Sendable {
  private struct State {
    var deployments: [String: Deployment] = [:]
    var pageSize = 100
    var failingPage: Int?
    /// How many batches are answered before the others fail; `nil` where none fails.
    var answeredBatches: Int?
    var gate: Gate?
    var leftOut: Set<String> = []
    var deniesAccount = false
    var deniedGroups: Set<String> = []
    var deletedApplications: Set<String> = []
    var failedTargets: [String: String] = [:]
    var targetGate: Gate?
    var event: (@Sendable () async throws -> Void)?
    var clockOffset: TimeInterval?
    var account: String?
    var listings: [ListingFilter] = []
    var batches: [[String]] = []
  }

  private let state = Mutex(State())

  package init() {}

  /// The answer to a request that fails.
  package static let failure = AWSFailure(.throttled, "CodeDeploy said no")

  /// Adds these deployments, replacing earlier states of them.
  package func put(_ deployments: Deployment...) { put(deployments) }

  package func put(_ deployments: [Deployment]) {
    state.withLock { state in
      for deployment in deployments { state.deployments[deployment.id] = deployment }
    }
  }

  /// Makes a page of the listing fail, counted from 0; `nil` for none.
  package func failPage(_ number: Int?) { state.withLock { $0.failingPage = number } }
  /// Makes batches fail, after a number of them that don't.
  package func failBatches(_ fails: Bool, after answered: Int = 0) {
    state.withLock { $0.answeredBatches = fails ? answered : nil }
  }
  /// Makes every listing wait until the gate is open.
  package func hold(at gate: Gate) { state.withLock { $0.gate = gate } }
  /// Sets the target on which a deployment failed.
  package func fail(_ deploymentID: String, on target: String) {
    state.withLock { $0.failedTargets[deploymentID] = target }
  }
  /// Makes every listing of targets wait until the gate is open.
  package func holdTargets(at gate: Gate) { state.withLock { $0.targetGate = gate } }
  /// Runs an event during the next listing.
  package func meanwhile(_ event: @escaping @Sendable () async throws -> Void) {
    state.withLock { $0.event = event }
  }
  package func setAccount(_ id: String) { state.withLock { $0.account = id } }
  /// Sets the difference between AWS's clock and the cycle's.
  package func setClock(_ offset: TimeInterval) { state.withLock { $0.clockOffset = offset } }
  /// Makes batches leave these ids out of their answers.
  package func leaveOut(_ ids: Set<String>) { state.withLock { $0.leftOut = ids } }

  /// Denies listing the whole account, and these groups.
  package func deny(account: Bool, groups: Set<String> = []) {
    state.withLock {
      $0.deniesAccount = account
      $0.deniedGroups = groups
    }
  }

  package func delete(_ application: String) {
    state.withLock { _ = $0.deletedApplications.insert(application) }
  }

  /// The filter of each page that was listed, and the size of each batch.
  package var listings: [ListingFilter] { state.withLock { $0.listings } }
  package var batches: [Int] { state.withLock { $0.batches.map(\.count).sorted() } }

  package func forgetRequests() {
    state.withLock {
      $0.listings = []
      $0.batches = []
    }
  }

  package var source: DeploymentSource {
    DeploymentSource(
      listPage: { filter, token in
        try await self.state.withLock(\.gate)?.pass()
        let event = self.state.withLock { state in
          defer { state.event = nil }
          return state.event
        }
        try await event?()
        return try self.page(filter, token)
      },
      deployments: { try self.batch($0) },
      groups: { try self.groups(of: $0) },
      applications: { Set($0) },
      requestCount: { self.state.withLock { $0.listings.count + $0.batches.count } },
      clockOffset: { self.state.withLock { $0.clockOffset } },
      accountID: { self.state.withLock { $0.account } }, details: details)
  }

  private var details: DetailSource {
    DetailSource(
      targetPage: { id, _, _ in
        try await self.state.withLock(\.targetGate)?.pass()
        return ListingPage(ids: self.state.withLock { [$0.failedTargets[id]].compactMap { $0 } })
      },
      targets: { _, ids in ids.map { DeploymentTarget(name: $0, status: "Failed") } },
      revision: { _, _ in nil })
  }

  private func page(_ filter: ListingFilter, _ token: String?) throws -> ListingPage {
    try state.withLock { state in
      state.listings.append(filter)
      let number = token.flatMap { Int($0) } ?? 0
      if number == state.failingPage { throw Self.failure }
      if filter.group.map({ state.deniedGroups.contains($0.group) }) ?? state.deniesAccount {
        throw AWSFailure(.accessDenied, "IAM said no")
      }
      let ids = state.deployments.values.filter { deployment in
        (filter.group.map {
          $0.application == deployment.application && $0.group == deployment.deploymentGroup
        } ?? true)
          && deployment.createdAt >= filter.createdSince ?? .distantPast
          && (filter.statuses.isEmpty || filter.statuses.contains(deployment.status))
      }.map(\.id).sorted().dropFirst(number * state.pageSize)
      let isLast = ids.count <= state.pageSize
      return ListingPage(
        ids: Array(ids.prefix(state.pageSize)), nextToken: isLast ? nil : "\(number + 1)")
    }
  }

  private func groups(of application: String) throws -> [String] {
    try state.withLock { state in
      if state.deletedApplications.contains(application) {
        var failure = AWSFailure(.refused, "no such application")
        failure.missing = .application
        throw failure
      }
      return
        Set(
          state.deployments.values.filter { $0.application == application }
            .compactMap(\.deploymentGroup)
        ).sorted()
    }
  }

  private func batch(_ ids: [String]) throws -> [Deployment] {
    try state.withLock { state in
      state.batches.append(ids)
      if let answered = state.answeredBatches, state.batches.count > answered { throw Self.failure }
      return ids.filter { !state.leftOut.contains($0) }.compactMap { state.deployments[$0] }
    }
  }
}
