import Foundation
import Synchronization
import Testing

@testable import CodeDeployNotifications

/// Resolving the references in a channel's settings.
@Suite struct ReferenceTests {
  /// Records the reads.
  private final class Reads: Sendable {
    private let list = Mutex<[String]>([])
    var all: [String] { list.withLock { $0 } }
    func add(_ reference: SettingReference) -> Int {
      list.withLock {
        $0.append("\(reference)")
        return $0.count
      }
    }
  }

  private static func announcer(
    _ resolve: @escaping @Sendable (SettingReference) async throws -> String
  ) -> Announcer {
    Announcer(
      services: AnnouncingServices(
        catalog: .fake, http: HTTPClient { _ in throw CancellationError() },
        aws: { _ in AWSCaller { _ in throw CancellationError() } },
        references: ReferenceResolver { reference, _ in try await resolve(reference) }))
  }

  private static func send(
    _ announcer: Announcer, _ settings: [String: String], region: String = "us-east-1"
  ) async throws -> String {
    let channel = ChannelConfiguration(type: "webhook", settings: settings.mapValues { [$0] })
    let registration = Registration(
      application: "checkout", scope: AWSScope(region: region), channels: [channel])
    return try await announcer.send(
      DeploymentNotification(
        event: .succeeded, of: Example.deployment(), region: region),
      through: channel, of: registration)
  }

  /// What became of a delivery that fails.
  private static func failure<Value>(
    _ send: () async throws -> Value
  ) async throws -> DeliveryFailure {
    let failure = try await #require(throws: SendFailure.self) { _ = try await send() }
    guard case .delivery(let failure) = failure else { throw failure }
    return failure
  }

  /// Throws an error of its own type that contains a secret.
  private struct BlurtingChannel: Channel {
    struct Blurt: Error, CustomStringConvertible { var description: String }
    static let type = "blurting"
    static let settings = [ChannelSetting("token", secret: true, "a token")]
    let token: String
    init(settings: SettingValues) throws(SettingProblem) {
      token = settings.text("token") ?? ""
    }
    func deliver(_ message: ChannelMessage, with services: ChannelServices) async throws -> String {
      throw Blurt(description: "refused \(token)")
    }
  }

  @Test("What a channel throws is cleaned, whatever it is") func blurt() async throws {
    let services = AnnouncingServices(
      catalog: ChannelCatalog(ChannelCatalog.fake.types + [BlurtingChannel.self]),
      http: HTTPClient { _ in throw CancellationError() },
      aws: { _ in AWSCaller { _ in throw CancellationError() } },
      references: ReferenceResolver { _, _ in "token-of-the-team" })
    let channel = ChannelConfiguration(type: "blurting", settings: ["token": ["env:TOKEN"]])
    let registration = Registration(
      application: "checkout", scope: AWSScope(region: "us-east-1"), channels: [channel])
    let failure = try await Self.failure {
      try await Announcer(services: services).send(
        DeploymentNotification(event: .succeeded, of: Example.deployment(), region: "us-east-1"),
        through: channel, of: registration)
    }
    #expect(failure.description == "refused ********")
    #expect(failure.verdict == .refused)
  }

  private static let settings = ["url": "env:URL", "secret": "ssm:/key", "format": "literal:env:X"]

  @Test("Each is read once, a literal never, whatever needs it") func once() async throws {
    let reads = Reads()
    let announcer = Self.announcer {
      _ = reads.add($0)
      await Task.yield()
      return "https://h/value-of-\($0)"
    }
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<20 { group.addTask { try await Self.send(announcer, Self.settings) } }
      for try await answer in group {
        // No answer shows a reference's value.
        #expect(answer.hasPrefix("https://h/******** ******** env:X "), "\(answer)")
      }
    }
    #expect(reads.all.sorted() == ["env:URL", "ssm:/key"])
    // Another region has other parameters.
    _ = try await Self.send(announcer, Self.settings, region: "eu-west-1")
    #expect(reads.all.sorted() == ["env:URL", "env:URL", "ssm:/key", "ssm:/key"])
  }

  /// How a read fails, and the expected failure.
  struct Row: Sendable, CustomTestStringConvertible {
    var kind: AWSFailure.Kind
    var verdict: DeliveryFailure.Verdict
    /// How often two attempts read.
    var reads: Int
    var testDescription: String { "\(kind)" }

    static let all: [Row] =
      [.accessDenied, .refused].map { Row(kind: $0, verdict: .refused, reads: 1) }
      + [
        .throttled, .unreachable, .serviceFault, .nonsense, .clockOff, .noCredentials,
        .credentialsRefused,
      ].map { Row(kind: $0, verdict: .tryAgain(after: nil), reads: 2) }
  }

  @Test("A failure says which setting, and is read again where it may pass", arguments: Row.all)
  func failures(row: Row) async throws {
    let reads = Reads()
    let announcer = Self.announcer {
      _ = reads.add($0)
      throw AWSFailure(row.kind, "The answer is no.")
    }
    for _ in 0..<2 {
      let failure = try await Self.failure {
        try await Self.send(announcer, ["url": "ssm:/url"])
      }
      #expect(failure.verdict == row.verdict)
      #expect(failure.description == "url: ssm:/url can't be read: the answer is no")
    }
    #expect(reads.all.count == row.reads)
  }

  @Test("What isn't there is refused") func missing() async throws {
    struct Missing: Error, CustomStringConvertible { let description = "env:URL is not set" }
    let announcer = Self.announcer { _ in throw Missing() }
    let failure = try await Self.failure {
      try await Self.send(announcer, ["url": "env:URL"])
    }
    #expect(failure == DeliveryFailure(.refused, "url: env:URL is not set"))
  }

  @Test("A delivery whose time is up waits for no read, and the read serves the others")
  func cancellation() async throws {
    let (gate, open) = AsyncStream<Void>.makeStream()
    let (begun, begin) = AsyncStream<Void>.makeStream()
    let announcer = Self.announcer { _ in
      begin.yield()
      for await _ in gate {}
      return "https://late"
    }
    let hurried = Task { try await Self.send(announcer, ["url": "ssm:/url"]) }
    for await _ in begun { break }
    let patient = Task { try await Self.send(announcer, ["url": "ssm:/url"]) }
    hurried.cancel()
    let interruption = await #expect(throws: SendFailure.self) { try await hurried.value }
    guard case .interrupted? = interruption else {
      Issue.record("\(String(describing: interruption))")
      return
    }
    open.finish()
    #expect(try await patient.value.hasPrefix("https://late "))
  }
}
