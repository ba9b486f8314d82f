import CodeDeployNotifications

extension DeliveryFailure {
  /// What a failed AWS call means for a delivery; the same for every channel of AWS.
  ///
  /// Missing or refused credentials and a wrong clock are tried again: they are this machine's
  /// trouble, and once it is mended the message must still go out.
  init(_ failure: AWSFailure) {
    switch failure.kind {
    case .throttled, .unreachable, .serviceFault, .nonsense, .clockOff, .noCredentials,
      .credentialsRefused:
      let wait = failure.retryAfter.map { min(max($0, .zero), HTTPVerdict.longestWait) }
      self.init(.tryAgain(after: wait), failure.description)
    case .accessDenied, .refused:
      self.init(.refused, failure.description)
    }
  }
}
