/// Runs `body` for each of these, a limited number of them concurrently.
func concurrentMap<Input: Sendable, Output: Sendable>(
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
