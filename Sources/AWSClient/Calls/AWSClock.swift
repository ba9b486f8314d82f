import CodeDeployNotifications
import Foundation
import Synchronization

/// How far AWS's clock is from this host's, by the `Date` of AWS's answers.
final class AWSClock: Sendable {
  private let measured = Mutex<TimeInterval?>(nil)

  /// `Date` tells whole seconds, and an answer takes its time: less than this is no difference.
  private static let resolution: TimeInterval = 2

  /// AWS's time less this host's, in seconds, by the latest answer; 0 where they can't be told
  /// apart, `nil` before the first.
  var offset: TimeInterval? { measured.withLock { $0 } }

  /// Takes in an answer to a request that was sent and answered at these times of this host.
  func learn(_ response: HTTPResponse, sentAt: Date, answeredAt: Date) {
    guard let date = response.header("Date").flatMap(HTTPDate.parse) else { return }
    // AWS wrote it at some moment between the two. The least offset that fits is taken: a time that
    // seems earlier than it was announces too much rather than nothing.
    let least = date.timeIntervalSince(answeredAt)
    let most = date.timeIntervalSince(sentAt) + 1
    let isNone = least <= Self.resolution && most >= -Self.resolution
    measured.withLock { $0 = isNone ? 0 : least }
  }
}
