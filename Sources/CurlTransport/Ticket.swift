import Synchronization

/// One waiting caller's claim on one answer. The first of the answer, a cancellation and the
/// engine's end settles it; later ones have no effect.
///
/// A cancellation can come before the caller has begun to wait. The ticket remembers it, so that
/// the caller is told when it begins to wait and the transfer never starts.
final class Ticket<Output: Sendable>: Claim {
  private enum State {
    case unused
    case waiting(CheckedContinuation<Output, any Error>)
    case settled
  }

  private let state = Mutex(State.unused)

  /// Begins to wait. Returns false where the ticket was settled before; the caller has been told
  /// then.
  func wait(_ continuation: CheckedContinuation<Output, any Error>) -> Bool {
    let begun = state.withLock { state in
      guard case .unused = state else { return false }
      state = .waiting(continuation)
      return true
    }
    if !begun { continuation.resume(throwing: CancellationError()) }
    return begun
  }

  func settle(_ result: Result<Output, any Error>) {
    let continuation = state.withLock { state in
      defer { state = .settled }
      guard case .waiting(let continuation) = state else {
        return nil as CheckedContinuation<Output, any Error>?
      }
      return continuation
    }
    continuation?.resume(with: result)
  }

  func fail(_ error: any Error) { settle(.failure(error)) }

  var isSettled: Bool {
    state.withLock { state in
      guard case .settled = state else { return false }
      return true
    }
  }
}

/// A ticket without the type of its answer.
protocol Claim: AnyObject, Sendable {
  var isSettled: Bool { get }
  func fail(_ error: any Error)
}
