import Foundation

/// Reads each key once for all who ask while it is being read and for a while after. What failed
/// is read anew.
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

  /// What was read of `key`. All who wait give up together: they have the same time.
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
