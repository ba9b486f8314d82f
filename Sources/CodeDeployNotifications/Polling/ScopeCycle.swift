import Foundation

/// One scope's part of a cycle: list → read → re-read registrations → observe → plan → enrich →
/// record. Each stage returns a value, and none undoes another's.
struct ScopeCycle: Sendable {
  let services: PollServices
  let options: PollOptions
  let access: ScopeAccess
  /// The registrations that the cycle serves, as they were when it began: those with a channel that
  /// isn't backfilled, or all.
  let records: [RegistrationRecord]
  let hasAllRecords: Bool
  let progress: ScopeProgress
  /// Every remembered mute, by this host's clock.
  let mutes: [Mute]
  /// Why CodeDeploy can't be asked; `nil` where it can.
  var unreachable: AWSFailure?
  var scope: AWSScope { access.scope }

  /// A cycle without news doesn't write a watermark that is younger than this, in seconds: the
  /// write would save nothing.
  private static let quietWatermarkAge: TimeInterval = 60
  /// How long the account isn't listed as a whole after IAM denied that, in seconds.
  private static let denialAge: TimeInterval = 3600
  /// How long the enrichment of a scope's deployments may take.
  private static let enrichmentTime: Duration = .seconds(5)

  /// Runs it to its end. The outcome has the failures, and everything that could be done was done.
  func run() async -> ScopeOutcome {
    let source = services.source(access)
    let requestsBefore = source.requestCount()
    let reading = await reading(source)
    var outcome: ScopeOutcome
    do {
      outcome = ScopeOutcome(scope, reading, try await recording(reading, source), options)
    } catch {
      outcome = ScopeOutcome(scope, reading)
      outcome.storeFailure = StoreFailure(wrapping: error)
    }
    outcome.report.requests = source.requestCount() - requestsBefore
    services.logger.debug(
      "\(scope.label): requests to CodeDeploy: \(outcome.report.requests)",
      metadata: [
        "complete": "\(outcome.report.complete)", "new": "\(outcome.deployments.new)",
        "in flight": "\(outcome.deployments.inFlight)",
      ])
    return outcome
  }

  /// The first stages: what CodeDeploy has, and by which clocks.
  private func reading(_ source: DeploymentSource) async -> ScopeReading {
    let began = services.clock.now()
    let window = ListingWindow(
      watermark: progress.watermark, backfillSince: records.compactMap(\.backfillSince).min(),
      explicit: options.window, now: began)
    let discovery =
      if let unreachable { Discovery(failure: .aws(unreachable)) } else {
        await discovery(window, source, now: began)
      }
    return ScopeReading(
      began: began, clockOffset: source.clockOffset() ?? 0, window: window, discovery: discovery,
      failures: failures(of: discovery))
  }

  /// The other stages: what is decided of it, and what of that the ledger took.
  private func recording(
    _ reading: ScopeReading, _ source: DeploymentSource
  ) async throws -> ScopeRecording {
    let applications = try await applications(concernedBy: reading.failures)
    let concerned = try await concerned(by: reading.discovery)
    let current = concerned.records.map { $0.corrected(by: reading.clockOffset) }
    let planned = planned(reading, current)
    let found = try await enriched(planned.found, reading.discovery, source, by: current)
    let finding = finding(found.deployments, reading)
    let recorded = try await record(finding)
    try await keepNote(reading, found.accountID)
    return ScopeRecording(
      applications: applications, unreadable: concerned.unreadable,
      deployments: planned.deployments, accountID: found.accountID, finding: finding,
      recorded: recorded)
  }

  /// Lists and reads, within the cycle's time.
  private func discovery(
    _ window: ListingWindow, _ source: DeploymentSource, now: Date
  ) async -> Discovery {
    let lister = Lister(
      scope: scope, source: source,
      applications: { try await everyRecord().map { ListedApplication($0.registration) } },
      isDenied: progress.deniedAt.map { abs(now.timeIntervalSince($0)) < Self.denialAge } ?? false)
    let discoverer = Discoverer(
      scope: scope, source: source, store: services.store, lister: lister,
      registered: { names in
        Set(try await found(names).records.map(\.registration.application))
      },
      sift: { try await withoutForeign($0, source, began: now) },
      // A new channel may have to announce them, so that their records are needed.
      ended: records.contains { $0.backfillSince != nil } ? [] : progress.ended)
    let inFlight = inFlight(now: now)
    return await services.clock.limit(to: options.deadline - services.clock.elapsed()) {
      [options] in
      options.deployments.isEmpty
        ? await discoverer.discovery(
          createdSince: window.start, inFlight: inFlight, alsoInFlight: window.listsInFlight)
        : await discoverer.deployments(options.deployments.sorted())
    }
  }

  private func failures(of discovery: Discovery) -> [AWSFailure] {
    discovery.failures.compactMap { failure in
      switch failure {
      case .aws(let failure): failure
      case .interrupted: Task.isCancelled ? nil : deadlinePassed
      }
    }
  }

  private var deadlinePassed: AWSFailure {
    AWSFailure(
      .unreachable,
      "CodeDeploy in \(scope.label) had not answered when the cycle's time, "
        + "\(options.deadline.inWords), was up.")
  }

  /// What the ledger knows to be in flight. An id that CodeDeploy hasn't answered for twice the
  /// longest run doesn't exist any more, and asking for it would cost a request in every cycle.
  private func inFlight(now: Date) -> [DeploymentRecord] {
    let patience = 2 * ListingWindow.longestDeployment.inSeconds
    return progress.inFlight.filter { record in
      now.timeIntervalSince(record.seenAt) < patience
        && (options.applications.isEmpty
          || record.deployment.map { options.applications.contains($0.application) } ?? true)
    }
  }

  /// The registrations of what was read. They are read again if there is news. Whoever registers
  /// after this gets a first cycle that lists everything that was read here. Whoever registered
  /// before it may have had that first cycle already, so that this cycle has to plan for the new
  /// channels.
  private func concerned(by discovery: Discovery) async throws -> FoundRegistrations {
    let needsBackfill = records.contains { $0.backfillSince != nil }
    let isNews =
      needsBackfill || discovery.read.contains { discovery.previous[$0.id]?.deployment != $0 }
    var names = Set(discovery.read.map(\.application))
    // Deployments that ended before matter to new channels only.
    if needsBackfill { names.formUnion(discovery.known.compactMap(\.deployment?.application)) }
    return try await found(names, anew: isNews && !options.isDryRun)
  }

  /// The registrations of these applications that the cycle serves.
  /// - Parameter anew: Whether they are read from the store even if they are known.
  func found(
    _ applications: Set<String>, anew: Bool = false
  ) async throws -> FoundRegistrations {
    let meant = applications.filter(options.isMeant)
    guard !meant.isEmpty else { return FoundRegistrations() }
    if hasAllRecords, !anew {
      return FoundRegistrations(
        records: records.filter { meant.contains($0.registration.application) })
    }
    return try await services.store.registrations(
      of: Set(meant.map { Registration.Identity(application: $0, scope: scope) }))
  }

  /// Every registration that the cycle serves in this scope.
  private func everyRecord() async throws -> [RegistrationRecord] {
    guard !hasAllRecords else { return records }
    return try await services.store.registrations().filter {
      $0.registration.scope == scope && options.isMeant($0.registration.application)
    }
  }

  /// The applications that can't be served because their profile doesn't exist, for the message
  /// about it.
  private func applications(concernedBy failures: [AWSFailure]) async throws -> [String] {
    guard failures.contains(where: { $0.missingProfile != nil }) else {
      return []
    }
    return try await everyRecord().map(\.registration.application).sorted()
  }

  private func planned(_ reading: ScopeReading, _ records: [RegistrationRecord]) -> ScopePlan {
    ScopePlan(
      reading.discovery, records,
      plan: Plan(
        catalog: services.announcing.catalog, now: reading.now, maximumAge: options.maximumAge,
        announcesWhatever: !options.deployments.isEmpty,
        mutes: mutes.map { $0.shifted(by: reading.clockOffset) }),
      inFlight: Set(progress.inFlight.map(\.key.id)), options: options)
  }

  /// The deployments with their events enriched, and the id of their account.
  private func enriched(
    _ found: [FoundDeployment], _ discovery: Discovery, _ source: DeploymentSource,
    by records: [RegistrationRecord]
  ) async throws -> (deployments: [FoundDeployment], accountID: String?) {
    let hasEvents = found.contains { !$0.events.isEmpty }
    async let detailed = hasEvents ? withDetails(found, discovery, source.details) : found
    let accountID = await accountID(source, isNeeded: hasEvents)
    let deployments = try await detailed.map { deployment in
      deployment.mapEvents { $0.naming(accountID, by: records) }
    }
    return (deployments, accountID)
  }

  /// The deployments with their events enriched. Enrichment must not delay an announcement, so it
  /// gets little time. A dry run, which doesn't show it, skips it.
  private func withDetails(
    _ planned: [FoundDeployment], _ discovery: Discovery, _ source: DetailSource
  ) async throws -> [FoundDeployment] {
    guard !options.isDryRun else { return planned }
    let found = try await PreviousRevisions(
      scope: scope, read: discovery.read, store: services.store
    ).added(to: planned)
    let limit = min(Self.enrichmentTime, (options.deadline - services.clock.elapsed()) / 2)
    guard limit > .zero else { return found }
    return await services.clock.limit(to: limit) { [scope, logger = services.logger] in
      await Enrichment(scope: scope, source: source, logger: logger).added(to: found)
    }
  }

  /// The id of the account: from the role's ARN, else from the ledger, else by asking AWS, once.
  private func accountID(_ source: DeploymentSource, isNeeded: Bool) async -> String? {
    if let known = scope.accountID ?? progress.accountID { return known }
    let limit = min(Self.enrichmentTime, (options.deadline - services.clock.elapsed()) / 2)
    guard isNeeded, !options.isDryRun, limit > .zero else { return nil }
    return await services.clock.limit(to: limit) { [scope, logger = services.logger] in
      do { return try await source.accountID() } catch {
        logger.debug("\(scope.label): the account's id stays untold: \(error)")
        return nil
      }
    }
  }

  /// Everything that has to be stored of what was found.
  private func finding(_ found: [FoundDeployment], _ reading: ScopeReading) -> Finding {
    let discovery = reading.discovery
    let isWhole = discovery.isComplete && options.isWhole && reading.window.coversWatermark
    // The channels that the window was made for. One that was registered since needs its own.
    let backfilled = isWhole ? records.flatMap(\.notBackfilled) : []
    let watermarkAge =
      progress.watermark.map { abs(reading.now.timeIntervalSince($0)) } ?? .infinity
    let isQuiet = found.isEmpty && backfilled.isEmpty
    let isMoved = isWhole && (!isQuiet || watermarkAge > Self.quietWatermarkAge)
    return Finding(
      scope: scope, at: reading.began, seenAt: reading.now, found: found,
      backfilled: backfilled.map { $0.corrected(by: reading.clockOffset) },
      watermark: isMoved ? reading.now : nil, ended: isMoved ? discovery.ended : [])
  }

  /// Stores what was learned about the scope itself.
  private func keepNote(_ reading: ScopeReading, _ accountID: String?) async throws {
    let isKnown = scope.accountID != nil || accountID == progress.accountID
    let note = ScopeNote(
      deniedAt: reading.discovery.wasDenied && options.isWhole ? reading.began : nil,
      accountID: isKnown ? nil : accountID)
    guard !options.isDryRun, !note.isEmpty else { return }
    try await services.store.keep(note, of: scope)
  }

  /// Stores the finding. Returns the keys that are new or have replaced a skip; `nil` where there
  /// was nothing to store, or in a dry run.
  private func record(_ finding: Finding) async throws -> Set<NotificationKey>? {
    guard !options.isDryRun, !finding.isEmpty else { return nil }
    return try await services.store.record(finding)
  }
}

extension PlannedEvent {
  /// The event with its account, by the account's name where the registration has one.
  fileprivate func naming(_ accountID: String?, by records: [RegistrationRecord]) -> Self {
    guard let accountID else { return self }
    var named = self
    named.content.accountID = accountID
    let record = records.first { $0.registration.application == content.application }
    named.content.accountName = record?.registration.accounts[accountID]
    return named
  }
}

extension BackfilledChannel {
  fileprivate func corrected(by clockOffset: TimeInterval) -> Self {
    var corrected = self
    corrected.clockOffset = clockOffset
    return corrected
  }
}
