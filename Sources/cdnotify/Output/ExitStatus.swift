/// What the process ends with; the numbers are sysexits' where they fit.
enum ExitStatus: Int32, Error {
  case done = 0
  /// A notification, a test or a check failed for good.
  case failed = 1
  /// The command line is wrong.
  case usage = 64
  /// A registration document or channel SPEC is wrong.
  case badDocument = 65
  /// No such application, channel, deployment or notification.
  case notFound = 66
  /// AWS or the store's server can't be reached, throttles, denies or answers nonsense.
  case unavailable = 69
  /// A bug.
  case bug = 70
  /// The store's file can't be read or written.
  case storeUnusable = 74
  /// Something waits for the next cycle.
  case tryAgain = 75
  /// No AWS credentials, or AWS doesn't accept them.
  case noCredentials = 77

  /// The one that tells most, when several hold.
  static func worst(of statuses: [ExitStatus]) -> ExitStatus {
    let order: [ExitStatus] = [.noCredentials, .unavailable, .storeUnusable, .failed, .tryAgain]
    return order.first { statuses.contains($0) } ?? statuses.first { $0 != .done } ?? .done
  }
}
