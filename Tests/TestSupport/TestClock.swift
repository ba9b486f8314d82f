import Foundation
import Synchronization

/// A time that passes only when a test says so.
package final class TestClock: Sendable {
  private let time: Mutex<Date>

  package init(_ date: Date) { time = Mutex(date) }

  package var now: Date { time.withLock { $0 } }

  package func pass(_ seconds: TimeInterval) { time.withLock { $0 += seconds } }
}
