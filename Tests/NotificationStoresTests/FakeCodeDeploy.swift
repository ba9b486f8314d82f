import CodeDeployNotifications
import Foundation
import Synchronization

/// CodeDeploy as far as a cycle asks it, with a log of what it was asked.
final class FakeCodeDeploy: Sendable {
  private struct State {
    var deployments: [String: Deployment] = [:]
    var pageSize = 100
    var failingPage: Int?
    var failsBatches = false
    var gate: Gate?
    var leftOut: Set<String> = []
    var event: (@Sendable () async throws -> Void)?
    var listings: [ListingFilter] = []
    var batches: [[String]] = []
  }

  private let state = Mutex(State())

  /// What a request that fails is answered.
  static let failure = AWSFailure(.throttled, "CodeDeploy said no")

  /// Takes these deployments, in the place of older looks at them.
  func put(_ deployments: Deployment...) { put(deployments) }

  func put(_ deployments: [Deployment]) {
    state.withLock { state in
      for deployment in deployments { state.deployments[deployment.id] = deployment }
    }
  }

  /// The listing's page, counted from 0, that fails; `nil` for none.
  func failPage(_ number: Int?) { state.withLock { $0.failingPage = number } }
  func failBatches(_ fails: Bool) { state.withLock { $0.failsBatches = fails } }
  /// Keeps every listing waiting until the gate is open.
  func hold(at gate: Gate) { state.withLock { $0.gate = gate } }
  /// What happens while the next listing is under way.
  func meanwhile(_ event: @escaping @Sendable () async throws -> Void) {
    state.withLock { $0.event = event }
  }
  /// Ids that batches leave out of their answers.
  func leaveOut(_ ids: Set<String>) { state.withLock { $0.leftOut = ids } }

  /// The filter of each page that was listed, and the size of each batch.
  var listings: [ListingFilter] { state.withLock { $0.listings } }
  var batches: [Int] { state.withLock { $0.batches.map(\.count).sorted() } }

  func forgetRequests() {
    state.withLock {
      $0.listings = []
      $0.batches = []
    }
  }

  var source: DeploymentSource {
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
      applications: { Set($0) },
      requestCount: { self.state.withLock { $0.listings.count + $0.batches.count } })
  }

  private func page(_ filter: ListingFilter, _ token: String?) throws -> ListingPage {
    try state.withLock { state in
      state.listings.append(filter)
      let number = token.flatMap { Int($0) } ?? 0
      if number == state.failingPage { throw Self.failure }
      let ids = state.deployments.values.filter { deployment in
        deployment.createdAt >= filter.createdSince ?? .distantPast
          && (filter.statuses.isEmpty || filter.statuses.contains(deployment.status))
      }.map(\.id).sorted().dropFirst(number * state.pageSize)
      let isLast = ids.count <= state.pageSize
      return ListingPage(
        ids: Array(ids.prefix(state.pageSize)), nextToken: isLast ? nil : "\(number + 1)")
    }
  }

  private func batch(_ ids: [String]) throws -> [Deployment] {
    try state.withLock { state in
      state.batches.append(ids)
      if state.failsBatches { throw Self.failure }
      return ids.filter { !state.leftOut.contains($0) }.compactMap { state.deployments[$0] }
    }
  }
}
