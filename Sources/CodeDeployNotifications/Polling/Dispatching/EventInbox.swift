import Synchronization

/// Events from any number of writers for one reader. The reader takes all that are there at once,
/// so that events that come together are handled together.
///
/// Cancelling the reader's task doesn't end its wait. Whoever wants to wake it has to put an event.
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

  /// Waits for at least one event and returns all of them, in order.
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
