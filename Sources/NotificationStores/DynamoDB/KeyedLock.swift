import CodeDeployNotifications

/// A lock for each deployment, within this process. Without it, concurrent outcomes of one
/// deployment would conflict with each other.
actor KeyedLock {
  private var waiting: [DeploymentKey: [CheckedContinuation<Void, Never>]] = [:]

  func take<Value: Sendable>(
    _ key: DeploymentKey, _ body: @Sendable () async throws -> Value
  ) async rethrows -> Value {
    if waiting[key] == nil {
      waiting[key] = []
    } else {
      await withCheckedContinuation { waiting[key]?.append($0) }
    }
    defer { pass(key) }
    return try await body()
  }

  private func pass(_ key: DeploymentKey) {
    if waiting[key]?.isEmpty ?? true {
      waiting[key] = nil
    } else {
      waiting[key]?.removeFirst().resume()
    }
  }
}
