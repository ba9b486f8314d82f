import Synchronization
import Testing

@testable import CodeDeployNotifications

/// So many at a time, in order.
@Suite(.timeLimit(.minutes(10))) struct ConcurrentMapTests {
  private struct Failure: Error, Equatable {}

  /// Counts what is under way at once.
  private final class Gauge: Sendable {
    private let state = Mutex((now: 0, most: 0, begun: 0))

    var most: Int { state.withLock { $0.most } }
    var begun: Int { state.withLock { $0.begun } }

    func enter() {
      state.withLock {
        $0.now += 1
        $0.begun += 1
        $0.most = max($0.most, $0.now)
      }
    }

    func leave() { state.withLock { $0.now -= 1 } }
  }

  @Test("Outputs stand in their inputs' order, and no more than the limit are under way")
  func order() async {
    let gauge = Gauge()
    let outputs = await concurrentMap(0..<50, atOnce: 4) { number in
      gauge.enter()
      for _ in 0..<(number % 7) { await Task.yield() }
      gauge.leave()
      return number * 2
    }
    #expect(outputs == (0..<50).map { $0 * 2 })
    #expect((1...4).contains(gauge.most))
  }

  @Test("The first error is thrown, cancels what is under way and begins nothing more")
  func failure() async {
    let gauge = Gauge()
    await #expect(throws: Failure()) {
      try await concurrentMap(0..<50, atOnce: 3) { number in
        gauge.enter()
        if number == 1 { throw Failure() }
        // Ends only by being cancelled.
        try? await Task.sleep(for: .seconds(3600))
      }
    }
    #expect(gauge.begun == 3)
  }

  @Test("What has not begun can be left out")
  func leftOut() async {
    var seen: [Int] = []
    await concurrentForEach(0..<50, atOnce: 1) {
      $0
    } receive: { number, waiting in
      seen.append(number)
      if number == 2 { waiting.removeAll { $0.isMultiple(of: 2) } }
      if number == 9 { waiting = [] }
    }
    #expect(seen == [0, 1, 2, 3, 5, 7, 9])
  }

  @Test("A list is cut into parts, the last with what is left")
  func parts() {
    #expect([1, 2, 3, 4, 5].parts(of: 2) == [[1, 2], [3, 4], [5]])
    #expect([1, 2].parts(of: 2) == [[1, 2]])
    #expect([Int]().parts(of: 2) == [])
  }

  @Test("What may not be cancelled runs to its end, and its caller waits for it")
  func uncancelledWork() async {
    let work = Task {
      await uncancelled {
        try? await Task.sleep(for: .milliseconds(20))
        return Task.isCancelled
      }
    }
    work.cancel()
    #expect(await !work.value)
    await #expect(throws: Failure()) {
      try await uncancelled { () throws(Failure) in throw Failure() }
    }
  }
}
