import CodeDeployNotifications
import Foundation
import Synchronization
import TestSupport

/// A clock for cycles, whose time passes only when somebody waits or the test moves it.
package final class CycleTestClock: Sendable {
  private struct State {
    var cycleStart = Sample.now
    var limitsPass = false
    var shortLimitsPass = false
  }

  private let time = TestClock(Sample.now)
  private let state = Mutex(State())

  package init() {}

  package var now: Date { time.now }

  package func pass(_ seconds: Double) { time.pass(seconds) }

  /// From now on the limits of attempts and cycles pass immediately.
  package func letLimitsPass() { state.withLock { $0.limitsPass = true } }

  /// From now on the limit for enrichment passes immediately.
  package func letShortLimitsPass() { state.withLock { $0.shortLimitsPass = true } }

  /// The clock of a cycle that begins now. Waits of some seconds are retries; a longer one is a
  /// limit, which lasts until it is cancelled.
  package func cycle() -> CycleClock {
    state.withLock { $0.cycleStart = now }
    return CycleClock(
      now: { self.now },
      elapsed: {
        .seconds(self.now.timeIntervalSince(self.state.withLock(\.cycleStart)))
      },
      sleep: { duration in
        if duration < .seconds(5) { return self.pass(duration.inSeconds) }
        if duration == .seconds(5), self.state.withLock(\.shortLimitsPass) { return }
        if !self.state.withLock(\.limitsPass) { try await Gate().pass() }
      },
      random: { 0.5 })
  }
}
