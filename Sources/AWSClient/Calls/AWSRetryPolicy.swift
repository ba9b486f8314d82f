import CodeDeployNotifications

/// Whether and when a call is made once more: the SDKs' standard mode, as botocore has it
/// (botocore/retries/standard.py). A pure decision; `AWSAPI` acts on it.
struct AWSRetryPolicy: Sendable, Equatable {
  /// How often a call is made at most, including the first time.
  var maximumAttempts = 3

  /// The longest backoff in seconds, unless the server asks for more (`_MAX_BACKOFF`).
  static let longestBackoff = 20.0
  /// A call doesn't wait longer than this. Where the server asks for more, the call fails with that
  /// time, and the caller decides.
  static let longestWait = Duration.seconds(60)
  /// How many of the bucket's tokens a retry costs (`_RETRY_COST`, `_TIMEOUT_RETRY_REQUEST`).
  static let cost = 5
  static let timeoutCost = 10

  /// What follows a failed attempt.
  enum Decision: Sendable, Equatable {
    case retry(after: Duration, cost: Int)
    case giveUp
  }

  /// - Parameters:
  ///   - attempt: How often the call was made, from 1.
  ///   - chance: A random number from 0 up to 1.
  func decision(after failed: FailedAttempt, attempt: Int, chance: Double) -> Decision {
    guard attempt < maximumAttempts, Self.isTransient(failed) else { return .giveUp }
    // The exponent is bounded first: it only has to reach the limit.
    let ceiling = min(Double(1 << min(attempt - 1, 10)), Self.longestBackoff)
    let backoff = Duration.milliseconds(Int((chance * ceiling * 1000).rounded()))
    let wait = max(backoff, failed.failure.retryAfter ?? .zero)
    guard wait <= Self.longestWait else { return .giveUp }
    return .retry(
      after: wait, cost: failed.transportKind == .timedOut ? Self.timeoutCost : Self.cost)
  }

  private static func isTransient(_ failed: FailedAttempt) -> Bool {
    switch failed.transportKind {
    case .tooLarge, .invalidRequest: return false
    case .unreachable, .timedOut, .tls, .broken: return true
    case nil: break
    }
    switch failed.failure.kind {
    // An answer whose headers were cut arrives as an empty success.
    case .throttled, .nonsense: return true
    default: break
    }
    if let code = failed.failure.code, AWSErrorCodes.transient.contains(code) { return true }
    return [500, 502, 503, 504].contains(failed.status)
  }
}

/// A failed attempt, with what the retry decision needs.
struct FailedAttempt: Error, Sendable {
  var failure: AWSFailure
  /// The answer's status, where there was an answer.
  var status: Int?
  /// The transport's failure, where there was no answer.
  var transportKind: HTTPFailure.Kind?
}
