/// The exit statuses of the process; the numbers are those of sysexits.h where they fit.
enum ExitStatus: Int32, Error {
  case done = 0
  /// A notification, a test or a check failed for good.
  case failed = 1
  /// The command line or a variable of the environment is wrong.
  case usage = 64
  /// A registration document or channel SPEC is wrong.
  case badDocument = 65
  /// There is no such application, channel, deployment or notification.
  case notFound = 66
  /// AWS or the store's server can't be reached, throttles, denies access, or answers in an
  /// unexpected form.
  case unavailable = 69
  /// A bug.
  case bug = 70
  /// The store's file can't be read or written.
  case storeUnusable = 74
  /// Notifications are pending for the next cycle.
  case tryAgain = 75
  /// There are no AWS credentials, or AWS doesn't accept them.
  case noCredentials = 77

  /// The most important one of several.
  static func worst(of statuses: [ExitStatus]) -> ExitStatus {
    let order: [ExitStatus] = [.noCredentials, .unavailable, .storeUnusable, .failed, .tryAgain]
    return order.first { statuses.contains($0) } ?? statuses.first { $0 != .done } ?? .done
  }
}
