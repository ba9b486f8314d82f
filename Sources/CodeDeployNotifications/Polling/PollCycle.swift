import Foundation
import Logging

/// One poll cycle: discover → observe → plan → record, for all scopes concurrently. What is due is
/// dispatched at the same time.
package struct PollCycle: Sendable {
  private var services: PollServices
  private let options: PollOptions
  /// The most deployments that one cycle forgets, so that no cycle keeps the store busy for long.
  private static let forgottenAtOnce = 200

  package init(services: PollServices, options: PollOptions) {
    self.services = services
    self.options = options
  }

  /// Runs the cycle to its end. It throws nothing: the report has the failures, and everything that
  /// could be done was done. A caller that has opened the store already can pass the opening.
  package func run(opening: Opening? = nil) async -> PollReport {
    var cycle = self
    cycle.services.clock = services.clock.beginning()
    return await cycle.runFromNow(opening: opening)
  }

  private func runFromNow(opening: Opening?) async -> PollReport {
    var report = PollReport(startedAt: services.clock.now())
    do {
      var opening =
        if let opening { opening } else {
          try await services.store.opening(options.filter, now: services.clock.now())
        }
      opening.registrations.removeAll { !options.isMeant($0.registration.application) }
      var unreadable = opening.unreadable
      try await run(opening, &report, &unreadable)
      let rows = await services.store.unreadableRows()
      report.storeFailure =
        report.storeFailure ?? UnreadableRegistration.failure(unreadable)
        ?? UnreadableRow.failure(rows)
    } catch {
      report.storeFailure = StoreFailure(wrapping: error)
    }
    report.notifications.sort {
      ($0.application, $0.deploymentID, $0.event, $0.channel)
        < ($1.application, $1.deploymentID, $1.event, $1.channel)
    }
    report.scopes.sort { $0.scope < $1.scope }
    report.duration = services.clock.elapsed()
    return report
  }

  private func run(
    _ opening: Opening, _ report: inout PollReport, _ unreadable: inout [UnreadableRegistration]
  ) async throws {
    let inbox = EventInbox<Dispatcher.Event>()
    async let dispatching = dispatch(opening, inbox)
    let scopes = opening.scopes
    let records = Dictionary(grouping: opening.registrations, by: \.registration.scope)
    var found: Set<String> = []
    var storeFailure: StoreFailure?
    var unregistered: [String: String] = [:]
    var isEveryScopeListed = !scopes.isEmpty
    var unserved = scopes.count
    var trust = scopes.isEmpty ? ClockTrust.doubtful : .unknown
    inbox.put(.learnt(trust))

    await withTaskGroup(of: ScopeOutcome.self) { group in
      for access in scopes {
        let cycle = ScopeCycle(
          services: services, options: options, access: access,
          records: records[access.scope] ?? [], hasAllRecords: opening.hasAllRegistrations,
          progress: opening.progress[access.scope] ?? ScopeProgress(), mutes: opening.mutes)
        group.addTask { await cycle.run() }
      }
      for await outcome in group {
        report.add(outcome)
        if outcome.hasMadePending { inbox.put(.foundMore) }
        found.formUnion(outcome.deployments.registered)
        for row in outcome.unreadable where !unreadable.contains(row) { unreadable.append(row) }
        unregistered.merge(outcome.deployments.unregistered) { first, _ in first }
        isEveryScopeListed = isEveryScopeListed && outcome.wasListed
        storeFailure = storeFailure ?? outcome.storeFailure
        if outcome.storeFailure != nil { inbox.put(.storeFailed) }
        unserved -= 1
        if outcome.wasListed { trust = .right }
        if trust == .unknown, unserved == 0 { trust = .doubtful }
        inbox.put(.learnt(trust))
      }
    }
    inbox.put(.finished)
    let dispatched = await dispatching
    report.notifications += dispatched.notifications
    report.leftToOthers = dispatched.leftToOthers
    storeFailure = storeFailure ?? dispatched.storeFailure
    report.storeFailure = storeFailure
    let mayTidy = options.isWhole && !options.isDryRun && storeFailure == nil
    if mayTidy, !Task.isCancelled { try await services.store.upkeep() }
    // A listing that AWS answered shows that the clock is right, as AWS rejects signatures of
    // another time. By a clock that is a year ahead, everything would be old enough to forget.
    if mayTidy, isEveryScopeListed { try await forget() }
    report.unregisteredDeployments = unregistered.filter { !found.contains($0.key) }
    if report.scopes.allSatisfy(\.failures.isEmpty) {
      report.unknownDeployments = options.deployments.subtracting(found)
        .subtracting(unregistered.keys).sorted()
    }
    if options.isDryRun { report.notifications += try await waiting(opening.mutes) }
    // If this cycle changed nothing, the number is still that of the opening.
    report.pending =
      dispatched.hasTouchedLedger
      ? try await services.store.pendingCount(options.filter) : opening.pending
    let isDone =
      report.pending == 0 && report.scopes.count == scopes.count
      && report.scopes.allSatisfy(\.complete)
    report.wasStopped = Task.isCancelled && !isDone
  }

  private func dispatch(
    _ opening: Opening, _ inbox: EventInbox<Dispatcher.Event>
  ) async -> Dispatcher.Result {
    var dispatcher = Dispatcher(
      services: services, options: options, records: opening.registrations,
      mutes: opening.mutes, isAnythingDue: opening.isAnythingDue, inbox: inbox)
    return await dispatcher.run()
  }

  /// Forgets some of the deployments whose retention has passed.
  private func forget() async throws {
    let before = services.clock.now().addingTimeInterval(-options.effectiveRetention.inSeconds)
    let count = try await services.store.prune(before: before, limit: Self.forgottenAtOnce)
    if count > 0 { services.logger.debug("forgot \(count) deployments") }
  }

  /// Notifications that are due in the ledger, for a dry run.
  private func waiting(_ mutes: [Mute]) async throws -> [PollReport.NotificationReport] {
    let now = services.clock.now()
    return try await services.store.history(HistoryQuery(filter: options.filter)).flatMap {
      entry -> [PollReport.NotificationReport] in
      let identity = Registration.Identity(
        application: entry.deployment.application, scope: entry.scope)
      return entry.notifications.compactMap { line in
        guard let due = line.dueAt, due <= now else { return nil }
        let mute = mutes.first { $0.covers(line.channel, of: identity, at: now) }
        return PollReport.NotificationReport(
          id: line.id, application: entry.deployment.application,
          deploymentGroup: entry.deployment.deploymentGroup, deploymentID: entry.deployment.id,
          event: line.event, channel: line.channel, outcome: mute == nil ? .planned : .skipped,
          reason: mute.map { "muted until \($0.until.iso8601)" }
            ?? "pending: \(line.reason ?? HistoryEntry.Line.untried)",
          attempts: line.attempts)
      }
    }
  }
}

extension StoreFailure {
  init(wrapping error: any Error) {
    self = error as? StoreFailure ?? StoreFailure(.unusable, "\(error)")
  }
}
