import Foundation
import Synchronization
import Testing

@testable import DeploymentNotifier

@Suite("Values that a thread of their own reads ahead", .timeLimit(.minutes(1)))
struct ReadAheadTests {
  private struct Problem: Error {}

  /// Numbers from 1 to `last`, and how many were read.
  private final class Numbers: Sendable {
    private let read = Mutex(0)
    var count: Int { read.withLock(\.self) }

    func next(_ last: Int) -> Int? {
      read.withLock { read in
        guard read < last else { return nil }
        read += 1
        return read
      }
    }
  }

  @Test(
    "Each comes once and in order, and nothing after the last", arguments: [0, 1, 64, 65, 1_000])
  func order(_ last: Int) throws {
    let numbers = Numbers()
    let ahead = ReadAhead { numbers.next(last) }
    var read: [Int] = []
    while let number = try ahead.next() { read.append(number) }
    #expect(read == Array(0..<last).map { $0 + 1 })
    #expect(try ahead.next() == nil)
  }

  @Test("A failure comes after the values before it, again and again") func failure() throws {
    let numbers = Numbers()
    let ahead = ReadAhead {
      guard let number = numbers.next(100) else { throw Problem() }
      return number
    }
    for number in 1...100 { #expect(try ahead.next() == number) }
    #expect(throws: Problem.self) { try ahead.next() }
    #expect(throws: Problem.self) { try ahead.next() }
  }

  @Test("It is some values ahead at most, and reads nothing after it was stopped")
  func stop() async throws {
    let numbers = Numbers()
    let ahead = ReadAhead { numbers.next(100_000) }
    for number in 1...640 { #expect(try ahead.next() == number) }
    await ahead.stop()
    let count = numbers.count
    #expect(count <= 640 + 3 * 64)
    for _ in 0..<100 { await Task.yield() }
    #expect(numbers.count == count)
  }

  @Test("One that has come to its end can be stopped, too") func stopAtEnd() async throws {
    let ahead = ReadAhead<Int> { nil }
    #expect(try ahead.next() == nil)
    await ahead.stop()
  }
}
