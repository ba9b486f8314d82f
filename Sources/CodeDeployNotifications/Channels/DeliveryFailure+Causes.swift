extension DeliveryFailure {
  /// A transport's failure can pass, but for a request that can't be sent at all.
  public init(_ failure: HTTPFailure) {
    self.init(
      failure.kind == .invalidRequest ? .refused : .tryAgain(after: nil),
      isAnswer: failure.kind == .tooLarge || failure.kind == .invalidRequest, failure.description)
  }

  /// AWS's verdict on the request is final; trouble on the way to it, with the clock or with
  /// the credentials passes once it is mended.
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
