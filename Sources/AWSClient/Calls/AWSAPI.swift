import CodeDeployNotifications

/// Makes AWS calls for one set of credentials: finds the endpoint, sends, reads, and tries again
/// as `AWSRetryPolicy` says.
struct AWSAPI: Sendable {
  var environment: AWSEnvironment
  var http: HTTPClient
  /// What the profile sets, read when the first call is made.
  var profile: @Sendable () throws -> AWSProfile
  /// What signs the calls; `nil` for services that are asked with a token in the call itself.
  var credentials: @Sendable () async throws -> AWSCredentials?
  /// Called with credentials that AWS rejected, so that they are loaded again.
  var refuse: @Sendable (AWSCredentials) -> Void = { _ in }
  /// What no message may contain besides the credentials: tokens that calls carry.
  var secrets: [Secret] = []
  /// Shared by all calls of a scope.
  let bucket = RetryBucket()
  /// Each deployment source has its own, so that concurrent cycles count their own requests.
  var counter = RequestCounter()
  let clock = AWSClock()

  /// This, as the domain's contract wants it.
  var caller: AWSCaller { AWSCaller { try await answer(to: $0) } }

  /// Makes the call and returns its answer. `build` makes the request where it needs another form
  /// than `AWSCall` gives. Throws `AWSFailure`, or `CancellationError`.
  func answer(
    to call: AWSCall, build: (@Sendable (AWSEndpoint) -> HTTPRequest)? = nil
  ) async throws -> [UInt8] {
    let profile = try profile()
    // Who has configured nothing is told about the credentials first, as the region alone wouldn't
    // help.
    if call.region.isEmpty { _ = try await credentials() }
    let endpoint = try profile.endpoint(service: call.service, region: call.region)
    if let warning = endpoint.warning { environment.warn(warning) }
    let policy = AWSRetryPolicy(
      maximumAttempts: try call.maximumAttempts ?? profile.maximumAttempts())
    var paid: Int?
    var attempt = 1
    var hasRenewed = false
    while true {
      try Task.checkCancellation()
      let credentials = try await credentials()
      do throws(FailedAttempt) {
        let request = build?(endpoint) ?? call.request(to: endpoint, credentials: credentials)
        let body = try await attemptOnce(
          call, request, endpoint: endpoint, credentials: credentials)
        bucket.refund(paid)
        return body
      } catch {
        try Task.checkCancellation()
        if !hasRenewed, error.failure.kind == .credentialsRefused, let credentials {
          hasRenewed = true
          refuse(credentials)
          if let others = try? await self.credentials(), !others.areSame(as: credentials) {
            continue
          }
        }
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
    _ call: AWSCall, _ request: HTTPRequest, endpoint: AWSEndpoint, credentials: AWSCredentials?
  ) async throws(FailedAttempt) -> [UInt8] {
    counter.add(call.service)
    let sentAt = environment.now()
    let response: HTTPResponse
    do {
      response = try await http.send(request)
    } catch {
      // The caller finds out first whether its task was cancelled.
      let failure = error as? HTTPFailure ?? HTTPFailure(.broken, "\(error)")
      throw answer(to: call, endpoint, credentials).failed(failure)
    }
    let body = try answer(to: call, endpoint, credentials).body(of: response)
    clock.learn(response, sentAt: sentAt, answeredAt: environment.now())
    return body
  }

  private func answer(
    to call: AWSCall, _ endpoint: AWSEndpoint, _ credentials: AWSCredentials?
  ) -> AWSAnswer {
    AWSAnswer(
      call: call, endpoint: endpoint, credentials: credentials, secrets: secrets,
      now: environment.now())
  }
}

extension AWSFailure {
  /// Adds how often the call was made, if more than once.
  fileprivate func after(attempts: Int) -> AWSFailure {
    guard attempts > 1 else { return self }
    var failure = self
    failure.description += " Tried \(attempts) times."
    return failure
  }
}

extension AWSCredentials {
  fileprivate func areSame(as other: AWSCredentials) -> Bool {
    accessKeyID == other.accessKeyID && secretAccessKey == other.secretAccessKey
      && sessionToken == other.sessionToken
  }
}
