/// What `body` returns, unless `pass` returns before it; then `nil`. The one that is left is
/// cancelled.
///
/// Throws what `body` throws, and `CancellationError` where the calling task is cancelled first.
package func firstResult<Value: Sendable>(
  of body: @escaping @Sendable () async throws -> Value,
  before pass: @escaping @Sendable () async -> Void
) async throws -> Value? {
  try await withThrowingTaskGroup(of: Value?.self) { group in
    group.addTask { try await body() }
    group.addTask {
      await pass()
      return nil
    }
    defer { group.cancelAll() }
    let first = try await group.next() ?? nil
    if first == nil { try Task.checkCancellation() }
    return first
  }
}
