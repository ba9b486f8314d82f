import CodeDeployNotifications
import Foundation
import TestSupport
import Testing

@testable import AWSClient

/// Who created a deployment, from recorded answers of CloudTrail.
@Suite struct CloudTrailTests {
  private static func event(
    _ id: String?, identity: String, source: String = "codedeploy.amazonaws.com"
  ) throws -> String {
    let response = id.map { #"{"deploymentId":"\#($0)"}"# } ?? "null"
    let record = #"""
      {"eventVersion":"1.08","userIdentity":\#(identity),"eventTime":"2026-01-01T12:00:00Z",
      "eventSource":"\#(source)","eventName":"CreateDeployment","responseElements":\#(response)}
      """#
    let text = String(decoding: try JSONEncoder().encode(record), as: UTF8.self)
    return #"{"EventId":"e","EventName":"CreateDeployment","CloudTrailEvent":\#(text)}"#
  }

  private static let ada =
    #"{"type":"IAMUser","userName":"ada","arn":"arn:aws:iam::1:user/ada","principalId":"AIDA1"}"#

  private static func page(_ events: String..., next: String? = nil) -> TestServer.Answer {
    let token = next.map { #","NextToken":"\#($0)""# } ?? ""
    return .ok(#"{"Events":[\#(events.joined(separator: ","))]\#(token)}"#)
  }

  private struct Scene {
    let server: TestServer
    let clock = TestClock()
    let sleeps = Recorder<Duration>()
    private let trail: CloudTrail

    init(_ answers: TestServer.Answer...) {
      server = TestServer { _, index in answers[min(index, answers.count - 1)] }
      let environment = AWSEnvironment.test(clock: clock, sleeps: sleeps)
      let accounts = AWSAccounts.test(server, environment: environment)
      trail = CloudTrail(environment: environment) { accounts.caller(for: $0) }
    }

    /// Finds whoever created a deployment that many seconds ago.
    func find(
      _ id: String = "d-1", ago: Double = 0, ended: Double? = nil, in scope: AWSScope = .ireland
    ) async throws -> FoundDeployer? {
      var deployment = Deployment(
        id: id, application: "a", status: .succeeded, createdAt: clock.now - ago)
      deployment.completedAt = ended.map { clock.now - $0 }
      return try await trail.deployers.find(
        DeploymentNotification(event: .succeeded, of: deployment, region: scope.region),
        ScopeAccess(scope))
    }

    var bodies: [String] { server.received.map { String(decoding: $0.body, as: UTF8.self) } }
  }

  private static func failure(
    _ body: () async throws -> FoundDeployer?
  ) async throws -> DeliveryFailure? {
    do {
      _ = try await body()
      return nil
    } catch let failure as DeliveryFailure { return failure }
  }

  @Test("A narrow window is looked up, as the API has it")
  func request() async throws {
    let scene = Scene(Self.page(try Self.event("d-1", identity: Self.ada)))
    #expect(try await scene.find(ago: 3600)?.deployer.name == "ada")
    let request = try #require(scene.server.received.first)
    #expect(request.url == "https://cloudtrail.eu-west-1.amazonaws.com/")
    #expect(
      request.headers.last
        == HTTPField(
          "X-Amz-Target",
          "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"))
    // Noon minus an hour, rounded to five minutes, with a minute on either side.
    #expect(
      scene.bodies == [
        #"{"EndTime":1767265560,"LookupAttributes":[{"AttributeKey":"EventName","#
          + #""AttributeValue":"CreateDeployment"}],"MaxResults":50,"StartTime":1767265140}"#
      ])
    #expect(request.signature?.service == "cloudtrail")
  }

  @Test("No look-up goes into the future")
  func future() async throws {
    let scene = Scene(Self.page(try Self.event("d-1", identity: Self.ada)))
    _ = try await scene.find(ago: 1)
    #expect(scene.bodies.first?.contains("EndTime") == false)
  }

  @Test(
    "Each kind of identity has its name or address, and the names that can be mapped",
    arguments: [
      (ada, "ada", nil, ["arn:aws:iam::1:user/ada", "ada", "AIDA1"]),
      (
        #"{"type":"IAMUser","userName":"ada@example.com","arn":"arn:aws:iam::1:user/ada@example.com"}"#,
        nil, "ada@example.com", ["arn:aws:iam::1:user/ada@example.com", "ada@example.com"]
      ),
      (
        #"{"type":"AssumedRole","principalId":"AROA1:ci-42","#
          + #""arn":"arn:aws:sts::1:assumed-role/deployer/ci-42","sessionContext":{"#
          + #""sessionIssuer":{"type":"Role","arn":"arn:aws:iam::1:role/deployer","userName":"deployer"}}}"#,
        "ci-42", nil,
        [
          "arn:aws:sts::1:assumed-role/deployer/ci-42", "ci-42", "deployer/ci-42", "AROA1:ci-42",
          "arn:aws:iam::1:role/deployer", "deployer",
        ]
      ),
      (
        #"{"type":"AssumedRole","principalId":"AROA1:ada@example.com","#
          + #""arn":"arn:aws:sts::1:assumed-role/AWSReservedSSO_Dev_0a1b/ada@example.com"}"#,
        nil, "ada@example.com",
        [
          "arn:aws:sts::1:assumed-role/AWSReservedSSO_Dev_0a1b/ada@example.com", "ada@example.com",
          "AROA1:ada@example.com",
        ]
      ),
      (
        #"{"type":"Root","arn":"arn:aws:iam::1:root","principalId":"1"}"#, "root", nil,
        ["arn:aws:iam::1:root", "root", "1"]
      ),
      (
        #"{"type":"FederatedUser","arn":"arn:aws:sts::1:federated-user/ada","principalId":"1:ada"}"#,
        "ada", nil, ["arn:aws:sts::1:federated-user/ada", "ada", "1:ada"]
      ),
      (
        #"{"type":"AWSService","invokedBy":"codepipeline.amazonaws.com"}"#,
        "codepipeline.amazonaws.com", nil, ["codepipeline.amazonaws.com"]
      ),
      (#"{"type":"WebIdentityUser","userName":"sub-1"}"#, "sub-1", nil, ["sub-1"]),
    ] as [(String, String?, String?, [String])])
  func identities(
    identity: String, name: String?, email: String?, identities: [String]
  ) async throws {
    let found = try await Scene(Self.page(try Self.event("d-1", identity: identity))).find()
    #expect(
      found
        == FoundDeployer(
          deployer: .init(name: name, email: email, source: "cloudtrail"), identities: identities))
    #expect(found?.address(by: [:]) == email)
  }

  @Test("Other services' deployments, calls that failed and odd events are passed over")
  func others() async throws {
    let scene = Scene(
      Self.page(
        try Self.event("d-1", identity: Self.ada, source: "apigateway.amazonaws.com"),
        try Self.event(nil, identity: Self.ada), try Self.event("d-1", identity: "{}"),
        try Self.event("d-1", identity: "null"), "{}", "[]",
        #"{"CloudTrailEvent":"{\"eventSource\":"}"#, #"{"CloudTrailEvent":7}"#))
    #expect(try await scene.find(ago: 3600) == nil)
  }

  @Test("Pages are followed, up to a bound, two a second")
  func pages() async throws {
    let empty = Self.page(next: "t1")
    let scene = Scene(
      empty, Self.page(next: "t2"), Self.page(try Self.event("d-1", identity: Self.ada)))
    #expect(try await scene.find()?.deployer.name == "ada")
    #expect(scene.bodies.count == 3)
    #expect(scene.bodies.last?.contains(#""NextToken":"t2""#) == true)
    #expect(scene.sleeps.all == [.seconds(0.5), .seconds(1)])

    let server = TestServer { _, index in Self.page(next: "t\(index)") }
    let environment = AWSEnvironment.test()
    let accounts = AWSAccounts.test(server, environment: environment)
    let trail = CloudTrail(environment: environment) { accounts.caller(for: $0) }
    let old = Deployment(id: "d-1", application: "a", status: .failed, createdAt: noon - 7200)
    let notification = DeploymentNotification(event: .failed, of: old, region: "eu-west-1")
    #expect(try await trail.deployers.find(notification, ScopeAccess(.ireland)) == nil)
    #expect(server.received.count == 10)
  }

  @Test("One look-up serves all that were created around the same time, in that account")
  func shared() async throws {
    let scene = Scene(
      Self.page(
        try Self.event("d-1", identity: Self.ada), try Self.event("d-2", identity: Self.ada)))
    try await withThrowingTaskGroup(of: FoundDeployer?.self) { group in
      for id in ["d-1", "d-2", "d-1"] { group.addTask { try await scene.find(id, ago: 3600) } }
      for try await found in group { #expect(found?.deployer.name == "ada") }
    }
    #expect(scene.bodies.count == 1)
    _ = try await scene.find("d-1", ago: 7200)
    _ = try await scene.find(
      "d-1", ago: 3600,
      in: AWSScope(region: "eu-west-1", profile: "", roleARN: "arn:aws:iam::2:role/r"))
    // The other account's role is assumed first.
    #expect(scene.bodies.filter { $0.contains("LookupAttributes") }.count == 2)
  }

  @Test("What isn't there yet is waited for, for twenty minutes")
  func late() async throws {
    let scene = Scene(Self.page(), Self.page(try Self.event("d-1", identity: Self.ada)))
    let failure = try await Self.failure { try await scene.find(ago: 30) }
    #expect(
      failure
        == DeliveryFailure(
          .tryAgain(after: .seconds(180)),
          "CloudTrail doesn't yet show who pushed d-1: its events arrive some minutes late"))
    // It isn't looked up again within the cycle, but in the one after the wait.
    _ = try await Self.failure { try await scene.find(ago: 40) }
    #expect(scene.bodies.count == 1)
    scene.clock.pass(180)
    #expect(try await scene.find(ago: 210)?.deployer.name == "ada")

    let empty = Scene(Self.page())
    #expect(try await Self.failure { try await empty.find(ago: 1199) } != nil)
    #expect(try await empty.find(ago: 1201) == nil)
  }

  @Test("Where it isn't allowed nobody is found, and it is asked once a cycle")
  func denied() async throws {
    let scene = Scene(.error("AccessDeniedException"))
    #expect(try await scene.find(ago: 30) == nil)
    #expect(try await scene.find("d-2", ago: 900) == nil)
    #expect(scene.bodies.count == 1)
    scene.clock.pass(180)
    #expect(try await scene.find(ago: 30) == nil)
    #expect(scene.bodies.count == 2)
  }

  @Test(
    "Trouble is waited out while the deployment is news, with one request an attempt",
    arguments: [
      (TestServer.Answer.error("ThrottlingException"), true),
      (.status(429, "", headers: [HTTPField("Retry-After", "60")]), true), (.status(503), true),
      (.failure(.timedOut), true), (.ok("{\"message\":\"Sign in.\"}"), true),
      (.error("InvalidTimeRangeException"), false), (.error("UnknownOperationException"), false),
    ])
  func trouble(answer: TestServer.Answer, isRetried: Bool) async throws {
    let scene = Scene(answer)
    let failure = try await Self.failure { try await scene.find(ago: 7200, ended: 10) }
    #expect(failure?.verdict == (isRetried ? .tryAgain(after: .seconds(60)) : nil))
    #expect(scene.bodies.count == 1)
    #expect(try await scene.find(ago: 7200, ended: 1300) == nil)
  }
}

/// Calls of one key are a fixed interval apart.
@Suite struct RateLimiterTests {
  @Test("Turns of one key are apart, those of another aren't held up")
  func apart() async throws {
    let clock = TestClock()
    let sleeps = Recorder<Duration>()
    let limiter = RateLimiter(interval: 0.5, environment: .test(clock: clock, sleeps: sleeps))
    for _ in 0..<3 { try await limiter.turn(for: "a") }
    try await limiter.turn(for: "b")
    #expect(sleeps.all == [.seconds(0.5), .seconds(1)])
    clock.pass(10)
    try await limiter.turn(for: "a")
    #expect(sleeps.all.count == 2)
    // A clock that was set back by an hour delays nobody.
    clock.pass(-3600)
    try await limiter.turn(for: "a")
    #expect(sleeps.all.count == 2)
  }
}
