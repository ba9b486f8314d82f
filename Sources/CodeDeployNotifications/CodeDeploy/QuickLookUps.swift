import Foundation
import Synchronization

/// The time that a message's look-ups of whom to mention have together: a message is worth more
/// than its mentions.
package struct LookUpLimit: Sendable {
  /// Returns when the time is over, or when the calling task is cancelled.
  let pass: @Sendable () async -> Void

  package init(pass: @escaping @Sendable () async -> Void) { self.pass = pass }

  /// Two seconds from now; less where an exchange with the provider has little time.
  package static func from(timeout: Duration) -> Self {
    let end = ContinuousClock.now + min(.seconds(2), timeout / 4)
    return Self { try? await Task.sleep(until: end, clock: .continuous) }
  }
}

/// What a cycle knows about its sources of deployers: which needn't be asked again.
package final class LookUpMemory: Sendable {
  private struct Source {
    /// How many look-ups had an answer, be it a failure.
    var answers = 0
    var hangs = false
    var failed: Set<DeploymentKey> = []
  }

  private let sources = Mutex<[UUID: Source]>([:])

  package init() {}

  /// How many answers the source has given; `nil` where it isn't asked for the deployment.
  func begin(_ source: UUID, _ deployment: DeploymentKey) -> Int? {
    sources.withLock { sources in
      let state = sources[source, default: Source()]
      return state.hangs || state.failed.contains(deployment) ? nil : state.answers
    }
  }

  func noteAnswer(_ source: UUID) {
    sources.withLock { $0[source, default: Source()].answers += 1 }
  }

  func noteFailure(_ source: UUID, _ deployment: DeploymentKey) {
    sources.withLock { sources in
      sources[source, default: Source()].answers += 1
      sources[source]?.failed.insert(deployment)
    }
  }

  /// Notes that a look-up took too long. The source hangs if it answered nothing meanwhile;
  /// otherwise it was busy, and has time for others.
  func noteTimeout(_ source: UUID, _ deployment: DeploymentKey, since answers: Int) {
    sources.withLock { sources in
      sources[source, default: Source()].failed.insert(deployment)
      if sources[source]?.answers == answers { sources[source]?.hangs = true }
    }
  }
}

/// Look-ups of whom a message mentions. They never ask to wait, have little time, and ask no
/// source again in a cycle that was in vain.
package final class QuickLookUps: Sendable {
  private let memory: LookUpMemory
  private let limit: LookUpLimit
  private let isOver = Atomic(false)

  package init(memory: LookUpMemory = LookUpMemory(), limit: LookUpLimit) {
    self.memory = memory
    self.limit = limit
  }

  /// What a source finds for a deployment; `nil` where it finds nothing, fails or takes too long.
  func found<Value: Sendable>(
    by source: UUID, for deployment: DeploymentKey,
    _ find: @escaping @Sendable () async throws -> Value?
  ) async throws -> Value? {
    guard !isOver.load(ordering: .relaxed), let answers = memory.begin(source, deployment)
    else { return nil }
    do {
      let found = try await firstResult(of: find, before: limit.pass)
      if let found {
        memory.noteAnswer(source)
        return found
      }
      isOver.store(true, ordering: .relaxed)
      memory.noteTimeout(source, deployment, since: answers)
    } catch is DeliveryFailure {
      memory.noteFailure(source, deployment)
    }
    return nil
  }
}
