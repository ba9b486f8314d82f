extension CycleClock {
  /// Runs `body`, and cancels it after `limit`. Returns what `body` returns then.
  func limit<Value: Sendable>(
    to limit: Duration, _ body: @escaping @Sendable () async -> Value
  ) async -> Value {
    await withTaskGroup(of: Void.self) { group in
      let work = Task(operation: body)
      group.addTask {
        try? await sleep(limit)
        work.cancel()
      }
      let value = await withTaskCancellationHandler {
        await work.value
      } onCancel: {
        work.cancel()
      }
      group.cancelAll()
      return value
    }
  }
}
