import Foundation

/// What serving one scope brought.
struct ScopeOutcome: Sendable {
  var report: PollReport.ScopeReport
  var newDeployments = 0
  var inFlight = 0
  /// Ids of the deployments of registered applications that were read.
  var found: Set<String> = []
  /// Notifications that were skipped, and in a dry run those that would be sent.
  var planned: [PollReport.NotificationReport] = []
  /// Whether anything is to be sent that wasn't before.
  var hasPutInLine = false
  var storeFailure: StoreFailure?
}

extension PollReport {
  mutating func add(_ outcome: ScopeOutcome) {
    scopes.append(outcome.report)
    newDeployments += outcome.newDeployments
    inFlightDeployments += outcome.inFlight
    notifications += outcome.planned
  }
}

extension PollCycle {
  /// Discovers, observes, plans and records for one scope.
  func serve(
    _ scope: AWSScope, _ records: [RegistrationRecord], _ progress: ScopeProgress
  ) async -> ScopeOutcome {
    let source = services.source(
      scope, records.lazy.compactMap(\.registration.externalID).first)
    var outcome = ScopeOutcome(report: PollReport.ScopeReport(scope: scope))
    do {
      let now = services.clock.now()
      let window = ListingWindow(
        mark: progress.mark, unsettledSince: records.compactMap(\.unsettledSince).min(),
        explicit: options.window, now: now)
      let lister = Lister(
        scope: scope, source: source,
        applications: records.map { ListedApplication($0.registration) },
        isDenied: progress.deniedAt.map { abs(now.timeIntervalSince($0)) < Self.denialAge } ?? false
      )
      let discover = Discover(
        scope: scope, source: source, store: services.store, lister: lister,
        applications: Set(records.map(\.registration.application)),
        // A new channel may have to be told of them.
        ended: records.contains { $0.unsettledSince != nil } ? [] : progress.ended)
      let open = watched(progress.open, now: now)
      let discovery = await services.clock.limit(
        to: options.deadline - services.clock.elapsed()
      ) { [options] in
        options.deployments.isEmpty
          ? await discover(
            createdSince: window.start, open: open, alsoInFlight: window.listsInFlight)
          : await discover.deployments(options.deployments.sorted())
      }
      outcome.report.complete = discovery.isComplete
      outcome.report.failures = discovery.failures.filter { !($0 is StoreFailure) }
        .compactMap { error -> (any Error)? in
          guard error is CancellationError else { return error }
          return Task.isCancelled ? nil : deadlinePassed(scope)
        }
      outcome.storeFailure = discovery.failures.lazy.compactMap { $0 as? StoreFailure }.first

      let watched = Set(progress.open.map(\.key.id))
      let before = outcome
      var finding = plan(discovery, scope, records, watched, now: now, &outcome)
      finding.events = await detailed(finding.events, scope, source.details)
      if !finding.isQuiet, !options.isDryRun {
        // Whoever registers after this has a first cycle that lists all that was read here. Whoever
        // did before may have had it already, so that nobody else would plan for the new channels.
        let current = try await currentRecords(in: scope)
        if current != records {
          outcome = before
          finding = plan(discovery, scope, current, watched, now: now, &outcome)
          finding.events = await detailed(finding.events, scope, source.details)
        }
      }
      if discovery.isComplete, options.isWhole, window.coversMark {
        finding.settled = records.flatMap(\.unsettled)
        let markAge = progress.mark.map { abs(now.timeIntervalSince($0)) } ?? .infinity
        if !finding.isQuiet || markAge > Self.quietMarkAge {
          finding.mark = now
          finding.ended = discovery.ended
        }
      }
      finding.deniedAt = progress.deniedAt
      if discovery.wasDenied, options.isWhole {
        finding.deniedAt = now
        // It is stored with the mark, also where that stays.
        if finding.mark == nil { (finding.mark, finding.ended) = (progress.mark, progress.ended) }
      }
      try await record(finding, &outcome)
    } catch {
      outcome.storeFailure = StoreFailure(wrapping: error)
    }
    outcome.report.requests = source.requestCount()
    services.logger.debug(
      "\(scope.label): requests to CodeDeploy: \(outcome.report.requests)",
      metadata: [
        "complete": "\(outcome.report.complete)", "new": "\(outcome.newDeployments)",
        "in flight": "\(outcome.inFlight)",
      ])
    return outcome
  }

  /// The events with what it takes further requests to know. They must not hold up what is to be
  /// announced, so little time is given to them; a dry run, which shows nothing of it, spares them.
  private func detailed(
    _ events: [PlannedEvent], _ scope: AWSScope, _ source: DetailSource
  ) async -> [PlannedEvent] {
    let limit = min(Self.detailTime, (options.deadline - services.clock.elapsed()) / 2)
    guard !options.isDryRun, !events.isEmpty, limit > .zero else { return events }
    return await services.clock.limit(to: limit) { [logger = services.logger] in
      await Enrichment(scope: scope, source: source, logger: logger).added(to: events)
    }
  }

  /// The registrations as they are by now.
  private func currentRecords(in scope: AWSScope) async throws -> [RegistrationRecord] {
    try await services.store.registrations().filter {
      $0.registration.scope == scope && isMeant($0.registration)
    }
  }

  private func deadlinePassed(_ scope: AWSScope) -> AWSFailure {
    AWSFailure(
      .unreachable,
      "CodeDeploy in \(scope.label) had not answered when the cycle's time, "
        + "\(options.deadline.inWords), was up.")
  }

  /// What the ledger still waits for. An id that CodeDeploy hasn't answered for twice the longest
  /// run is gone there, and asking on would cost a request in every cycle.
  private func watched(_ open: [DeploymentRecord], now: Date) -> [DeploymentRecord] {
    let patience = 2 * ListingWindow.longestDeployment.inSeconds
    return open.filter { record in
      now.timeIntervalSince(record.seenAt) < patience
        && (options.applications.isEmpty
          || record.deployment.map { options.applications.contains($0.application) } ?? true)
    }
  }

  /// Observes and plans all that was discovered.
  private func plan(
    _ discovery: Discovery, _ scope: AWSScope, _ records: [RegistrationRecord],
    _ watched: Set<String>, now: Date, _ outcome: inout ScopeOutcome
  ) -> Finding {
    let plan = Plan(
      catalog: services.announcing.catalog, now: now, maximumAge: options.maximumAge,
      announcesWhatever: !options.deployments.isEmpty)
    let byApplication = Dictionary(
      records.map { ($0.registration.application, $0) }, uniquingKeysWith: { first, _ in first })
    var finding = Finding(scope: scope, at: now)

    for (deployment, previous) in discovery.read {
      let registered = byApplication[deployment.application]
      // A cycle for some applications only leaves the others' deployments to a later one.
      let isPartial = !options.applications.isEmpty || !options.deployments.isEmpty
      if registered == nil, isPartial { continue }
      // One that was in flight before its application was registered is waited for from now on.
      let isAdopted =
        registered != nil && !deployment.status.isFinal && !watched.contains(deployment.id)
      if previous?.deployment != deployment || isAdopted {
        finding.deployments.append(deployment)
        if registered == nil { finding.foreign.insert(deployment.id) }
      }
      guard let registered else { continue }
      outcome.found.insert(deployment.id)
      if previous?.deployment == nil { outcome.newDeployments += 1 }
      if !deployment.status.isFinal { outcome.inFlight += 1 }
      let reached = Observe.events(of: deployment, previous: previous, now: now)
      finding.events += plan.events(
        reached, of: deployment, for: registered, held: previous?.notifications ?? [:])
    }
    for record in discovery.known {
      guard let deployment = record.deployment,
        let registered = byApplication[deployment.application], registered.unsettledSince != nil
      else { continue }
      let reached = Observe.events(of: deployment, previous: record, now: now)
      finding.events += plan.events(
        reached, of: deployment, for: registered, held: record.notifications)
    }
    if options.applications.isEmpty { finding.unread = discovery.unread }
    return finding
  }

  /// Stores the finding, unless this is a dry run, and reports what was decided.
  private func record(_ finding: Finding, _ outcome: inout ScopeOutcome) async throws {
    var inLine: Set<NotificationKey>?
    if !options.isDryRun, !finding.isQuiet || finding.mark != nil {
      // What another cycle stored half of counts too: only the ledger knows.
      outcome.hasPutInLine = !finding.events.isEmpty
      inLine = try await services.store.record(finding)
    }
    for event in finding.events {
      for planned in event.notifications where inLine?.contains(planned.key) ?? true {
        var report = PollReport.NotificationReport(
          id: planned.key.id, application: event.content.application,
          deploymentGroup: event.content.deploymentGroup, deploymentID: event.deploymentID,
          event: event.event, channel: planned.key.channel, outcome: .planned,
          reason: planned.reason, attempts: 0)
        if case .skip(let reason) = planned.decision {
          report.outcome = .skipped
          report.skipReason = reason
        } else if !options.isDryRun {
          continue
        }
        outcome.planned.append(report)
      }
    }
  }
}
