import Foundation
import Synchronization
import Testing

@testable import CodeDeployNotifications

/// One read for all who ask.
@Suite(.timeLimit(.minutes(10))) struct SharedReadTests {
  private struct Failure: Error {}

  /// Counts reads, and has a clock.
  private final class Scene: Sendable {
    private let state = Mutex((now: Example.now, count: 0))

    var now: Date { state.withLock { $0.now } }

    func pass(_ seconds: Double) { state.withLock { $0.now += seconds } }

    func read() -> Int {
      state.withLock { state in
        state.count += 1
        return state.count
      }
    }
  }

  @Test("What is being read, or was read lately, isn't read again")
  func once() async throws {
    let scene = Scene()
    let reads = SharedReads<String, Int>(lifetime: 120, now: { scene.now })
    let values = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<20 {
        group.addTask {
          try await reads.value(of: "a") {
            await Task.yield()
            return scene.read()
          }
        }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(values == [1])
    #expect(try await reads.value(of: "b") { scene.read() } == 2)
    scene.pass(119)
    #expect(try await reads.value(of: "a") { scene.read() } == 1)
    scene.pass(2)
    #expect(try await reads.value(of: "a") { scene.read() } == 3)
  }

  @Test("What failed is read anew")
  func failed() async throws {
    let reads = SharedReads<String, Int>(lifetime: 120, now: { Example.now })
    await #expect(throws: Failure.self) { try await reads.value(of: "a") { throw Failure() } }
    #expect(try await reads.value(of: "a") { 7 } == 7)
  }

  @Test("Who is cancelled doesn't wait on")
  func cancelled() async throws {
    let reads = SharedReads<String, Int>(lifetime: 120, now: { Example.now })
    let (started, start) = AsyncStream<Void>.makeStream()
    let reader = Task {
      try await reads.value(of: "a") {
        start.yield()
        try await Task.sleep(for: .seconds(3600))
        return 1
      }
    }
    for await _ in started { break }
    reader.cancel()
    await #expect(throws: CancellationError.self) { try await reader.value }
  }

  @Test("Who is cancelled leaves the others the read, and with the last it is cancelled")
  func leaving() async throws {
    let reads = SharedReads<String, Int>(lifetime: 120, now: { Example.now })
    let (started, start) = AsyncStream<Void>.makeStream()
    let (ended, end) = AsyncStream<Bool>.makeStream()
    @Sendable func ask() -> Task<Int, any Error> {
      Task {
        try await reads.value(of: "a") {
          start.yield()
          try? await Task.sleep(for: .seconds(3600))
          end.yield(Task.isCancelled)
          throw Failure()
        }
      }
    }
    let first = ask()
    for await _ in started { break }
    let second = ask()
    while await reads.waiting(for: "a") < 2 { await Task.yield() }
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    #expect(await reads.waiting(for: "a") == 1)
    second.cancel()
    await #expect(throws: CancellationError.self) { try await second.value }
    for await isCancelled in ended {
      #expect(isCancelled)
      break
    }
  }

  @Test("A failure that is kept serves as a value does")
  func kept() async throws {
    let reads = SharedReads<String, Int>(
      lifetime: 120, now: { Example.now }, keeping: { $0 is Failure })
    await #expect(throws: Failure.self) { try await reads.value(of: "a") { throw Failure() } }
    await #expect(throws: Failure.self) { try await reads.value(of: "a") { 7 } }
  }
}
