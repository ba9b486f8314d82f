/// Runs `body` to its end, even if the calling task is cancelled, and waits for it. So outcomes are
/// still recorded, and work that has begun ends properly.
package func uncancelled<Value: Sendable, Failure: Error>(
  _ body: @escaping @Sendable () async throws(Failure) -> Value
) async throws(Failure) -> Value {
  let task = Task { () async -> Result<Value, Failure> in
    do throws(Failure) { return .success(try await body()) } catch { return .failure(error) }
  }
  return try await task.value.get()
}
