import Foundation

/// A rate limiter: lets callers pass one after the other, a fixed interval apart, for each key.
actor RateLimiter {
  private let interval: TimeInterval
  private let environment: AWSEnvironment
  private var free: [String: Date] = [:]
  /// A longer wait can only come from a clock that was set back.
  private static let longestWait: TimeInterval = 60

  init(interval: TimeInterval, environment: AWSEnvironment) {
    self.interval = interval
    self.environment = environment
  }

  /// Waits until the caller may go on. Throws `CancellationError` when the calling task is
  /// cancelled.
  func turn(for key: String) async throws {
    let now = environment.now()
    var wait = free[key].map { max(0, $0.timeIntervalSince(now)) } ?? 0
    if wait > Self.longestWait { wait = 0 }
    free[key] = now.addingTimeInterval(wait + interval)
    if wait > 0 { try await environment.sleep(.seconds(wait)) }
  }
}
