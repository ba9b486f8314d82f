/// Runs `body` for each input, at most `limit` at a time, and passes each output to `receive` as
/// soon as it is there. Returns when every call of `body` has ended.
/// - Parameter receive: May remove inputs from `waiting`, for which `body` hasn't begun. An error
///   that it throws cancels the running calls of `body`, and is thrown when they have ended.
package func concurrentForEach<Input: Sendable, Output: Sendable, Failure: Error>(
  _ inputs: some Sequence<Input>, atOnce limit: Int,
  _ body: @escaping @Sendable (Input) async -> Output,
  receive: (Output, _ waiting: inout [Input]) throws(Failure) -> Void
) async throws(Failure) {
  let failure = await withTaskGroup(of: Output.self) { group -> Failure? in
    // The next input is the last element, because removing the last element is cheap.
    var waiting = Array(inputs.reversed())
    var failure: Failure?
    for input in waiting.suffix(limit).reversed() { group.addTask { await body(input) } }
    waiting.removeLast(min(limit, waiting.count))
    while let output = await group.next() {
      guard failure == nil else { continue }
      do throws(Failure) { try receive(output, &waiting) } catch {
        failure = error
        waiting = []
        group.cancelAll()
      }
      if let input = waiting.popLast() { group.addTask { await body(input) } }
    }
    return failure
  }
  if let failure { throw failure }
}

/// The outputs of `body`, in the order of the inputs. At most `limit` calls run at a time. The
/// first error cancels the running calls, and is thrown when they have ended.
package func concurrentMap<Input: Sendable, Output: Sendable, Failure: Error>(
  _ inputs: some Sequence<Input>, atOnce limit: Int = 16,
  _ body: @escaping @Sendable (Input) async throws(Failure) -> Output
) async throws(Failure) -> [Output] {
  typealias Ended = (index: Int, result: Result<Output, Failure>)
  var outputs: [(index: Int, output: Output)] = []
  try await concurrentForEach(inputs.enumerated(), atOnce: limit) { input -> Ended in
    do throws(Failure) { return (input.offset, .success(try await body(input.element))) } catch {
      return (input.offset, .failure(error))
    }
  } receive: { (ended, _) throws(Failure) in
    outputs.append((ended.index, try ended.result.get()))
  }
  return outputs.sorted { $0.index < $1.index }.map(\.output)
}
