import CodeDeployNotifications
import Foundation
import TestSupport
import Testing

@testable import AWSClient

/// A role's keys are requested once, and in time.
@Suite struct AssumeRoleTests {
  static let scope = AWSScope(
    region: "cn-north-1", roleARN: "arn:aws-cn:iam::123456789012:role/reader")

  /// STS' answer with keys that last an hour from the clock's time.
  private static func keys(_ number: Int, at now: Date) -> String {
    """
    <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
      <AssumeRoleResult>
        <AssumedRoleUser><Arn>arn</Arn><AssumedRoleId>x:cdnotify</AssumedRoleId></AssumedRoleUser>
        <Credentials>
          <AccessKeyId>ASIA\(number)</AccessKeyId>
          <SecretAccessKey>secret&amp;\(number)</SecretAccessKey>
          <SessionToken>token\(number)</SessionToken>
          <Expiration>\((now + 3600).iso8601)</Expiration>
        </Credentials>
      </AssumeRoleResult>
      <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>
    </AssumeRoleResponse>
    """
  }

  /// Answers STS with the next keys, and everything else with an empty page.
  private static func server(_ clock: TestClock, sts: Recorder<HTTPRequest>) -> TestServer {
    TestServer { request, _ in
      guard request.signature?.service == "sts" else { return .ok(#"{"deployments":[]}"#) }
      sts.record(request)
      let number = sts.all.count
      await Task.yield()
      return .ok(keys(number, at: clock.now))
    }
  }

  @Test("The role is assumed with the profile's own keys, and its keys sign the call")
  func assumes() async throws {
    let sts = Recorder<HTTPRequest>()
    let clock = TestClock()
    let server = Self.server(clock, sts: sts)
    let source = AWSAccounts.test(server, environment: .test(clock: clock))
      .source(for: ScopeAccess(Self.scope, externalID: "a b/+"))
    _ = try await source.listPage(ListingFilter(), nil)
    let request = try #require(sts.all.first)
    #expect(request.url == "https://sts.cn-north-1.amazonaws.com.cn/")
    #expect(
      String(decoding: request.body, as: UTF8.self)
        == "Action=AssumeRole&Version=2011-06-15"
        + "&RoleArn=arn%3Aaws-cn%3Aiam%3A%3A123456789012%3Arole%2Freader"
        + "&RoleSessionName=cdnotify&ExternalId=a%20b%2F%2B")
    #expect(request.signature?.credentials.accessKeyID == "AKID")
    let signature = try #require(server.received.last?.signature)
    #expect(signature.service == "codedeploy")
    #expect(signature.credentials.accessKeyID == "ASIA1")
    #expect(signature.credentials.secretAccessKey == Secret("secret&1"))
    #expect(signature.credentials.sessionToken == Secret("token1"))
    #expect(source.requestCount() == 1)
  }

  @Test("However many calls wait, one asks, and nothing is asked again before it must be")
  func once() async throws {
    let sts = Recorder<HTTPRequest>()
    let clock = TestClock()
    let server = Self.server(clock, sts: sts)
    let accounts = AWSAccounts.test(server, environment: .test(clock: clock))
    func callTwentyTimes() async throws {
      try await withThrowingTaskGroup { group in
        for _ in 1...20 {
          group.addTask { _ = try await accounts.caller(for: Self.scope).call(.listing()) }
        }
        try await group.waitForAll()
      }
    }
    try await callTwentyTimes()
    #expect(sts.all.count == 1)
    clock.pass(3600 - 301)
    try await callTwentyTimes()
    #expect(sts.all.count == 1)
    clock.pass(2)
    try await callTwentyTimes()
    #expect(sts.all.count == 2)
    #expect(server.received.last?.signature?.credentials.accessKeyID == "ASIA2")
  }

  @Test("Two external ids are two sessions")
  func externalIDs() async throws {
    let sts = Recorder<HTTPRequest>()
    let accounts = AWSAccounts.test(Self.server(TestClock(), sts: sts))
    for externalID in ["a", "b", "a", nil, ""] {
      let access = ScopeAccess(Self.scope, externalID: externalID)
      _ = try await accounts.caller(for: access).call(.listing())
    }
    #expect(sts.all.count == 3)
  }

  @Test("Keys that are still valid serve on while their renewal fails")
  func servesOn() async throws {
    let clock = TestClock()
    let sts = Recorder<HTTPRequest>()
    let server = TestServer { request, _ in
      guard request.signature?.service == "sts" else { return .ok("{}") }
      sts.record(request)
      return sts.all.count == 1 ? .ok(Self.keys(1, at: clock.now)) : .error("AccessDenied")
    }
    let caller = AWSAccounts.test(server, environment: .test(clock: clock))
      .caller(for: Self.scope)
    _ = try await caller.call(.listing())
    clock.pass(3599)
    _ = try await caller.call(.listing())
    #expect(sts.all.count == 2)
    clock.pass(1)
    let failure = try await awsFailure { try await caller.call(.listing()) }
    #expect(failure?.kind == .accessDenied)
    #expect(
      failure?.description
        == "AWS denies sts AssumeRole in cn-north-1: So it is (AccessDenied).")
  }

  @Test(
    "An answer without keys is none",
    arguments: [
      "<AssumeRoleResponse/>",
      "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>A</AccessKeyId>"
        + "<SecretAccessKey>very-secret</SecretAccessKey><SessionToken></SessionToken>"
        + "</Credentials></AssumeRoleResult></AssumeRoleResponse>",
    ])
  func withoutKeys(body: String) async throws {
    let caller = AWSAccounts.test(TestServer(.ok(body))).caller(for: Self.scope)
    let failure = try await awsFailure { try await caller.call(.listing()) }
    #expect(failure?.kind == .nonsense)
    #expect(failure?.description.contains("very-secret") == false)
  }
}

/// How callers share one load.
@Suite struct RefreshingCredentialsTests {
  private static let keys = AWSCredentials(accessKeyID: "A", secretAccessKey: Secret("s"))

  private static func refreshing(
    load: @escaping @Sendable () async throws -> AWSCredentials
  ) -> RefreshingCredentials {
    RefreshingCredentials(now: { noon }, load: load)
  }

  @Test("Those who wait share a failure, and the next one tries anew")
  func sharesFailure() async throws {
    let loads = Recorder<Void>()
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let shared = Self.refreshing {
      loads.record(())
      for await _ in gate { break }
      throw AWSFailure(.noCredentials, "none")
    }
    await withTaskGroup { group in
      for _ in 1...5 {
        group.addTask {
          await #expect(throws: AWSFailure.self) { try await shared.credentials() }
        }
      }
      // Long enough for all five to have asked; one that comes late loads for itself.
      while loads.all.isEmpty { await Task.yield() }
      try? await Task.sleep(for: .milliseconds(50))
      open.finish()
    }
    #expect(loads.all.count == 1)
    await #expect(throws: AWSFailure.self) { try await shared.credentials() }
    #expect(loads.all.count == 2)
  }

  @Test("When the one that loads is cancelled, one that waits takes its place")
  func takesOver() async throws {
    let loads = Recorder<Void>()
    let shared = Self.refreshing {
      loads.record(())
      if loads.all.count == 1 { try await Task.sleep(for: .seconds(60)) }
      return Self.keys
    }
    let first = Task { try await shared.credentials() }
    while loads.all.isEmpty { await Task.yield() }
    let second = Task { try await shared.credentials() }
    try await Task.sleep(for: .milliseconds(20))
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    #expect(try await second.value.accessKeyID == "A")
    #expect(loads.all.count == 2)
  }

  @Test("One that waits can be cancelled by itself")
  func cancelsWaiting() async throws {
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let loads = Recorder<Void>()
    let shared = Self.refreshing {
      loads.record(())
      for await _ in gate { break }
      return Self.keys
    }
    let first = Task { try await shared.credentials() }
    while loads.all.isEmpty { await Task.yield() }
    let second = Task { try await shared.credentials() }
    try await Task.sleep(for: .milliseconds(20))
    second.cancel()
    await #expect(throws: CancellationError.self) { try await second.value }
    open.finish()
    #expect(try await first.value.accessKeyID == "A")
    #expect(loads.all.count == 1)
  }

  @Test("A task that is cancelled already gets none and blocks nobody")
  func cancelledBefore() async throws {
    let shared = Self.refreshing { Self.keys }
    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await shared.credentials()
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try await shared.credentials().accessKeyID == "A")
  }
}
