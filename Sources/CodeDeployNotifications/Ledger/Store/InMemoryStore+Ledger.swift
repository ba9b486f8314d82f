import Foundation

extension InMemoryStore {
  package func deployments(
    _ ids: [String], in scope: AWSScope
  ) async throws -> [String: DeploymentRecord] {
    read { ledger in
      let found = Set(ids).compactMap { ledger.deployments[DeploymentKey(scope: scope, id: $0)] }
      return Dictionary(uniqueKeysWithValues: found.map { ($0.key.id, $0.record) })
    }
  }

  package func record(_ finding: Finding) async throws -> Set<NotificationKey> {
    change { $0.record(finding) }
  }

  package func keep(_ note: ScopeNote, of scope: AWSScope) async throws {
    change { ledger in
      var progress = ledger.progress[scope] ?? ScopeProgress()
      progress.deniedAt = note.deniedAt ?? progress.deniedAt
      progress.accountID = note.accountID ?? progress.accountID
      ledger.progress[scope] = progress
    }
  }

  package func claim(_ request: ClaimRequest) async throws -> [ClaimedNotification] {
    change { ledger in
      let due = ledger.deployments.values.filter { $0.passes(request.filter) }
        .flatMap { $0.due(for: request) }.sorted().prefix(request.limit)
      return due.flatMap { one in
        ledger.deployments[one.key.deployment]?.claim([one.key], request) ?? []
      }
    }
  }

  package func settle(_ settlements: [Settlement]) async throws -> Set<String> {
    change { ledger in
      let recorded = settlements.filter { settlement in
        let deployment = settlement.claimed.key.deployment
        return ledger.deployments[deployment]?.settle(settlement.claimed, settlement.outcome)
          ?? false
      }
      return Set(recorded.map(\.claimed.notification.id))
    }
  }

  package func note(of deployment: DeploymentKey, _ channel: String) async throws -> String? {
    read { $0.deployments[deployment]?.notes[channel] }
  }

  package func keep(
    _ note: String, of deployment: DeploymentKey, _ channel: String
  ) async throws {
    change { $0.deployments[deployment]?.notes[channel] = note }
  }

  package func pendingCount(_ filter: NotificationFilter) async throws -> Int {
    read { $0.deployments.values.reduce(0) { $0 + $1.pendingCount(filter) } }
  }

  package func retry(_ selection: RetrySelection, now: Date) async throws -> Set<String> {
    let ids: Set<String>?
    var filter = NotificationFilter.all
    switch selection {
    case .ids(let some): ids = some
    case .all(let applications):
      ids = nil
      filter.applications = applications
    }
    return change { [filter] ledger in
      let keys = ledger.deployments.values.filter { $0.passes(filter) }.map(\.key)
      return Set(keys.flatMap { ledger.deployments[$0]?.retry(ids, now: now) ?? [] })
    }
  }

  package func prune(before: Date, limit: Int) async throws -> Int {
    change { ledger in
      let forgotten = ledger.deployments.values.filter { entry in
        let isInFlight = entry.deployment != nil && ledger.isInFlight(entry)
        return entry.seenAt < before && !entry.hasPending && !isInFlight
      }.prefix(limit)
      for entry in forgotten { ledger.deployments[entry.key] = nil }
      ledger.mutes = ledger.mutes.filter { $0.value.until >= before }
      return forgotten.count
    }
  }

  package func history(_ query: HistoryQuery) async throws -> [HistoryEntry] {
    read { ledger in
      ledger.deployments.values.filter { entry in
        guard let deployment = entry.deployment, entry.passes(query.filter),
          deployment.createdAt >= query.since ?? .distantPast
        else { return false }
        return !entry.events.isEmpty || ledger.isRegistered(deployment, in: entry.key.scope)
      }.compactMap(\.historyEntry).sorted(by: HistoryEntry.isNewer)
    }
  }

  package func ends(_ query: EndsQuery) async throws -> [HistoryEntry] {
    read { ledger in
      let ends = ledger.deployments.values.filter { entry in
        guard let deployment = entry.deployment, deployment.status.isFinal else { return false }
        return entry.key.scope == query.scope
          && deployment.application == query.group.application
          && deployment.deploymentGroup == query.group.group
          && query.status ?? deployment.status == deployment.status
          && query.createdBefore.map { deployment.createdAt < $0 } ?? true
      }
      return Array(
        ends.compactMap(\.historyEntry).sorted(by: HistoryEntry.isNewer).prefix(query.limit))
    }
  }
}

extension InMemoryStore {
  package func exportRecords(_ body: @escaping @Sendable (StoreRecord) throws -> Void) async throws
  {
    for record in read(\.records) { try body(record) }
  }

  package func importRecords(
    _ next: @escaping @Sendable () throws -> StoreRecord?
  ) async throws -> ImportCounts {
    var records: [StoreRecord] = []
    while let record = try next() { records.append(record) }
    return try change { [records] ledger in
      var counts = ImportCounts()
      for (index, record) in records.enumerated() {
        guard let isNew = ledger.insert(record) else {
          throw ConflictingRecord(index: index, record)
        }
        if isNew { counts.added += 1 } else { counts.known += 1 }
      }
      return counts
    }
  }
}

extension MemoryLedger {
  fileprivate mutating func record(_ finding: Finding) -> Set<NotificationKey> {
    let recorded = finding.found.flatMap { found in
      let key = DeploymentKey(scope: finding.scope, id: found.id)
      return deployments[key, default: LedgerEntry(key: key, seenAt: finding.seenAt)]
        .record(found, of: finding)
    }
    for channel in finding.backfilled { _ = registrations[channel.identity]?.backfill(channel) }
    if let watermark = finding.watermark {
      progress[finding.scope, default: ScopeProgress()].watermark = watermark
    }
    return Set(recorded)
  }

  fileprivate var records: [StoreRecord] {
    let entries = deployments.values.sorted {
      ($0.key.scope, $0.key.id) < ($1.key.scope, $1.key.id)
    }
    let watermarks = progress.compactMap { scope, progress in
      progress.watermark.map { (scope, $0) }
    }.sorted { $0.0 < $1.0 }
    return entries.map { .deployment($0.ordered) } + watermarks.map { .watermark($0, $1) }
      + orderedMutes.map { .mute($0) } + orderedRegistrations.map { .registration($0) }
  }

  /// Inserts a record. Returns whether it is new; `nil` where a different one is held.
  fileprivate mutating func insert(_ record: StoreRecord) -> Bool? {
    switch record {
    case .registration(let record):
      let held = registrations.updateValue(record, forKey: record.registration.identity)
      return held.isNew { $0 == record }
    case .mute(let mute):
      let held = mutes.updateValue(mute, forKey: .init(mute))
      return held.isNew { $0.until.milliseconds == mute.until.milliseconds }
    case .watermark(let scope, let watermark):
      let held = progress[scope]?.watermark
      progress[scope, default: ScopeProgress()].watermark = watermark
      return held.isNew { $0.milliseconds == watermark.milliseconds }
    case .deployment(let entry):
      let held = deployments.updateValue(entry, forKey: entry.key)
      return held.isNew { $0.ordered == entry.ordered }
    }
  }
}

extension Optional {
  /// Whether nothing was held before; `nil` where something different was.
  fileprivate func isNew(_ isSame: (Wrapped) -> Bool) -> Bool? {
    guard let self else { return true }
    return isSame(self) ? false : nil
  }
}
