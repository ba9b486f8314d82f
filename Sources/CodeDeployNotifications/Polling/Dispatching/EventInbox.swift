import Synchronization

/// Events for one reader, from any number of writers. The reader takes all that is there at once, so
/// that what comes together is worked on together.
///
/// Cancelling the reader's task doesn't end the wait: whoever has to be woken by it puts an event.
final class EventInbox<Event: Sendable>: Sendable {
  private struct State {
    var events: [Event] = []
    var reader: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  func put(_ event: Event) {
    let reader = state.withLock { state in
      state.events.append(event)
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }

  /// What is there, in its order; at least one.
  func next() async -> [Event] {
    await withCheckedContinuation { continuation in
      let isReady = state.withLock { state in
        if !state.events.isEmpty { return true }
        state.reader = continuation
        return false
      }
      if isReady { continuation.resume() }
    }
    return state.withLock { state in
      defer { state.events = [] }
      return state.events
    }
  }
}
