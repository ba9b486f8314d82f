import CodeDeployNotifications
import Foundation
import Logging
import Synchronization

/// Everything that a cycle uses: a store, and fakes of the rest.
package struct Installation: Sendable {
  package let store: any Store
  package let codeDeploy = FakeCodeDeploy()
  /// CodeDeploy in scopes that have one of their own.
  package var elsewhere: [AWSScope: FakeCodeDeploy] = [:]
  package let provider = FakeProvider()
  package let clock = CycleTestClock()

  package init(store: any Store) { self.store = store }

  /// With a store in memory.
  package static func with(_ body: (Installation) async throws -> Void) async throws {
    try await body(Installation(store: InMemoryStore()))
  }

  /// CodeDeploy of its own in a scope.
  package mutating func codeDeploy(in scope: AWSScope) -> FakeCodeDeploy {
    let codeDeploy = elsewhere[scope] ?? FakeCodeDeploy()
    elsewhere[scope] = codeDeploy
    return codeDeploy
  }

  /// Registers an application, replacing an earlier registration.
  package func register(
    _ application: String = "checkout", in scope: AWSScope = Sample.scope,
    _ channels: [ChannelConfiguration] = [.hook()], since: Double = -3600
  ) async throws {
    let registration = Sample.registration(application, in: scope, channels: channels)
    let old = try await store.registrations().first {
      $0.registration.identity == registration.identity
    }
    let record = Sample.record(registration, since: Sample.at(since))
    _ = try await store.change([.put(record, over: old)])
  }

  /// Runs a cycle, after clearing the log of CodeDeploy's requests.
  ///
  /// - Parameter leavesToOthers: Whether other programs are at work on the store.
  package func poll(
    leavesToOthers: Bool = false, _ edit: (inout PollOptions) -> Void = { _ in }
  ) async -> PollReport {
    codeDeploy.forgetRequests()
    var options = PollOptions()
    edit(&options)
    var announcing = AnnouncingServices(
      catalog: ChannelCatalog([HookChannel.self]), http: provider.client,
      aws: { _ in AWSCaller { _ in throw FakeCodeDeploy.failure } },
      references: ReferenceResolver { reference, _ in
        throw DeliveryFailure(.refused, "nothing is kept at \(reference)")
      },
      now: { Sample.now })
    announcing.leavesToOthers = leavesToOthers
    let services = PollServices(
      store: store,
      source: { [codeDeploy, elsewhere] in (elsewhere[$0.scope] ?? codeDeploy).source },
      announcing: announcing,
      clock: clock.cycle(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    return await PollCycle(services: services, options: options).run()
  }

  /// The ledger's entries, by deployment id.
  package func entries() async throws -> [String: LedgerEntry] {
    let entries = Mutex<[String: LedgerEntry]>([:])
    try await store.exportRecords { record in
      if case .deployment(let entry) = record { entries.withLock { $0[entry.key.id] = entry } }
    }
    return entries.withLock { $0 }
  }

  /// The ledger's notifications, as `deployment event channel state`.
  package func ledger() async throws -> [String] {
    try await store.history(HistoryQuery()).flatMap { entry in
      entry.notifications.map { "\(entry.deployment.id) \($0.event) \($0.channel) \($0.state)" }
    }.sorted()
  }
}

extension PollReport {
  /// The outcome of each notification, as `deployment event channel outcome: reason`.
  package var lines: [String] {
    notifications.map {
      "\($0.deploymentID) \($0.event) \($0.channel) \($0.outcome): \($0.reason)"
    }
  }

  /// Why scopes weren't read completely.
  package var troubles: [String] { scopes.flatMap { $0.failures.map { "\($0)" } } }
}
