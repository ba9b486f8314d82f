import CycleSupport
import Synchronization
import Testing

@testable import CodeDeployNotifications

/// Whom a message mentions is looked up in little time, and never twice in vain.
@Suite struct QuickLookUpTests {
  private static let access = ScopeAccess(Example.scope)
  private static let ids = ["ada": "U0ADA0001"]
  private static let ada = FoundDeployer(deployer: .init(name: "ada"), identities: ["ada"])

  /// A source and how often it was asked.
  private final class Source: Sendable {
    private let state = Mutex(0)
    /// Opens when it was asked.
    let wasAsked = Gate()
    let answer: @Sendable () async throws -> FoundDeployer?

    init(_ answer: @escaping @Sendable () async throws -> FoundDeployer?) { self.answer = answer }

    static func hanging() -> Source {
      Source {
        try await Gate().pass()
        return nil
      }
    }

    var asked: Int { state.withLock { $0 } }

    func source(remembering remembered: String? = nil) -> DeployerSource {
      DeployerSource { _, _ in
        self.state.withLock { $0 += 1 }
        self.wasAsked.open()
        return try await self.answer()
      } remembered: { notification, _ in
        notification.deploymentID == remembered ? ada : nil
      }
    }

    /// A time that is over once the source was asked.
    var limit: LookUpLimit { LookUpLimit { [wasAsked] in try? await wasAsked.pass() } }
  }

  private static let endless = LookUpLimit { try? await Gate().pass() }

  private func entry(
    _ source: DeployerSource, _ id: String = "d-1", _ memory: LookUpMemory = LookUpMemory(),
    _ limit: LookUpLimit
  ) async throws -> String? {
    var deployment = Example.deployment(.failed)
    deployment.id = id
    return try await source.entry(
      Example.notification(of: deployment), Self.access, Self.ids,
      QuickLookUps(memory: memory, limit: limit))
  }

  @Test("A source that hangs isn't asked again, and what it remembers is used")
  func hanging() async throws {
    let hanging = Source.hanging()
    let source = hanging.source(remembering: "d-3")
    let memory = LookUpMemory()
    #expect(try await entry(source, "d-1", memory, hanging.limit) == nil)
    #expect(try await entry(source, "d-2", memory, Self.endless) == nil)
    #expect(try await entry(source, "d-3", memory, Self.endless) == "U0ADA0001")
    #expect(hanging.asked == 1)
  }

  @Test("A source that failed isn't asked again for the same deployment")
  func failing() async throws {
    let failing = Source { throw DeliveryFailure(.tryAgain(after: nil), "not yet") }
    let memory = LookUpMemory()
    let source = failing.source()
    for id in ["d-1", "d-1", "d-2", "d-2"] {
      #expect(try await entry(source, id, memory, Self.endless) == nil)
    }
    #expect(failing.asked == 2)
  }

  @Test("A source that answered others meanwhile was busy, and is asked again")
  func busy() async throws {
    let isFirst = Mutex(true)
    let answered = Gate()
    let busy = Source {
      let waits = isFirst.withLock { first in
        defer { first = false }
        return first
      }
      if waits { try await Gate().pass() }
      return Self.ada
    }
    let (source, memory) = (busy.source(), LookUpMemory())
    async let first = entry(
      source, "d-1", memory, LookUpLimit { try? await answered.pass() })
    try await busy.wasAsked.pass()
    #expect(try await entry(source, "d-2", memory, Self.endless) == "U0ADA0001")
    answered.open()
    #expect(try await first == nil)
    #expect(try await entry(source, "d-3", memory, Self.endless) == "U0ADA0001")
    #expect(try await entry(source, "d-1", memory, Self.endless) == nil)
  }

  @Test("All sources are asked at once, and the first that leads to an entry counts")
  func others() async throws {
    let (hanging, knowing) = (Source.hanging(), Source { Self.ada })
    // The time is over when both were asked.
    let limit = LookUpLimit {
      try? await hanging.wasAsked.pass()
      try? await knowing.wasAsked.pass()
    }
    let late = DeployerSource.first(of: [hanging.source(), knowing.source()])
    _ = try await entry(late, "d-1", LookUpMemory(), limit)
    #expect([hanging.asked, knowing.asked] == [1, 1])
    let first = DeployerSource.first(of: [knowing.source(), Source.hanging().source()])
    #expect(try await entry(first, "d-1", LookUpMemory(), Self.endless) == "U0ADA0001")
    let second = DeployerSource.first(of: [
      hanging.source(), knowing.source(remembering: "d-1"),
    ])
    #expect(try await entry(second, "d-1", LookUpMemory(), hanging.limit) == "U0ADA0001")
  }

  @Test("The deployment that a rollback undoes is read within the same time")
  func rollback() async throws {
    let read = Gate()
    let clock = { @Sendable in Example.now }
    let source = DeployerSource { _, _ in Self.ada }.behindRollbacks(now: clock) { _, _ in
      read.open()
      try await Gate().pass()
      return nil
    }
    let rollback = Example.deployment {
      $0.creator = .rollback
      $0.rollback = .init(triggeredBy: "d-0")
    }
    let lookUps = QuickLookUps(limit: LookUpLimit { try? await read.pass() })
    #expect(
      try await source.entry(
        Example.notification(of: rollback), Self.access, Self.ids, lookUps) == nil)
  }

  /// Answers with the id of whoever pushed.
  private struct Chat: Channel {
    static let type = "chat"
    static let summary = "Mentions whoever pushed"
    static let settings: [ChannelSetting] = []

    init(settings: SettingValues) throws(SettingProblem) {}

    func deliver(
      _ message: ChannelMessage, with services: ChannelServices
    ) async throws -> String { try await services.deployerID("chat") ?? "nobody" }
  }

  @Test("A message goes out while the source hangs, and mentions whom its description names")
  func message() async throws {
    let hanging = Source.hanging()
    var services = AnnouncingServices(
      catalog: ChannelCatalog([Chat.self]), http: HTTPClient { _ in HTTPResponse(status: 500) },
      aws: { _ in AWSCaller { _ in [] } }, references: ReferenceResolver { _, _ in "" },
      deployers: hanging.source(), now: { Example.now })
    services.lookUpLimit = { _ in hanging.limit }
    let announcer = Announcer(services: services)
    let channel = ChannelConfiguration(type: "chat", name: "chat")
    var registration = Registration(
      application: "checkout", scope: Example.scope, channels: [channel])
    registration.deployerIDs = ["ada": ["chat": "U0ADA0001"]]
    for (description, called) in [(nil, "nobody"), ("deployed-by: ada", "U0ADA0001")] {
      let deployment = Example.deployment { $0.description = description }
      #expect(
        try await announcer.send(
          Example.notification(of: deployment), through: channel, of: registration) == called)
    }
    #expect(hanging.asked == 1)
  }
}
