import Foundation
import Synchronization
import Testing

@testable import CodeDeployNotifications

/// Finding who pushed a deployment: which source is asked, and where to write to.
@Suite struct DeployerSourceTests {
  typealias Deployer = DeploymentNotification.Deployer

  private static func found(
    _ identities: String..., email: String? = nil, name: String? = nil
  ) -> FoundDeployer {
    FoundDeployer(deployer: Deployer(name: name, email: email), identities: identities)
  }

  @Test(
    "The address is the mapped one, else one's own",
    arguments: [
      (found("arn", "ada"), ["ada": "ada@example.com"], "ada@example.com"),
      (found("arn", "ada"), ["ada": "2@example.com", "arn": "1@example.com"], "1@example.com"),
      (found("x", email: "ada@example.com"), [:], "ada@example.com"),
      (found("x", email: "ada@example.com"), ["ada@example.com": "a@example.com"], "a@example.com"),
      (found("x", name: "Ada"), ["Ada": "ada@example.com"], "ada@example.com"),
      (found("x", "ada@example.com"), [:], "ada@example.com"), (found("x", "y"), [:], nil),
      // Logins and addresses aren't case-sensitive; an exact match is preferred.
      (found("ADA"), ["Ada": "ada@example.com"], "ada@example.com"),
      (found(email: "Ada@Example.com"), ["ada@example.COM": "a@example.com"], "a@example.com"),
      (found("ADA"), ["ada": "1@example.com", "ADA": "2@example.com"], "2@example.com"),
      (found("x", name: "ada"), ["Ada": "1@example.com", "X": "2@example.com"], "2@example.com"),
      (found(), ["": "nobody@example.com"], nil),
      // Addresses that nobody reads can be mapped, and aren't written to.
      (found("1+ada@users.noreply.github.com", email: "noreply@github.com"), [:], nil),
      (
        found("1+ada@users.noreply.github.com"),
        ["1+ada@users.noreply.github.com": "ada@example.com"], "ada@example.com"
      ),
      // A commit may contain anything.
      (found(email: "ada@example.com\r\nBcc: eve@example.com"), [:], nil),
      (found(email: "ada@example.com,eve@example.com"), [:], nil),
      (found(email: "<ada@example.com>"), [:], nil), (found(email: "ada@localhost"), [:], nil),
      (found(email: "a\u{202E}@example.com"), [:], nil), (found(email: "@example.com"), [:], nil),
      (found(email: String(repeating: "a", count: 250) + "@example.com"), [:], nil),
      (found(email: "ada+o'neil@mail.example.co.uk"), [:], "ada+o'neil@mail.example.co.uk"),
    ] as [(FoundDeployer, [String: String], String?)])
  func addresses(found: FoundDeployer, deployers: [String: String], address: String?) {
    #expect(found.address(by: deployers) == address)
  }

  private static func source(_ found: FoundDeployer?) -> DeployerSource {
    DeployerSource { _, _ in found }
  }

  @Test("For an address the first source that leads to one counts")
  func firstAddress() async throws {
    let role = Self.found("arn:role", "deployer")
    let author = Self.found("ada", email: "ada@example.com")
    let source = DeployerSource.first(of: [
      Self.source(nil), Self.source(role), Self.source(author),
    ])
    let notification = Example.notification()
    #expect(try await source.find(notification, ScopeAccess(Example.scope)) == role)
    #expect(
      try await source.address(notification, ScopeAccess(Example.scope), [:]) == "ada@example.com")
    let mapped = ["deployer": "team@example.com"]
    #expect(
      try await source.address(notification, ScopeAccess(Example.scope), mapped)
        == "team@example.com")
    #expect(
      try await DeployerSource.none.address(notification, ScopeAccess(Example.scope), mapped) == nil
    )
  }

  @Test("A source that may know later has the others wait")
  func later() async throws {
    let failure = DeliveryFailure(.tryAgain(after: .seconds(180)), "not yet")
    let source = DeployerSource.first(of: [
      DeployerSource { _, _ in throw failure }, Self.source(Self.found("a@example.com")),
    ])
    await #expect(throws: failure) {
      try await source.address(Example.notification(), ScopeAccess(Example.scope), [:])
    }
  }

  /// A source that knows everybody, by deployment id.
  private static let everybody = DeployerSource { notification, _ in
    found("\(notification.deploymentID)@example.com")
  }

  private static func address(
    creator: DeploymentCreator?, triggeredBy: String? = nil, description: String? = nil,
    undoneCreator: DeploymentCreator = .user, read: Result<Bool, AWSFailure> = .success(true),
    ago: Double = 60
  ) async throws -> String? {
    let now: @Sendable () -> Date = { Example.now }
    let source = everybody.behindRollbacks(now: now) { id, access in
      #expect(access == ScopeAccess(Example.scope, externalID: "external"))
      guard try read.get() else { return nil }
      var undone = Example.deployment(.failed)
      undone.id = id
      undone.creator = undoneCreator
      undone.description = description
      return undone
    }
    let deployment = Example.deployment {
      $0.creator = creator
      $0.completedAt = Example.at(-ago)
      $0.rollback = triggeredBy.map { .init(triggeredBy: $0) }
    }
    return try await source.address(
      Example.notification(of: deployment), ScopeAccess(Example.scope, externalID: "external"), [:])
  }

  @Test(
    "Machines are nobody",
    arguments: [
      ("user", "d-1@example.com"), (nil, "d-1@example.com"), ("CloudFormation", "d-1@example.com"),
      ("autoscaling", nil), ("autoscalingTermination", nil), ("CodeDeployAutoUpdate", nil),
      ("CloudFormationRollback", nil), ("codeDeployRollback", nil),
    ] as [(DeploymentCreator?, String?)])
  func machines(creator: DeploymentCreator?, address: String?) async throws {
    #expect(try await Self.address(creator: creator) == address)
  }

  @Test("A rollback concerns whoever pushed what it undoes")
  func rollback() async throws {
    let rollback = DeploymentCreator.rollback
    #expect(
      try await Self.address(creator: rollback, triggeredBy: "d-0") == "d-0@example.com")
    #expect(
      try await Self.address(
        creator: rollback, triggeredBy: "d-0", description: "deployed-by: ada@example.com")
        == "ada@example.com")
    for creator in [rollback, "autoscaling"] {
      #expect(
        try await Self.address(creator: rollback, triggeredBy: "d-0", undoneCreator: creator)
          == nil)
    }
    #expect(
      try await Self.address(creator: rollback, triggeredBy: "d-0", read: .success(false)) == nil)
  }

  @Test(
    "What a rollback undoes may be read later, while it is news",
    arguments: [
      (AWSFailure.Kind.throttled, 60.0, true), (.unreachable, 60, true), (.throttled, 1300, false),
      (.accessDenied, 60, false), (.refused, 60, false), (.nonsense, 60, false),
    ])
  func rollbackTrouble(kind: AWSFailure.Kind, ago: Double, isRetried: Bool) async throws {
    func read() async throws -> String? {
      try await Self.address(
        creator: "codeDeployRollback", triggeredBy: "d-0", read: .failure(AWSFailure(kind, "No.")),
        ago: ago)
    }
    if isRetried {
      await #expect(
        throws: DeliveryFailure(
          .tryAgain(after: .seconds(60)), "who pushed d-1 can't be found out yet: no")
      ) { try await read() }
    } else {
      #expect(try await read() == nil)
    }
  }
}

/// What the announcer tells a channel that writes to whoever pushed.
@Suite struct DeployerAnnouncingTests {
  /// Answers with the address.
  private struct Mail: Channel {
    static let type = "mail"
    static let summary = "Writes to whoever pushed"
    static let settings: [ChannelSetting] = []

    init(settings: SettingValues) throws(SettingProblem) {}

    func deliver(
      _ message: ChannelMessage, with services: ChannelServices
    ) async throws -> String { try await services.deployerAddress() ?? "nobody" }
  }

  private static func send(
    description: String? = nil, deployers: [String: String] = [:], isTest: Bool = false,
    _ find: @escaping DeployerSource.Find
  ) async throws -> String {
    let announcer = Announcer(
      services: AnnouncingServices(
        catalog: ChannelCatalog([Mail.self]),
        http: HTTPClient { _ in HTTPResponse(status: 500) },
        aws: { _ in AWSCaller { _ in [] } },
        references: ReferenceResolver { _, _ in "" }, deployers: DeployerSource(find: find),
        now: { Example.now }))
    let channel = ChannelConfiguration(type: "mail", name: "mail")
    var registration = Registration(
      application: "checkout", scope: Example.scope, channels: [channel])
    registration.deployers = deployers
    registration.externalID = "external"
    let deployment = Example.deployment { $0.description = description }
    return try await announcer.send(
      Example.notification(of: deployment), through: channel, of: registration, isTest: isTest)
  }

  @Test("The description comes first, then the sources, with the registration's map")
  func order() async throws {
    let asked = Mutex(0)
    let find: DeployerSource.Find = { _, access in
      asked.withLock { $0 += 1 }
      #expect(access == ScopeAccess(Example.scope, externalID: "external"))
      return FoundDeployer(deployer: .init(name: "ada"), identities: ["arn:ada"])
    }
    let described = "deployed-by: ada@example.com"
    #expect(try await Self.send(description: described, find) == "ada@example.com")
    #expect(
      try await Self.send(
        description: "deployed-by: ada", deployers: ["ada": "a@example.com"], find)
        == "a@example.com")
    #expect(asked.withLock { $0 } == 0)
    #expect(
      try await Self.send(deployers: ["arn:ada": "b@example.com"], find) == "b@example.com")
    #expect(try await Self.send(find) == "nobody")
    #expect(asked.withLock { $0 } == 2)
  }

  @Test("A source that may know later has that channel wait")
  func later() async throws {
    let failure = DeliveryFailure(.tryAgain(after: .seconds(180)), "not yet")
    let thrown = await #expect(throws: SendFailure.self) {
      try await Self.send { _, _ in throw failure }
    }
    guard case .delivery(failure) = thrown else {
      Issue.record("\(String(describing: thrown))")
      return
    }
  }

  @Test("Nobody is asked who pushed what a test tells of")
  func test() async throws {
    let answer = try await Self.send(isTest: true) { _, _ in
      Issue.record("asked")
      return nil
    }
    #expect(answer == "nobody")
  }
}
