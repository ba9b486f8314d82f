import Foundation

/// How many files this process may have open at once, which `ulimit -n` shows. Programs that are
/// started beyond it end this process, because what starts them doesn't expect that.
package enum OpenFiles {
  /// What sending one message may need: a connection, or a program's input and output and what
  /// starting it takes.
  private static let perAttempt = 10
  /// What is open besides: the store, files of the system's, the connections to AWS.
  private static let others = 64

  /// What a process needs that sends one message at a time.
  package static let least = others + perAttempt

  /// The present limit.
  package static var limit: Int { Int(clamping: present.rlim_cur) }

  /// How many messages can be sent at the same time. 1 at least.
  package static var attempts: Int { max(1, (limit - others) / perAttempt) }

  /// Raises a limit that is lower than `attempts` messages at the same time need, as far as the
  /// process may. Programs that it starts get the same limit.
  package static func allow(attempts: Int) {
    var limits = present
    let needed = rlim_t(others + perAttempt * attempts)
    guard limits.rlim_cur < needed, limits.rlim_cur < limits.rlim_max else { return }
    limits.rlim_cur = min(needed, limits.rlim_max)
    _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
  }

  private static var present: rlimit {
    var limits = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
    return limits
  }
}
