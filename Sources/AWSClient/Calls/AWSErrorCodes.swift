import CodeDeployNotifications

/// What AWS's error codes mean for the caller.
enum AWSErrorCodes {
  /// The codes that the SDKs' standard mode takes for throttling (botocore/retries/standard.py,
  /// `ThrottledRetryableChecker`). Any other code with `Throttl` in it is one too.
  static let throttling: Set = [
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
    "TooManyRequestsException", "ProvisionedThroughputExceededException",
    "TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded",
    "LimitExceededException", "RequestThrottled", "SlowDown", "PriorRequestNotComplete",
    "EC2ThrottledException",
  ]

  /// Codes that mean "try again" whatever the status (`TransientRetryableChecker`), and the one of
  /// STS for an identity provider that didn't answer it.
  static let transient: Set = [
    "RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete",
    "IDPCommunicationError",
  ]

  /// https://docs.aws.amazon.com/codedeploy/latest/APIReference/CommonErrors.html and the names
  /// that SNS and EC2 have for the same.
  static let accessDenied: Set = [
    "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized",
    "AuthorizationError", "AuthorizationErrorException", "UnauthorizedException",
    "NotAuthorizedException", "OptInRequired",
  ]

  static let credentialsRefused: Set = [
    "UnrecognizedClientException", "UnrecognizedClient", "InvalidClientTokenId", "ExpiredToken",
    "ExpiredTokenException", "IncompleteSignature", "IncompleteSignatureException",
    "MissingAuthenticationToken", "MissingAuthenticationTokenException", "InvalidAccessKeyId",
    "InvalidToken", "InvalidTokenException", "TokenRefreshRequired", "AuthFailure",
    "InvalidIdentityToken", "InvalidIdentityTokenException",
  ]

  /// Codes for keys that AWS doesn't know.
  static let unknownKey: Set = [
    "UnrecognizedClientException", "UnrecognizedClient", "InvalidClientTokenId",
    "InvalidAccessKeyId", "InvalidToken", "InvalidTokenException", "AuthFailure",
  ]

  /// Codes for a signature that isn't accepted: a wrong secret key, or a wrong clock.
  static let signature: Set = [
    "InvalidSignatureException", "InvalidSignature", "SignatureDoesNotMatch",
  ]

  static let clock: Set = [
    "RequestTimeTooSkewed", "RequestTimeTooSkewedException", "RequestExpired",
    "RequestExpiredException", "RequestInTheFuture",
  ]

  /// AWS accepts signatures whose time is at most this many seconds off.
  /// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
  static let acceptedSkew = 300.0

  /// - Parameters:
  ///   - skew: How many seconds this machine's clock is ahead of the server's, if known.
  static func kind(status: Int, code: String?, message: String, skew: Double?) -> AWSFailure.Kind {
    let code = code ?? ""
    if status == 429 || throttling.contains(code) || code.contains("Throttl") { return .throttled }
    if clock.contains(code) { return .clockOff }
    if signature.contains(code) {
      // A wrong key and a wrong time have the same code; only the message or the clocks tell them
      // apart.
      let words = ["Signature expired", "Signature not yet current"]
      let isSkewed = skew.map { abs($0) > acceptedSkew } ?? false
      return isSkewed || words.contains { message.contains($0) } ? .clockOff : .credentialsRefused
    }
    if credentialsRefused.contains(code) { return .credentialsRefused }
    if accessDenied.contains(code) || (code.isEmpty && status == 403) { return .accessDenied }
    return status >= 500 ? .serviceFault : .refused
  }
}
