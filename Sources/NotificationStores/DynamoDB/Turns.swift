import CodeDeployNotifications

/// Lets one task of this process at a time write to a deployment: several outcomes of one deployment
/// would else be each other's conflicts.
actor Turns {
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

/// Runs `body` for each of these, so many side by side.
func sideBySide<Input: Sendable, Output: Sendable>(
  _ inputs: [Input], _ body: @escaping @Sendable (Input) async throws -> Output
) async throws -> [Output] {
  try await withThrowingTaskGroup(of: (Int, Output).self) { group in
    var outputs: [(Int, Output)] = []
    var rest = inputs.enumerated().makeIterator()
    func startNext() {
      guard let (index, input) = rest.next() else { return }
      group.addTask { (index, try await body(input)) }
    }
    for _ in 0..<16 { startNext() }
    while let output = try await group.next() {
      outputs.append(output)
      startNext()
    }
    return outputs.sorted { $0.0 < $1.0 }.map(\.1)
  }
}
