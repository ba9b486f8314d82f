import CodeDeployNotifications
import Foundation

/// Asks CodeDeploy about deployments until they have ended.
package struct DeploymentWait: Sendable {
  package typealias Found = WaitResult.Found

  private let ids: [String]
  private let scopes: [ScopeAccess]
  private let timeout: Duration
  private let source: @Sendable (ScopeAccess) -> DeploymentSource

  /// A wait for deployments of these ids that ends after `timeout` at the latest.
  package init(
    ids: [String], scopes: [ScopeAccess], timeout: Duration,
    source: @escaping @Sendable (ScopeAccess) -> DeploymentSource
  ) {
    self.ids = ids.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    self.scopes = scopes
    self.timeout = timeout
    self.source = source
  }

  /// The scopes in which a deployment can be, and how each is reached: the one that the user names,
  /// or those in which applications are registered.
  ///
  /// - Parameters:
  ///   - selection: The parts of the scope that the user named.
  ///   - region: The region of the environment, if the user named none.
  package static func scopes(
    _ selection: ScopeSelection, region: String?, registrations: [Registration]
  ) -> [ScopeAccess] {
    var scopes: [ScopeAccess] = []
    if let region = selection.region ?? region {
      scopes.append(
        ScopeAccess(
          AWSScope(
            region: region, profile: selection.profile ?? "", roleARN: selection.roleARN ?? "")))
    }
    for registration in registrations where selection.allows(registration.scope) {
      let access = registration.access
      if let index = scopes.firstIndex(where: { $0.scope == access.scope }) {
        scopes[index] = ScopeAccess(
          access.scope, amongExternalIDs: [scopes[index].externalID, access.externalID])
      } else if !access.scope.region.isEmpty {
        scopes.append(access)
      }
    }
    return scopes
  }

  /// The first and the longest interval between two requests.
  static let intervals: ClosedRange<Duration> = .seconds(2) ... .seconds(10)
  /// How often every scope has to say that it doesn't know an id: a new deployment may not be
  /// visible everywhere yet.
  static let patience = 3
  /// Each look may take at least this long, however little time is left.
  static let shortestLook = Duration.seconds(3)

  private struct State {
    var found: [String: Found] = [:]
    var unknown: Set<String> = []
    /// How often all scopes have said that they don't know an id.
    var misses: [String: Int] = [:]
    var failure: AWSFailure?

    func isInFlight(_ id: String) -> Bool {
      !unknown.contains(id) && !(found[id]?.deployment.status.isFinal ?? false)
    }
  }

  /// Waits. Calls `progress` after each look with the deployments in flight, and `ended` with those
  /// that have ended.
  package func run(
    progress: @Sendable ([Found]) -> Void = { _ in },
    ended: @Sendable ([Found]) async -> Void
  ) async -> WaitResult {
    let end = ContinuousClock.now + timeout
    var state = State()
    var interval = Self.intervals.lowerBound
    while true {
      let pending = ids.filter(state.isInFlight)
      await look(for: pending, &state, until: max(end, .now + Self.shortestLook))
      let news = pending.compactMap { state.found[$0] }.filter(\.deployment.status.isFinal)
      if !news.isEmpty { await ended(news) }
      let left = ids.filter(state.isInFlight)
      if left.isEmpty || Task.isCancelled || isHopeless(state) { break }
      progress(left.compactMap { state.found[$0] })
      let rest = end - ContinuousClock.now
      guard rest > .zero else { break }
      do { try await Task.sleep(for: min(interval, rest)) } catch { break }
      interval = min(interval * 1.3, Self.intervals.upperBound)
    }
    return result(state)
  }

  /// Whether waiting longer is pointless: there are no credentials, or AWS rejects them or denies
  /// access.
  private func isHopeless(_ state: State) -> Bool {
    guard state.found.isEmpty, let failure = state.failure else { return false }
    return [.noCredentials, .credentialsRefused, .accessDenied].contains(failure.kind)
  }

  private func look(
    for pending: [String], _ state: inout State, until end: ContinuousClock.Instant
  ) async {
    state.failure = nil
    var answers: [String: Int] = [:]
    for access in scopes {
      let asked = pending.filter { state.found[$0].map { $0.access == access } ?? true }
      for batch in asked.parts(of: DeploymentSource.batchLimit) {
        switch await ask(access, batch, until: end) {
        case .success(let deployments):
          for deployment in deployments {
            state.found[deployment.id] = Found(access: access, deployment: deployment)
          }
          for id in batch { answers[id, default: 0] += 1 }
        case .failure(.interrupted): return
        case .failure(.aws(let failure)): state.failure = failure
        }
      }
    }
    for id in pending where state.found[id] == nil && answers[id] == scopes.count {
      state.misses[id, default: 0] += 1
      if state.misses[id, default: 0] >= Self.patience { state.unknown.insert(id) }
    }
  }

  private func ask(
    _ access: ScopeAccess, _ batch: [String], until end: ContinuousClock.Instant
  ) async -> Result<[Deployment], SourceFailure> {
    do {
      let deployments = try await firstResult { [source] in
        try await source(access).deployments(batch)
      } before: {
        try? await Task.sleep(until: end, clock: .continuous)
      }
      guard let deployments else {
        throw AWSFailure(
          .unreachable,
          "CodeDeploy in \(access.scope.label) didn't answer within the time that was left.")
      }
      return .success(deployments)
    } catch { return .failure(SourceFailure(error)) }
  }

  private func result(_ state: State) -> WaitResult {
    var result = WaitResult()
    result.found = ids.compactMap { state.found[$0] }
    // If there is no time for more looks, the last answer counts.
    let unknown = state.unknown.union(state.misses.keys)
    result.unknown = ids.filter { state.found[$0] == nil && unknown.contains($0) }
    result.unanswered = ids.filter { state.found[$0] == nil && !unknown.contains($0) }
    result.failure = state.failure
    result.wasStopped = Task.isCancelled
    return result
  }
}
