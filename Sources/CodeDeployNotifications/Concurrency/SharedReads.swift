import Foundation

/// Reads each key once for all who ask during the read or within `lifetime` after its start. A read
/// continues while any caller waits for it, even if the first one has left, and is cancelled when
/// none does.
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
  ///   - lifetime: How long a read's result is used, in seconds from the read's start.
  ///   - keeps: Whether a failure is kept as a value is. After any other failure the key is read
  ///     again.
  package init(
    lifetime: TimeInterval, now: @escaping @Sendable () -> Date = { Date() },
    keeping keeps: @escaping @Sendable (any Error) -> Bool = { _ in false }
  ) {
    self.lifetime = lifetime
    self.now = now
    self.keeps = keeps
  }

  /// The value of `key`. Throws the read's error, and `CancellationError` as soon as the calling
  /// task is cancelled.
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

  /// The value of `key` if it was read before, and is still used; never waits for a read.
  package func remembered(_ key: Key) async -> Value? {
    guard let read = reads[key], read.isOver,
      abs(now().timeIntervalSince(read.begun)) < lifetime
    else { return nil }
    return try? await read.task.value
  }

  /// How many callers wait for `key`.
  func waiting(for key: Key) -> Int { reads[key]?.waiting ?? 0 }

  /// Notes that a caller doesn't wait any more. Without a result, that caller was cancelled.
  private func leave(
    _ key: Key, _ task: Task<Value, any Error>, _ result: Result<Value, any Error>?
  ) {
    // The read may have been dropped already, or replaced by a later one of the same key.
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

  /// The read's result when it has ended; `nil` as soon as the calling task is cancelled.
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
