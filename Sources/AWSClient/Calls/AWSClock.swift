import CodeDeployNotifications
import Foundation
import Synchronization

/// The difference between AWS's clock and this host's, measured by the `Date` of AWS's answers.
final class AWSClock: Sendable {
  private let measured = Mutex<TimeInterval?>(nil)

  /// `Date` has whole seconds, and an answer takes time to arrive: a smaller difference counts as
  /// none.
  private static let resolution: TimeInterval = 2

  /// AWS's time minus this host's, in seconds, by the latest answer; 0 where the difference is too
  /// small to measure, `nil` before the first answer.
  var offset: TimeInterval? { measured.withLock { $0 } }

  /// Measures by an answer. `sentAt` and `answeredAt` are times of this host.
  func learn(_ response: HTTPResponse, sentAt: Date, answeredAt: Date) {
    guard let date = response.header("Date").flatMap(HTTPDate.parse) else { return }
    // AWS wrote the date between the two times. The smallest offset that fits is used: a time that
    // is too early announces too much, a time that is too late misses something.
    let least = date.timeIntervalSince(answeredAt)
    let most = date.timeIntervalSince(sentAt) + 1
    let isNone = least <= Self.resolution && most >= -Self.resolution
    measured.withLock { $0 = isNone ? 0 : least }
  }
}
