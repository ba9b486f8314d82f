import CodeDeployNotifications
import Dispatch
import Foundation
import Synchronization

/// Ends the process when work exceeds its deadline: a cycle that computes or hangs can't be
/// cancelled, and must not prevent later cycles.
enum Watchdog {
  /// How long after the deadline a cycle may still record its outcomes.
  static let grace = Duration.seconds(10)

  /// How long the final output may wait for a reader.
  private static let reading = Duration.seconds(600)

  /// Runs `body`, and ends the process with `tryAgain` and a line if that takes more than `grace`
  /// longer than `deadline`. The timer has a thread of its own, since all others may be busy.
  static func guarding<Value>(
    _ what: String, deadline: Duration, _ body: () async throws -> Value
  ) async rethrows -> Value {
    let isDone = Mutex(false)
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "watchdog"))
    timer.schedule(deadline: .now() + (deadline + grace) / .seconds(1))
    timer.setEventHandler {
      if !isDone.withLock(\.self) {
        Console.lastWords(
          "\(what) was still running \(grace.inWords) after its deadline of \(deadline.inWords), "
            + "and was ended; the next one continues from what it recorded. If this happens again, "
            + "check the disk and the network, and report it")
      }
      _exit(ExitStatus.tryAgain.rawValue)
    }
    timer.activate()
    defer {
      isDone.withLock { $0 = true }
      // A process whose output nobody reads must not stay for ever: cron begins another one every
      // minute.
      timer.schedule(deadline: .now() + reading / .seconds(1))
    }
    return try await body()
  }
}
