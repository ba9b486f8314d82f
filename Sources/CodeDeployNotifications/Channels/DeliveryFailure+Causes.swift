extension DeliveryFailure {
  /// Trying again can help after any failure of a transport, except for a request that can't be
  /// sent at all.
  public init(_ failure: HTTPFailure) {
    self.init(
      failure.kind == .invalidRequest ? .refused : .tryAgain(after: nil),
      isAnswer: failure.kind == .tooLarge || failure.kind == .invalidRequest, failure.description)
  }

  /// AWS's refusal of the request is final. Trouble on the way to AWS, with the clock or with the
  /// credentials passes once it is fixed.
  public init(_ failure: AWSFailure) {
    let wait = failure.retryAfter.map { min(max($0, .zero), RetryPolicy.longestRetryAfter) }
    switch failure.kind {
    case .accessDenied, .refused: self.init(.refused, failure.description)
    case .throttled: self.init(.limited(after: wait), failure.description)
    case .unreachable:
      self.init(.tryAgain(after: wait), isAnswer: false, failure.description)
    default: self.init(.tryAgain(after: wait), failure.description)
    }
  }
}
