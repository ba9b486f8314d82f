import Foundation
import Synchronization

/// Makes tasks wait until it is open.
package final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var waiting: [UUID: CheckedContinuation<Void, any Error>] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  package func open() {
    let waiting = state.withLock { state in
      defer { state.waiting = [:] }
      state.isOpen = true
      return state.waiting.values
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Throws `CancellationError` when the waiting task is cancelled.
  package func pass() async throws {
    let id = UUID()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { wait($0, id) }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: id) }?
        .resume(throwing: CancellationError())
    }
  }

  private func wait(_ continuation: CheckedContinuation<Void, any Error>, _ id: UUID) {
    let result: Result<Void, any Error>? = state.withLock { state in
      if state.isOpen { return .success(()) }
      // The cancellation came before the task had begun to wait.
      if Task.isCancelled { return .failure(CancellationError()) }
      state.waiting[id] = continuation
      return nil
    }
    if let result { continuation.resume(with: result) }
  }
}
