import CodeDeployNotifications
import Foundation
import Testing

@testable import AWSClient

/// When a call is repeated.
@Suite struct RetryTests {
  private static let answer = #"{"deployments":[]}"#

  @Test(
    "What may pass is tried again, up to three times",
    arguments: [
      .error("ThrottlingException"), .error("RequestTimeout"), .error("SomeThrottlingThing"),
      .status(500), .status(502), .status(503), .status(504), .status(429), .ok(""), .ok("<"),
      .failure(.unreachable), .failure(.timedOut), .failure(.broken), .failure(.tls),
    ] as [TestServer.Answer])
  func retries(trouble: TestServer.Answer) async throws {
    let sleeps = Recorder<Duration>()
    let server = TestServer(trouble, trouble, .ok(Self.answer))
    let caller = AWSAccounts.test(server, environment: .test(sleeps: sleeps))
      .caller(for: .ireland)
    #expect(try await caller.call(.listing()) == Array(Self.answer.utf8))
    #expect(server.received.count == 3)
    // Half of 1 s and half of 2 s, as the random number is one half.
    #expect(sleeps.all == [.milliseconds(500), .seconds(1)])

    let failing = TestServer(trouble)
    let failure = try await awsFailure {
      try await AWSAccounts.test(failing).caller(for: .ireland).call(.listing())
    }
    #expect(failing.received.count == 3)
    #expect(failure?.description.hasSuffix(". Tried 3 times.") == true)
  }

  @Test(
    "What stays wrong is tried once",
    arguments: [
      .error("AccessDeniedException"), .error("UnrecognizedClientException"),
      .error("RequestTimeTooSkewed"), .error("InvalidApplicationNameException"), .status(404),
      .status(501, ""), .status(301), .failure(.invalidRequest), .failure(.tooLarge),
    ] as [TestServer.Answer])
  func givesUp(trouble: TestServer.Answer) async throws {
    let server = TestServer(trouble)
    let caller = AWSAccounts.test(server).caller(for: .ireland)
    let failure = try await awsFailure { try await caller.call(.listing()) }
    #expect(failure != nil)
    #expect(server.received.count == 1)
  }

  @Test(
    "The number of attempts is the call's, else the variable's, else the profile's",
    arguments: [
      (nil, nil, nil, 3), (1, "5", nil, 1), (nil, "5", "2", 5), (nil, nil, "2", 2),
      (nil, "", "2", 2),
    ] as [(Int?, String?, String?, Int)])
  func attempts(call: Int?, variable: String?, profile: String?, count: Int) async throws {
    var variables = ["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "sk"]
    variables["AWS_MAX_ATTEMPTS"] = variable
    let files = profile.map { ["/home/ada/.aws/config": "[default]\nmax_attempts = \($0)"] }
    let server = TestServer(.status(500))
    let environment = AWSEnvironment.test(variables, files: files ?? [:])
    let caller = AWSAccounts.test(server, environment: environment).caller(for: .ireland)
    #expect(try await awsFailure { try await caller.call(.listing(attempts: call)) } != nil)
    #expect(server.received.count == count)
  }

  @Test(
    "A wrong number of attempts is refused before any request",
    arguments: ["0", "-1", "many", "3.5"])
  func wrongAttempts(text: String) async throws {
    let variables = [
      "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "sk", "AWS_MAX_ATTEMPTS": text,
    ]
    let server = TestServer(.ok("{}"))
    let caller = AWSAccounts.test(server, environment: .test(variables)).caller(for: .ireland)
    let failure = try await awsFailure { try await caller.call(.listing()) }
    #expect(
      failure?.description == "AWS_MAX_ATTEMPTS is \"\(text)\", but must be a whole number of at "
        + "least 1.")
    #expect(server.received.isEmpty)
  }

  @Test("The wait doubles up to 20 s, and a longer wish of the server's is followed")
  func waits() {
    let policy = AWSRetryPolicy(maximumAttempts: 100)
    func decision(_ attempt: Int, _ chance: Double, wish: Duration? = nil)
      -> AWSRetryPolicy.Decision
    {
      let failure = AWSFailure(.throttled, code: "Throttling", "x", retryAfter: wish)
      return policy.decision(
        after: FailedAttempt(failure: failure, status: 400), attempt: attempt, chance: chance)
    }
    #expect(decision(1, 0) == .retry(after: .zero, cost: 5))
    #expect(decision(4, 0.25) == .retry(after: .seconds(2), cost: 5))
    #expect(decision(5, 0.5) == .retry(after: .seconds(8), cost: 5))
    #expect(decision(6, 0.5) == .retry(after: .seconds(10), cost: 5))
    #expect(decision(99, 0.5) == .retry(after: .seconds(10), cost: 5))
    #expect(decision(100, 0.5) == .giveUp)
    #expect(decision(1, 0.5, wish: .seconds(7)) == .retry(after: .seconds(7), cost: 5))
    #expect(decision(5, 0.5, wish: .seconds(7)) == .retry(after: .seconds(8), cost: 5))
    #expect(decision(1, 0.5, wish: .seconds(60)) == .retry(after: .seconds(60), cost: 5))
    #expect(decision(1, 0.5, wish: .seconds(61)) == .giveUp)
  }

  @Test("The loop waits for as long as the server wishes")
  func followsWish() async throws {
    let sleeps = Recorder<Duration>()
    let server = TestServer(
      .status(503, headers: [HTTPField("Retry-After", "9")]), .ok(Self.answer))
    let caller = AWSAccounts.test(server, environment: .test(sleeps: sleeps))
      .caller(for: .ireland)
    _ = try await caller.call(.listing())
    #expect(sleeps.all == [.seconds(9)])
  }

  @Test("Retries stop when the scope's tokens are used up")
  func bucket() async throws {
    let server = TestServer(.failure(.timedOut))
    let accounts = AWSAccounts.test(server)
    // A time-out's retry costs 10 of 500 tokens, and every call would make two.
    for _ in 1...25 {
      _ = try await awsFailure { try await accounts.caller(for: .ireland).call(.listing()) }
    }
    #expect(server.received.count == 75)
    _ = try await awsFailure { try await accounts.caller(for: .ireland).call(.listing()) }
    #expect(server.received.count == 76)
    // Another scope has its own.
    let other = accounts.caller(for: AWSScope(region: "us-east-1"))
    _ = try await awsFailure { try await other.call(.listing()) }
    #expect(server.received.count == 79)
  }

  @Test("Calls that succeed in the end don't use the tokens up")
  func bucketRefills() async throws {
    // Each first attempt times out, which costs 10 of 500 tokens.
    let server = TestServer { _, index in
      index.isMultiple(of: 2) ? .failure(.timedOut) : .ok(Self.answer)
    }
    let caller = AWSAccounts.test(server).caller(for: .ireland)
    for _ in 1...60 { _ = try await caller.call(.listing()) }
    #expect(server.received.count == 120)
  }

  @Test("A success gives tokens back, never more than there were")
  func refund() {
    let bucket = RetryBucket(capacity: 10)
    #expect(bucket.take(10))
    #expect(!bucket.take(1))
    bucket.refund(nil)
    #expect(!bucket.take(2))
    #expect(bucket.take(1))
    bucket.refund(50)
    #expect(!bucket.take(11))
    #expect(bucket.take(10))
  }

  @Test("Cancelling ends the wait for the next attempt")
  func cancelInSleep() async throws {
    let server = TestServer(.status(503, headers: [HTTPField("Retry-After", "59")]))
    let (asleep, signal) = AsyncStream.makeStream(of: Void.self)
    var environment = AWSEnvironment.test()
    environment.sleep = { wait in
      signal.yield()
      try await Task.sleep(for: wait)
    }
    let caller = AWSAccounts.test(server, environment: environment).caller(for: .ireland)
    let task = Task { try await caller.call(.listing()) }
    for await _ in asleep { break }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(server.received.count == 1)
  }

  @Test("Cancelling ends the exchange and isn't retried")
  func cancelInExchange() async throws {
    let (sent, signal) = AsyncStream.makeStream(of: Void.self)
    let server = TestServer { _, _ in
      signal.yield()
      try await Task.sleep(for: .seconds(60))
      return .ok(Self.answer)
    }
    let caller = AWSAccounts.test(server).caller(for: .ireland)
    let task = Task { try await caller.call(.listing()) }
    for await _ in sent { break }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(server.received.count == 1)
  }
}
