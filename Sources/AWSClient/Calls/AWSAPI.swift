import CodeDeployNotifications

/// Makes AWS calls for one set of credentials: finds the endpoint, sends, reads, and tries again
/// as `AWSRetryPolicy` says.
struct AWSAPI: Sendable {
  var environment: AWSEnvironment
  var http: HTTPClient
  /// What the profile sets, read when the first call is made.
  var profile: @Sendable () throws -> AWSProfile
  var credentials: @Sendable () async throws -> AWSCredentials
  /// Shared by all calls of a scope.
  let bucket = RetryBucket()
  let counter = RequestCounter()

  /// The contract's form of this.
  var caller: AWSCaller { AWSCaller { try await answer(to: $0) } }

  /// Throws `AWSFailure`, or `CancellationError`.
  private func answer(to call: AWSCall) async throws -> [UInt8] {
    let profile = try profile()
    // Somebody who has set nothing up is told of the credentials first, as it is the larger gap.
    if call.region.isEmpty { _ = try await credentials() }
    let endpoint = try profile.endpoint(service: call.service, region: call.region)
    let policy = AWSRetryPolicy(
      maximumAttempts: try call.maximumAttempts ?? profile.maximumAttempts())
    var paid: Int?
    var attempt = 1
    while true {
      try Task.checkCancellation()
      let credentials = try await credentials()
      do throws(FailedAttempt) {
        let body = try await attemptOnce(call, endpoint: endpoint, credentials: credentials)
        bucket.refund(paid)
        return body
      } catch {
        try Task.checkCancellation()
        guard
          case .retry(let wait, let cost) = policy.decision(
            after: error, attempt: attempt, chance: environment.random()),
          bucket.take(cost)
        else { throw error.failure.after(attempts: attempt) }
        paid = cost
        try await environment.sleep(wait)
        attempt += 1
      }
    }
  }

  private func attemptOnce(
    _ call: AWSCall, endpoint: AWSEndpoint, credentials: AWSCredentials
  ) async throws(FailedAttempt) -> [UInt8] {
    counter.add(call.service)
    let response: HTTPResponse
    do {
      response = try await http.send(call.request(to: endpoint, credentials: credentials))
    } catch {
      let failure = error as? HTTPFailure ?? HTTPFailure(.broken, "the exchange was interrupted")
      throw AWSAnswer(call: call, credentials: credentials, now: environment.now()).failed(failure)
    }
    return try AWSAnswer(call: call, credentials: credentials, now: environment.now())
      .body(of: response)
  }
}

extension AWSFailure {
  /// Says how often the call was made, where it was more than once.
  fileprivate func after(attempts: Int) -> AWSFailure {
    guard attempts > 1 else { return self }
    var failure = self
    failure.description += " Tried \(attempts) times."
    return failure
  }
}
