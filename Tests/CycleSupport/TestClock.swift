import CodeDeployNotifications
import Foundation
import Synchronization

/// Time that passes only when somebody waits for it, or the test says so.
package final class TestClock: Sendable {
  private struct State {
    var now = Sample.now
    var cycleStart = Sample.now
    var limitsPass = false
    var shortLimitsPass = false
  }

  private let state = Mutex(State())

  package init() {}

  package var now: Date { state.withLock(\.now) }

  package func pass(_ seconds: Double) { state.withLock { $0.now += seconds } }

  /// From now on the limits of attempts and cycles are over as soon as they are set.
  package func letLimitsPass() { state.withLock { $0.limitsPass = true } }

  /// From now on the limit of reading details is over as soon as it is set.
  package func letShortLimitsPass() { state.withLock { $0.shortLimitsPass = true } }

  /// The clock of a cycle that begins now. Retries wait for some seconds at the most; what waits
  /// longer is a limit, which lasts until it is cancelled.
  package func cycle() -> CycleClock {
    state.withLock { $0.cycleStart = $0.now }
    return CycleClock(
      now: { self.state.withLock(\.now) },
      elapsed: {
        .seconds(self.state.withLock { $0.now.timeIntervalSince($0.cycleStart) })
      },
      sleep: { duration in
        if duration < .seconds(5) { return self.pass(duration.inSeconds) }
        if duration == .seconds(5), self.state.withLock(\.shortLimitsPass) { return }
        if !self.state.withLock(\.limitsPass) { try await Gate().pass() }
      },
      random: { 0.5 })
  }
}
