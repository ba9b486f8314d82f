import Foundation

/// Reads each key once for all who ask while it is being read and for a while after. A read goes on
/// while anybody waits for it, whoever asked first, and is cancelled when nobody does.
package actor SharedReads<Key: Hashable & Sendable, Value: Sendable> {
  private struct Read {
    var task: Task<Value, any Error>
    var begun: Date
    var waiting = 0
    var isOver = false
  }

  private let lifetime: TimeInterval
  private let now: @Sendable () -> Date
  private let keeps: @Sendable (any Error) -> Bool
  private var reads: [Key: Read] = [:]

  /// - Parameters:
  ///   - lifetime: How long a read serves from its beginning, in seconds.
  ///   - keeps: Whether a failure serves as a value does; what isn't kept is read anew.
  package init(
    lifetime: TimeInterval, now: @escaping @Sendable () -> Date = { Date() },
    keeping keeps: @escaping @Sendable (any Error) -> Bool = { _ in false }
  ) {
    self.lifetime = lifetime
    self.now = now
    self.keeps = keeps
  }

  /// What was read of `key`. Throws what the read throws, and `CancellationError` at once when the
  /// calling task is cancelled.
  package func value(
    of key: Key, _ read: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let now = now()
    reads = reads.filter { _, read in
      read.waiting > 0 || abs(now.timeIntervalSince(read.begun)) < lifetime
    }
    var shared = reads[key] ?? Read(task: Task { try await read() }, begun: now)
    let task = shared.task
    shared.waiting += 1
    reads[key] = shared
    let result = await Self.result(of: task)
    leave(key, task, result)
    guard let result else { throw CancellationError() }
    return try result.get()
  }

  /// How many wait for `key`.
  func waiting(for key: Key) -> Int { reads[key]?.waiting ?? 0 }

  /// One waits no longer. Without a result, that one was cancelled.
  private func leave(
    _ key: Key, _ task: Task<Value, any Error>, _ result: Result<Value, any Error>?
  ) {
    // A read that nobody waits for any more may have made room for the next of its key.
    guard var shared = reads[key], shared.task == task else { return }
    shared.waiting -= 1
    shared.isOver = shared.isOver || result != nil
    if case .failure(let error) = result, !keeps(error) {
      reads[key] = nil
    } else if shared.waiting == 0, !shared.isOver {
      task.cancel()
      reads[key] = nil
    } else {
      reads[key] = shared
    }
  }

  /// A read's result, as soon as it is there; `nil` as soon as the calling task is cancelled.
  private static func result(
    of task: Task<Value, any Error>
  ) async -> Result<Value, any Error>? {
    let (results, continuation) = AsyncStream<Result<Value, any Error>>.makeStream()
    Task {
      continuation.yield(await task.result)
      continuation.finish()
    }
    for await result in results { return result }
    return nil
  }
}
