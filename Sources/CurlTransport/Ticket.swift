import Synchronization

/// The claim of one waiting caller on one answer. Whoever comes first, the answer, a cancellation
/// or the engine's end, settles it; what comes later changes nothing.
///
/// A cancellation can come before the caller has begun to wait. The ticket keeps it, so that the
/// caller finds it when it begins and the transfer never starts.
final class Ticket<Output: Sendable>: Claim {
  private enum State {
    case unused
    case waiting(CheckedContinuation<Output, any Error>)
    case settled
  }

  private let state = Mutex(State.unused)

  /// Begins to wait. False says that the ticket was settled before, and the caller told so.
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

/// A ticket, whatever its answer's type.
protocol Claim: AnyObject, Sendable {
  var isSettled: Bool { get }
  func fail(_ error: any Error)
}
