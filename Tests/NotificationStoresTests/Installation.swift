import CodeDeployNotifications
import Foundation
import Logging
import NotificationStores
import Synchronization

/// Time that passes only when somebody waits for it, or the test says so.
final class TestClock: Sendable {
  private struct State {
    var now = Sample.now
    var cycleStart = Sample.now
    var limitsPass = false
    var shortLimitsPass = false
  }

  private let state = Mutex(State())

  var now: Date { state.withLock(\.now) }

  func pass(_ seconds: Double) { state.withLock { $0.now += seconds } }

  /// From now on the limits of attempts and cycles are over as soon as they are set.
  func letLimitsPass() { state.withLock { $0.limitsPass = true } }

  /// From now on the limit of reading details is over as soon as it is set.
  func letShortLimitsPass() { state.withLock { $0.shortLimitsPass = true } }

  /// The clock of a cycle that begins now. Retries wait for some seconds at the most; what waits
  /// longer is a limit, which lasts until it is cancelled.
  func cycle() -> CycleClock {
    state.withLock { $0.cycleStart = $0.now }
    return CycleClock(
      now: { self.state.withLock(\.now) },
      elapsed: {
        .seconds(self.state.withLock { $0.now.timeIntervalSince($0.cycleStart) })
      },
      sleep: { duration in
        if duration < .seconds(5) { return self.pass(duration.inSeconds) }
        if duration == .seconds(5), self.state.withLock(\.shortLimitsPass) { return }
        if !self.state.withLock(\.limitsPass) { try await Gate().pass() }
      },
      random: { 0.5 })
  }
}

/// Everything that a cycle works with: a real store in a folder, and fakes of the rest.
struct Installation: Sendable {
  let store: any Store
  let codeDeploy = FakeCodeDeploy()
  let provider = FakeProvider()
  let clock = TestClock()

  static func with(
    _ kind: StoreKind = .sqlite, _ body: (Installation) async throws -> Void
  ) async throws {
    try await kind.withStore { try await body(Installation(store: $0)) }
  }

  /// Registers an application, in the place of what was registered.
  func register(
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

  /// Runs a cycle; what CodeDeploy was asked before is forgotten.
  func poll(_ edit: (inout PollOptions) -> Void = { _ in }) async -> PollReport {
    codeDeploy.forgetRequests()
    var options = PollOptions()
    edit(&options)
    let services = PollServices(
      store: store, source: { [codeDeploy] _, _ in codeDeploy.source },
      announcing: AnnouncingServices(
        catalog: ChannelCatalog([HookChannel.self]), http: provider.client,
        aws: { _, _ in AWSCaller { _ in throw FakeCodeDeploy.failure } },
        references: ReferenceResolver { reference, _, _ in
          throw DeliveryFailure(.refused, "nothing is kept at \(reference)")
        },
        now: { Sample.now }),
      clock: clock.cycle(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    return await PollCycle(services: services, options: options).run()
  }

  /// All that the ledger holds, by the deployments' ids.
  func entries() async throws -> [String: LedgerEntry] {
    let entries = Mutex<[String: LedgerEntry]>([:])
    try await store.contents { record in
      if case .deployment(let entry) = record { entries.withLock { $0[entry.key.id] = entry } }
    }
    return entries.withLock { $0 }
  }

  /// Every notification that the ledger holds, as `deployment event channel state`.
  func ledger() async throws -> [String] {
    try await store.history(HistoryQuery()).flatMap { entry in
      entry.notifications.map { "\(entry.deployment.id) \($0.event) \($0.channel) \($0.state)" }
    }.sorted()
  }
}

extension PollReport {
  /// What became of each notification, as `deployment event channel outcome: reason`.
  var lines: [String] {
    notifications.map {
      "\($0.deploymentID) \($0.event) \($0.channel) \($0.outcome): \($0.reason)"
    }
  }

  /// Why the scopes weren't read whole.
  var troubles: [String] { scopes.flatMap { $0.failures.map { "\($0)" } } }
}
