import Foundation
import Logging

/// One poll cycle: a `ScopeCycle` for each scope, all concurrently, and at the same time the
/// `Dispatcher`, which sends what is due.
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
    let unreadable = UnreadableRows(opening?.unreadableRows ?? [])
    var cycle = self
    cycle.services.clock = services.clock.beginning()
    cycle.services.store = services.store.noting(in: unreadable)
    let startedAt = cycle.services.clock.now()
    var report: PollReport
    do {
      report = await cycle.report(startedAt, try await cycle.opened(opening, unreadable))
    } catch {
      report = PollReport(startedAt: startedAt, failedBy: error)
    }
    report.storeFailure = report.storeFailure ?? unreadable.failure
    report.duration = cycle.services.clock.elapsed()
    return report
  }

  /// What the cycle begins with: what was given, or what the store has now.
  private func opened(_ given: Opening?, _ unreadable: UnreadableRows) async throws -> Opening {
    var opening: Opening
    if let given {
      opening = given
    } else {
      opening = try await services.store.opening(options.filter, now: services.clock.now())
      for row in opening.unreadableRows { unreadable.insert(row) }
    }
    opening.registrations.removeAll { !options.isMeant($0.registration.application) }
    return opening
  }

  /// Serves every scope and dispatches what is due at the same time, then ends the cycle.
  private func report(_ startedAt: Date, _ opening: Opening) async -> PollReport {
    let inbox = EventInbox<Dispatcher.Event>()
    async let dispatching = dispatch(opening, inbox)
    let findings = await findings(opening, inbox)
    let dispatched = await dispatching
    let ending = await ending(opening, findings, dispatched)
    return PollReport(startedAt, options, findings, dispatched, ending)
  }

  /// Serves all scopes concurrently. The dispatcher hears of each that ended.
  private func findings(
    _ opening: Opening, _ inbox: EventInbox<Dispatcher.Event>
  ) async -> CycleFindings {
    var findings = CycleFindings(of: opening.scopes.count, unreadable: opening.unreadable)
    let records = Dictionary(grouping: opening.registrations, by: \.registration.scope)
    inbox.put(.learnt(findings.clockTrust))
    await withTaskGroup(of: ScopeOutcome.self) { group in
      for access in opening.scopes {
        let cycle = ScopeCycle(
          services: services, options: options, access: access,
          records: records[access.scope] ?? [], hasAllRecords: opening.hasAllRegistrations,
          progress: opening.progress[access.scope] ?? ScopeProgress(), mutes: opening.mutes,
          unreachable: opening.unreachable[access.scope])
        group.addTask { await cycle.run() }
      }
      for await outcome in group {
        findings.add(outcome)
        inbox.put(.read(outcome.report.scope, hasFound: outcome.hasMadePending))
        if outcome.storeFailure != nil { inbox.put(.storeFailed) }
        inbox.put(.learnt(findings.clockTrust))
      }
    }
    inbox.put(.finished)
    return findings
  }

  private func dispatch(
    _ opening: Opening, _ inbox: EventInbox<Dispatcher.Event>
  ) async -> Dispatcher.Result {
    var dispatcher = Dispatcher(
      services: services, options: options, records: opening.registrations,
      mutes: opening.mutes, scopes: opening.scopes.map(\.scope),
      isAnythingDue: opening.isAnythingDue, inbox: inbox)
    return await dispatcher.run()
  }

  /// Tidies the store, and counts what the cycle leaves in it.
  private func ending(
    _ opening: Opening, _ findings: CycleFindings, _ dispatched: Dispatcher.Result
  ) async -> CycleEnding {
    var ending = CycleEnding(pending: opening.pending)
    do {
      let storeWorks = findings.storeFailure == nil && dispatched.storeFailure == nil
      let mayTidy = options.isWhole && !options.isDryRun && storeWorks
      if mayTidy, !Task.isCancelled { try await services.store.upkeep() }
      // A listing that AWS answered shows that the clock is right, as AWS rejects signatures of
      // another time. By a clock that is a year ahead, everything would be old enough to forget.
      if mayTidy, findings.isEveryScopeListed { try await forget() }
      if options.isDryRun { ending.due = try await due(opening.mutes) }
      // If this cycle changed nothing, the number is still that of the opening.
      if dispatched.hasTouchedLedger {
        ending.pending = try await services.store.pendingCount(options.filter)
      }
    } catch {
      ending.storeFailure = StoreFailure(wrapping: error)
    }
    ending.wasStopped = Task.isCancelled && !(ending.pending == 0 && findings.isComplete)
    return ending
  }

  /// Forgets some of the deployments whose retention has passed.
  private func forget() async throws {
    let before = services.clock.now().addingTimeInterval(-options.effectiveRetention.inSeconds)
    let count = try await services.store.prune(before: before, limit: Self.forgottenAtOnce)
    if count > 0 { services.logger.debug("forgot \(count) deployments") }
  }

  /// Notifications that are due in the ledger, for a dry run.
  private func due(_ mutes: [Mute]) async throws -> [PollReport.NotificationReport] {
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
