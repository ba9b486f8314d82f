import Dispatch
import Foundation
import Synchronization

/// Calls a function in a thread of its own, some values ahead of whoever takes them, so that one
/// processor reads and checks records while another stores them.
final class ReadAhead<Value: Sendable>: Sendable {
  /// How many values a part has. Each thread waits once for a part, not for each value.
  private static var partSize: Int { 64 }
  private static var partsAhead: Int { 2 }

  private struct State {
    var parts: [Part] = []
    /// What is left of the part that values are taken from; the next one is the last.
    var taken: [Value] = []
    /// How the function ended; thrown for each call after the last value.
    var end: Result<Void, any Error>?
    var isStopped = false
    var hasEnded = false
    /// Whoever waits for the thread's end.
    var waiting: CheckedContinuation<Void, Never>?
  }

  /// Values, and how the function ended behind them if it did.
  private struct Part: Sendable {
    var values: [Value]
    var end: Result<Void, any Error>?
  }

  private let state = Mutex(State())
  private let filled = DispatchSemaphore(value: 0)
  private let wanted = DispatchSemaphore(value: 0)

  /// - Parameter read: Returns `nil` after the last value.
  init(_ read: @escaping @Sendable () throws -> Value?) {
    for _ in 0..<Self.partsAhead { wanted.signal() }
    Thread { [self] in
      repeat { wanted.wait() } while fill(read)
      state.withLock { state in
        state.hasEnded = true
        return state.waiting
      }?.resume()
    }.start()
  }

  /// Reads a part. Returns whether there may be more to read.
  private func fill(_ read: () throws -> Value?) -> Bool {
    if state.withLock(\.isStopped) { return false }
    let part = Self.part(read)
    state.withLock { $0.parts.append(part) }
    filled.signal()
    return part.end == nil
  }

  /// The next value; `nil` after the last. Throws what the function threw, after the values before
  /// that.
  func next() throws -> Value? {
    if let value = state.withLock({ $0.taken.popLast() }) { return value }
    if let end = state.withLock(\.end) {
      try end.get()
      return nil
    }
    filled.wait()
    state.withLock { state in
      let part = state.parts.removeFirst()
      state.taken = part.values.reversed()
      state.end = part.end
    }
    wanted.signal()
    return try next()
  }

  /// Ends the thread, when the call of the function that is running has returned. Whoever takes no
  /// more values calls it once, so that nothing is read after that.
  func stop() async {
    state.withLock { $0.isStopped = true }
    wanted.signal()
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        state.waiting = continuation
        return state.hasEnded
      }
      if hasEnded { continuation.resume() }
    }
  }

  private static func part(_ read: () throws -> Value?) -> Part {
    var values: [Value] = []
    values.reserveCapacity(partSize)
    do {
      while values.count < partSize {
        guard let value = try read() else { return Part(values: values, end: .success(())) }
        values.append(value)
      }
      return Part(values: values)
    } catch {
      return Part(values: values, end: .failure(error))
    }
  }
}
