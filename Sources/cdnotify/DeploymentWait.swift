import CodeDeployNotifications
import Foundation

/// Asks CodeDeploy for deployments until they have ended.
struct DeploymentWait: Sendable {
  /// Where a deployment may be.
  struct Place: Sendable, Hashable {
    var scope: AWSScope
    var externalID: String?
  }

  /// A deployment and where it was found.
  struct Found: Sendable {
    var place: Place
    var deployment: Deployment
  }

  /// What the waiting came to.
  struct Result: Sendable {
    /// In the order that they were named in, as they were last seen.
    var found: [Found] = []
    /// Those that no place knows.
    var unknown: [String] = []
    /// Those that were never found, nor known to be nowhere.
    var unanswered: [String] = []
    /// What AWS last said instead of an answer, unless it has answered since.
    var failure: (any Error)?
    var wasStopped = false

    var hasEnded: Bool { found.allSatisfy(\.deployment.status.isFinal) && unanswered.isEmpty }
  }

  let ids: [String]
  let scopes: [Place]
  let timeout: Duration
  let source: @Sendable (Place) -> DeploymentSource

  /// Between two looks, at first and at the most.
  static let intervals: ClosedRange<Duration> = .seconds(2) ... .seconds(10)
  /// A deployment that was made this moment may not be known everywhere yet.
  static let patience = 3

  private struct State {
    var found: [String: Found] = [:]
    var unknown: Set<String> = []
    /// How often every place has said that it doesn't know an id.
    var misses: [String: Int] = [:]
    var failure: (any Error)?

    func isOpen(_ id: String) -> Bool {
      !unknown.contains(id) && !(found[id]?.deployment.status.isFinal ?? false)
    }
  }

  func run(
    progress: @Sendable ([Found]) -> Void, ended: @Sendable ([Found]) async -> Void
  ) async -> Result {
    let end = ContinuousClock.now + timeout
    var state = State()
    var interval = Self.intervals.lowerBound
    while true {
      let open = ids.filter(state.isOpen)
      await look(for: open, &state)
      let news = open.compactMap { state.found[$0] }.filter(\.deployment.status.isFinal)
      if !news.isEmpty { await ended(news) }
      let left = ids.filter(state.isOpen)
      if left.isEmpty || Task.isCancelled || isHopeless(state) { break }
      progress(left.compactMap { state.found[$0] })
      let rest = end - ContinuousClock.now
      guard rest > .zero else { break }
      do { try await Task.sleep(for: min(interval, rest)) } catch { break }
      interval = min(interval * 1.3, Self.intervals.upperBound)
    }
    return result(state)
  }

  /// Whether no later answer can be another: without credentials, or with wrong ones.
  private func isHopeless(_ state: State) -> Bool {
    guard state.found.isEmpty, let failure = state.failure as? AWSFailure else { return false }
    return [.noCredentials, .credentialsRefused, .accessDenied].contains(failure.kind)
  }

  private func look(for open: [String], _ state: inout State) async {
    state.failure = nil
    var answers: [String: Int] = [:]
    for place in scopes {
      let asked = open.filter { state.found[$0].map { $0.place == place } ?? true }
      for start in stride(from: 0, to: asked.count, by: DeploymentSource.batchLimit) {
        let batch = Array(asked[start..<min(start + DeploymentSource.batchLimit, asked.count)])
        switch await ask(place, batch) {
        case .success(let deployments):
          for deployment in deployments {
            state.found[deployment.id] = Found(place: place, deployment: deployment)
          }
          for id in batch { answers[id, default: 0] += 1 }
        case .failure(let error):
          if error is CancellationError { return }
          state.failure = error
        }
      }
    }
    for id in open where state.found[id] == nil && answers[id] == scopes.count {
      state.misses[id, default: 0] += 1
      if state.misses[id, default: 0] >= Self.patience { state.unknown.insert(id) }
    }
  }

  private func ask(
    _ place: Place, _ batch: [String]
  ) async -> Swift.Result<[Deployment], any Error> {
    do { return .success(try await source(place).deployments(batch)) } catch {
      return .failure(error)
    }
  }

  private func result(_ state: State) -> Result {
    var result = Result()
    result.found = ids.compactMap { state.found[$0] }
    // Without time for more looks, what the last one said holds.
    let unknown = state.unknown.union(state.misses.keys)
    result.unknown = ids.filter { state.found[$0] == nil && unknown.contains($0) }
    result.unanswered = ids.filter { state.found[$0] == nil && !unknown.contains($0) }
    result.failure = state.failure
    result.wasStopped = Task.isCancelled
    return result
  }
}
