/// Runs `body` to its end even where the calling task is cancelled, and waits for it: what has been
/// done is still recorded, and what was begun ends in order.
package func uncancelled<Value: Sendable, Failure: Error>(
  _ body: @escaping @Sendable () async throws(Failure) -> Value
) async throws(Failure) -> Value {
  let task = Task { () async -> Result<Value, Failure> in
    do throws(Failure) { return .success(try await body()) } catch { return .failure(error) }
  }
  return try await task.value.get()
}
