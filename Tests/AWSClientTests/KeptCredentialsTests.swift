import CodeDeployNotifications
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import AWSClient

/// Credentials that cost requests are requested once, and reused by later runs.
@Suite struct KeptCredentialsTests {
  /// Files in memory that outlive their user, like a disk.
  private final class Disk: Sendable {
    let files = Mutex<[String: [UInt8]]>([:])

    var kept: CredentialFiles {
      CredentialFiles(
        read: { name in self.files.withLock { $0[name] } },
        write: { name, bytes in self.files.withLock { $0[name] = bytes } },
        remove: { name in self.files.withLock { $0[name] = nil } })
    }

    var count: Int { files.withLock { $0.count } }
    var text: String {
      files.withLock { $0.values.map { String(decoding: $0, as: UTF8.self) }.joined() }
    }
  }

  /// STS and CodeDeploy, with what these tests need.
  private final class Scene: Sendable {
    let disk = Disk()
    let clock = TestClock()
    let asked = Recorder<String>()
    let refused = Mutex<Set<String>>([])

    var server: TestServer {
      TestServer { [self] request, _ in
        let key = request.signature?.credentials.accessKeyID ?? ""
        let isSTS = request.signature?.service == "sts" || request.signature == nil
        asked.record(isSTS ? "sts" : key)
        if refused.withLock({ $0.contains(key) }) { return .error("ExpiredTokenException") }
        guard isSTS else { return .ok(#"{"deployments":[]}"#) }
        let body = String(decoding: request.body, as: UTF8.self)
        let action = body.contains("WebIdentity") ? "AssumeRoleWithWebIdentity" : "AssumeRole"
        let number = asked.all.count { $0 == "sts" }
        return .ok(
          """
          <\(action)Response><\(action)Result><Credentials>
          <AccessKeyId>ASIA\(number)</AccessKeyId><SecretAccessKey>hush\(number)</SecretAccessKey>
          <SessionToken>token\(number)</SessionToken>
          <Expiration>\((clock.now + 3600).iso8601)</Expiration>
          </Credentials></\(action)Result></\(action)Response>
          """)
      }
    }

    /// The requests of a separate run: `sts`, or the key for CodeDeploy.
    func run(
      _ scope: AWSScope = AssumeRoleTests.scope, externalID: String? = nil,
      _ edit: (inout AWSEnvironment) -> Void = { _ in }
    ) async throws -> [String] {
      var environment = AWSEnvironment.test(clock: clock)
      environment.credentialFiles = disk.kept
      edit(&environment)
      let before = asked.all.count
      let accounts = AWSAccounts.test(server, environment: environment)
      _ = try await accounts.source(for: ScopeAccess(scope, externalID: externalID))
        .listPage(ListingFilter(), nil)
      return Array(asked.all[before...])
    }
  }

  @Test("A role's keys serve the next run, which makes one request")
  func role() async throws {
    let scene = Scene()
    #expect(try await scene.run() == ["sts", "ASIA1"])
    #expect(try await scene.run() == ["ASIA1"])
    // They aren't used shortly before they expire.
    scene.clock.pass(3600 - 299)
    #expect(try await scene.run() == ["sts", "ASIA2"])
    #expect(scene.disk.count == 1)
  }

  @Test("Another role, external id, key or endpoint has keys of its own")
  func ingredients() async throws {
    let scene = Scene()
    #expect(try await scene.run() == ["sts", "ASIA1"])
    #expect(try await scene.run(externalID: "x") == ["sts", "ASIA2"])
    var other = AssumeRoleTests.scope
    other.roleARN += "2"
    #expect(try await scene.run(other) == ["sts", "ASIA3"])
    #expect(
      try await scene.run { $0.variables["AWS_SECRET_ACCESS_KEY"] = "new" } == ["sts", "ASIA4"])
    #expect(
      try await scene.run { $0.variables["AWS_ENDPOINT_URL_STS"] = "https://sts.example" }
        == ["sts", "ASIA5"])
    #expect(try await scene.run() == ["ASIA1"])
  }

  @Test("Keys that AWS refuses are dropped and got anew, within the same call")
  func refused() async throws {
    let scene = Scene()
    _ = try await scene.run()
    scene.refused.withLock { _ = $0.insert("ASIA1") }
    #expect(try await scene.run() == ["ASIA1", "sts", "ASIA2"])
    #expect(try await scene.run() == ["ASIA2"])
    scene.refused.withLock { $0.formUnion(["ASIA2", "ASIA3"]) }
    let failure = try await awsFailure { try await scene.run() }
    #expect(failure?.kind == .credentialsRefused)
    #expect(scene.asked.all.suffix(3) == ["ASIA2", "sts", "ASIA3"])
  }

  @Test("A web identity's keys are kept for its token")
  func webIdentity() async throws {
    let scene = Scene()
    func run(_ token: String) async throws -> [String] {
      try await scene.run(.ireland) { environment in
        environment.variables = [
          "AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/r",
        ]
        environment.readFile = { $0 == "/token" ? Array(token.utf8) : nil }
      }
    }
    #expect(try await run("one") == ["sts", "ASIA1"])
    #expect(try await run("one") == ["ASIA1"])
    #expect(try await run("two") == ["sts", "ASIA2"])
    #expect(!scene.disk.text.contains("one"))
  }

  @Test("Long-term keys aren't kept, and nothing is without a place for it")
  func notKept() async throws {
    let scene = Scene()
    #expect(try await scene.run(.ireland) == ["AKID"])
    #expect(scene.disk.count == 0)
    for _ in 1...2 {
      let asked = try await scene.run { $0.credentialFiles = nil }
      #expect(asked.first == "sts")
    }
    #expect(scene.disk.count == 0)
  }

  @Test(
    "What isn't as it was written isn't used",
    arguments: ["", "{}", "[", #"{"version":2}"#, "null"])
  func spoilt(content: String) async throws {
    let scene = Scene()
    _ = try await scene.run()
    scene.disk.files.withLock { files in
      for name in files.keys { files[name] = Array(content.utf8) }
    }
    #expect(try await scene.run() == ["sts", "ASIA2"])
  }

  @Test("A kept key that somebody changed to what can't be one isn't used")
  func changedKey() async throws {
    let scene = Scene()
    _ = try await scene.run()
    scene.disk.files.withLock { files in
      for (name, bytes) in files {
        let text = String(decoding: bytes, as: UTF8.self)
        files[name] = Array(text.replacing("token1", with: "token 1").utf8)
      }
    }
    #expect(scene.disk.text.contains("token 1"))
    #expect(try await scene.run() == ["sts", "ASIA2"])
  }

  @Test("A clock that was set back has them asked for anew")
  func clockSetBack() async throws {
    let scene = Scene()
    _ = try await scene.run()
    scene.clock.pass(-3600)
    #expect(try await scene.run() == ["sts", "ASIA2"])
  }
}
