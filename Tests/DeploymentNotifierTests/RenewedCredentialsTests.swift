import AWSClient
import CodeDeployNotifications
import DeploymentNotifier
import Foundation
import Logging
import Synchronization
import Testing

@Suite("Credentials that another program renews")
struct RenewedCredentialsTests {
  /// A credentials file, and an AWS that accepts one access key.
  private final class Account: Sendable {
    private struct State {
      var inFile = "AKIAFIRST"
      var accepted = "AKIAFIRST"
      var used: [String] = []
    }

    private let state = Mutex(State())

    /// The keys of the requests since the last call.
    func takeUsed() -> [String] {
      state.withLock { state in
        defer { state.used = [] }
        return state.used
      }
    }

    func accept(_ key: String) { state.withLock { $0.accepted = key } }
    func write(_ key: String) { state.withLock { $0.inFile = key } }

    func file(_ path: String) -> [UInt8]? {
      guard path == "/home/ada/.aws/credentials" else { return nil }
      let key = state.withLock(\.inFile)
      return Array("[default]\naws_access_key_id = \(key)\naws_secret_access_key = s\n".utf8)
    }

    func answer(_ request: HTTPRequest) -> HTTPResponse {
      let key = request.signature?.credentials.accessKeyID ?? ""
      let isAccepted = state.withLock { state in
        state.used.append(key)
        return state.accepted == key
      }
      let body =
        isAccepted ? #"{"deployments": []}"# : #"{"__type": "UnrecognizedClientException"}"#
      return HTTPResponse(
        status: isAccepted ? 200 : 400,
        headers: [HTTPField("Content-Type", "application/x-amz-json-1.1")], body: Array(body.utf8))
    }

    func notifier() throws -> DeploymentNotifier {
      let environment = AWSEnvironment(
        variables: ["AWS_EC2_METADATA_DISABLED": "true"], homeDirectory: "/home/ada",
        readFile: { self.file($0) })
      let accounts = AWSAccounts(
        environment: environment, http: HTTPClient { self.answer($0) })
      return DeploymentNotifier(
        DeploymentNotifier.Parts(
          store: InMemoryStore(),
          source: { accounts.source(for: $0) },
          announcing: AnnouncingServices(
            catalog: ChannelCatalog([EchoChannel.self]),
            http: HTTPClient { _ in throw HTTPFailure(.broken, "nothing is sent here") },
            aws: { accounts.caller(for: $0) },
            references: ReferenceChoice.none.resolver(aws: {
              accounts.caller(for: $0)
            })),
          region: { _ in "eu-west-1" }, logger: .silent, references: .none))
    }
  }

  @Test("Renewed credentials are found by the cycle after a refusal")
  func nextCycle() async throws {
    let account = Account()
    let notifier = try account.notifier()
    try await notifier.register("checkout", channels: ["echo"], verifying: false)
    #expect(await notifier.poll(.patient).failures.isEmpty)

    account.accept("AKIASECOND")
    _ = account.takeUsed()
    for _ in 0..<3 {
      let report = await notifier.poll(.patient)
      #expect(report.failures.map(\.subject) == [.scope(AWSScope(region: "eu-west-1"))])
      #expect(report.scopes[0].failures[0].kind == .credentialsRefused)
    }
    // Reading the same key again is no reason for another request.
    #expect(account.takeUsed() == ["AKIAFIRST", "AKIAFIRST", "AKIAFIRST"])

    account.write("AKIASECOND")
    for _ in 0..<3 { #expect(await notifier.poll(.patient).failures.isEmpty) }
    // After the refusal the file still had the old key, which is refused again.
    #expect(account.takeUsed() == ["AKIAFIRST", "AKIASECOND", "AKIASECOND", "AKIASECOND"])
  }

  @Test("Renewed credentials are found by the cycle whose old ones are refused")
  func sameCycle() async throws {
    let account = Account()
    let notifier = try account.notifier()
    try await notifier.register("checkout", channels: ["echo"], verifying: false)
    #expect(await notifier.poll(.patient).failures.isEmpty)
    _ = account.takeUsed()
    account.write("AKIASECOND")
    account.accept("AKIASECOND")
    let report = await notifier.poll(.patient)
    #expect(report.failures.isEmpty)
    #expect(account.takeUsed() == ["AKIAFIRST", "AKIASECOND"])
    #expect(report.scopes.map(\.requests) == [2])
  }
}
