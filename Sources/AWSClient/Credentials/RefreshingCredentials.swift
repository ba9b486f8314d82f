import CodeDeployNotifications
import Foundation
import Synchronization

/// Credentials that are loaded when they are first needed, and again shortly before they expire.
///
/// Of several callers one loads, in its own task, and the others wait for the result. If that task
/// is cancelled, its load ends, and one of the others loads instead.
///
/// It isn't built on `SharedReads`, which keeps a value for a fixed time: how long credentials are
/// kept depends on the credentials, and a refusal or a failed renewal changes it.
final class RefreshingCredentials: Sendable {
  /// Credentials that end sooner than this are renewed: a request must still be valid when it
  /// arrives, and a slow token service needs time for retries.
  static let margin: TimeInterval = 5 * 60

  private enum Turn: Sendable {
    case load
    case settled(Result<AWSCredentials, any Error>)
  }

  private struct State {
    var current: AWSCredentials?
    var isLoading = false
    var waiting: [(id: Int, continuation: CheckedContinuation<Turn, any Error>)] = []
    var nextID = 0
  }

  private let state = Mutex(State())
  private let now: @Sendable () -> Date
  private let load: @Sendable () async throws -> AWSCredentials

  init(
    now: @escaping @Sendable () -> Date,
    load: @escaping @Sendable () async throws -> AWSCredentials
  ) {
    self.now = now
    self.load = load
  }

  /// Credentials that are valid for the next request.
  func credentials() async throws -> AWSCredentials {
    switch try await turn() {
    case .settled(let result): return try result.get()
    case .load:
      do {
        let loaded = try await load()
        settle(.success(loaded))
        return loaded
      } catch {
        if error is CancellationError || Task.isCancelled {
          passOn()
          throw error
        }
        // Credentials that are still valid are used while their renewal fails.
        if let current = state.withLock({ $0.current }), isValid(current, for: 0) {
          settle(.success(current))
          return current
        }
        settle(.failure(error))
        throw error
      }
    }
  }

  /// Forgets credentials that AWS rejected, unless they have been replaced already.
  func drop(_ refused: AWSCredentials) {
    state.withLock { state in
      if let current = state.current, current.accessKeyID == refused.accessKeyID,
        current.sessionToken == refused.sessionToken
      {
        state.current = nil
      }
    }
  }

  private func isValid(_ credentials: AWSCredentials, for margin: TimeInterval) -> Bool {
    guard let expiration = credentials.expiration else { return true }
    return expiration.timeIntervalSince(now()) > margin
  }

  /// Whether this caller loads, or what another one loaded.
  private func turn() async throws -> Turn {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let turn: Result<Turn, any Error>? = state.withLock { state in
          // The flag is set before the handler below runs, so that no cancellation is missed.
          if Task.isCancelled { return .failure(CancellationError()) }
          if let current = state.current, isValid(current, for: Self.margin) {
            return .success(.settled(.success(current)))
          }
          if !state.isLoading {
            state.isLoading = true
            return .success(.load)
          }
          state.waiting.append((id, continuation))
          return nil
        }
        if let turn { continuation.resume(with: turn) }
      }
    } onCancel: {
      let continuation = state.withLock { state in
        state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0).continuation }
      }
      continuation?.resume(throwing: CancellationError())
    }
  }

  private func settle(_ result: Result<AWSCredentials, any Error>) {
    let waiting = state.withLock { state in
      if case .success(let credentials) = result { state.current = credentials }
      state.isLoading = false
      defer { state.waiting = [] }
      return state.waiting
    }
    for waiter in waiting { waiter.continuation.resume(returning: .settled(result)) }
  }

  /// Passes the load to the next waiting caller.
  private func passOn() {
    let next = state.withLock { state in
      guard !state.waiting.isEmpty else {
        state.isLoading = false
        return nil as CheckedContinuation<Turn, any Error>?
      }
      return state.waiting.removeFirst().continuation
    }
    next?.resume(returning: .load)
  }
}
