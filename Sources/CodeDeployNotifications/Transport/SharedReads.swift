import Foundation

/// Reads each key once for all who ask during the read or within `lifetime` after its start. A
/// failed read is repeated.
package actor SharedReads<Key: Hashable & Sendable, Value: Sendable> {
  private struct Read {
    var task: Task<Value, any Error>
    var begun: Date
  }

  private let lifetime: TimeInterval
  private let now: @Sendable () -> Date
  private var reads: [Key: Read] = [:]

  package init(lifetime: TimeInterval, now: @escaping @Sendable () -> Date) {
    self.lifetime = lifetime
    self.now = now
  }

  /// The value of `key`. Cancelling one caller cancels the read for all: they share the same
  /// deadline.
  package func value(
    of key: Key, _ read: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let now = now()
    reads = reads.filter { abs(now.timeIntervalSince($0.value.begun)) < lifetime }
    let task = reads[key]?.task ?? Task { try await read() }
    if reads[key] == nil { reads[key] = Read(task: task, begun: now) }
    do {
      return try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        task.cancel()
      }
    } catch {
      if reads[key]?.task == task { reads[key] = nil }
      throw error
    }
  }
}
