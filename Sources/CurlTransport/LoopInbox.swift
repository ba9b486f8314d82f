import CCurl
import Synchronization

/// What passes between the callers' threads and the engine's: work in, and a wake-up with it.
final class LoopInbox: Sendable {
  /// What the loop finds when it looks.
  struct Contents: Sendable {
    var submissions: [Submission] = []
    var cancellations: [any Claim] = []
    var isClosed = false
  }

  private struct State {
    var contents = Contents()
    /// Gone once the loop is about to free it.
    var waker: Waker?
    var hasEnded = false
    var waitingForEnd: [CheckedContinuation<Void, Never>] = []
  }

  private let state: Mutex<State>

  init(waker: Waker) {
    state = Mutex(State(waker: waker))
  }

  /// False says that the inbox is closed and the submission was not taken.
  func submit(_ submission: Submission) -> Bool {
    put { $0.submissions.append(submission) }
  }

  /// Tells the loop to drop the transfer of a settled claim. One that isn't submitted yet needs
  /// no remembering here: the loop asks each claim whether it is settled before it starts it.
  func cancel(_ claim: any Claim) {
    _ = put { $0.cancellations.append(claim) }
  }

  func close() {
    _ = put { $0.isClosed = true }
  }

  private func put(_ change: (inout Contents) -> Void) -> Bool {
    state.withLock { state in
      guard !state.contents.isClosed, let waker = state.waker else { return false }
      change(&state.contents)
      waker.wake()
      return true
    }
  }

  /// For the loop: everything since the last time.
  func take() -> Contents {
    state.withLock { state in
      defer {
        state.contents.submissions = []
        state.contents.cancellations = []
      }
      return state.contents
    }
  }

  /// For the loop, before it frees the multi handle: closes the inbox, forgets the handle, and
  /// hands out what was still inside.
  func retire() -> Contents {
    state.withLock { state in
      state.waker = nil
      state.contents.isClosed = true
      defer { state.contents.submissions = [] }
      return state.contents
    }
  }

  /// For the loop, as its last act.
  func announceEnd() {
    let waiting = state.withLock { state in
      state.hasEnded = true
      defer { state.waitingForEnd = [] }
      return state.waitingForEnd
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Returns when the loop has freed everything.
  func waitForEnd() async {
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if !state.hasEnded { state.waitingForEnd.append(continuation) }
        return state.hasEnded
      }
      if hasEnded { continuation.resume() }
    }
  }
}

/// The multi handle as other threads may use it.
///
/// Unchecked, because it holds a pointer: `curl_multi_wakeup` is the one call that libcurl allows
/// from any thread while the owner works on the handle, and the inbox makes it under its lock
/// and forgets the handle under the same lock before the owner frees it.
struct Waker: @unchecked Sendable {
  fileprivate let multi: UnsafeMutableRawPointer

  init(_ multi: UnsafeMutableRawPointer) { self.multi = multi }

  fileprivate func wake() { _ = curl_multi_wakeup(multi) }

  /// For the thread that takes over the handle.
  var owned: UnsafeMutableRawPointer { multi }
}
