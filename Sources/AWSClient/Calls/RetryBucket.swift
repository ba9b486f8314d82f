import Synchronization

/// The tokens that retries cost. When most calls fail the tokens run out and retries stop, so that
/// a service in trouble doesn't get three times the requests (botocore/retries/quota.py,
/// `RetryQuota`).
final class RetryBucket: Sendable {
  private let capacity: Int
  private let tokens: Mutex<Int>

  init(capacity: Int = 500) {
    self.capacity = capacity
    tokens = Mutex(capacity)
  }

  /// Takes tokens for one retry; `false` where there are too few.
  func take(_ cost: Int) -> Bool {
    tokens.withLock { tokens in
      guard cost <= tokens else { return false }
      tokens -= cost
      return true
    }
  }

  /// A success returns what its last retry cost, or one token if it needed none.
  func refund(_ cost: Int?) {
    tokens.withLock { $0 = min(capacity, $0 + (cost ?? 1)) }
  }
}
