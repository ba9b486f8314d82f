import CCurl
import Synchronization

/// Passes work from the callers' threads to the engine's, and wakes it.
final class LoopInbox: Sendable {
  /// What the loop takes at once.
  struct Contents: Sendable {
    var submissions: [Submission] = []
    var cancellations: [any Claim] = []
    var isClosed = false
  }

  private struct State {
    var contents = Contents()
    /// `nil` once the loop is about to free the handle.
    var waker: Waker?
  }

  private let state: Mutex<State>
  private let loop = RunningWork()

  init(waker: Waker) {
    state = Mutex(State(waker: waker))
    loop.begin()
  }

  /// Submits a transfer. Returns false where the inbox is closed and the submission wasn't taken.
  func submit(_ submission: Submission) -> Bool {
    put { $0.submissions.append(submission) }
  }

  /// Tells the loop to drop the transfer of a settled claim. A claim that isn't submitted yet
  /// needn't be remembered here: the loop checks whether a claim is settled before it starts it.
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

  /// For the loop: everything since the last call.
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
  /// returns what was still inside.
  func retire() -> Contents {
    state.withLock { state in
      state.waker = nil
      state.contents.isClosed = true
      defer { state.contents.submissions = [] }
      return state.contents
    }
  }

  /// For the loop, as its last action.
  func announceEnd() { loop.end() }

  /// Returns when the loop has freed everything.
  func waitForEnd() async { await loop.waitForEnd() }
}

/// The multi handle as other threads may use it.
///
/// It is unchecked because it has a pointer. `curl_multi_wakeup` is the only call that libcurl
/// permits from any thread while the owner uses the handle. The inbox makes it while it holds its
/// lock, and forgets the handle under the same lock before the owner frees it.
struct Waker: @unchecked Sendable {
  fileprivate let multi: UnsafeMutableRawPointer

  init(_ multi: UnsafeMutableRawPointer) { self.multi = multi }

  fileprivate func wake() { _ = curl_multi_wakeup(multi) }

  /// For the thread that takes over the handle.
  var owned: UnsafeMutableRawPointer { multi }
}
