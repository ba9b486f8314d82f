import CodeDeployNotifications
import Foundation

extension DynamoDBStore {
  /// Stores record by record. A marker in the partition `desk` stops polls until all are stored: a
  /// poll that read the registrations and half of the ledger would announce deployments again.
  /// Giving the same records again continues an import that was interrupted.
  package func importRecords(
    _ next: @escaping @Sendable () throws -> StoreRecord?
  ) async throws -> ImportCounts {
    // Conflicts have to be found before the first write, because nothing can be rolled back.
    var records: [StoreRecord] = []
    while let record = try next() { records.append(record) }
    do {
      let marker = ItemKey(ItemKey.desk, Desk.unfinished)
      let desk = try Desk(
        try await table.desk().filter { ItemKey($0) != marker })
      try checkDesk(desk, records)
      try await checkDeployments(records)
      if !desk.signs.isComplete { try await completeSigns() }
      try await table.put(marker.attributes)
      // Thousands of registrations have one scope. With its sign in each one's write these would be
      // in each other's way; in doubt it is as good until all are there.
      let accesses = Set(records.compactMap(\.registration?.registration.access))
      for access in accesses {
        try await table.put(ScopeSign(access, isDoubtful: true).attributes)
      }
      let registered = Set(desk.records.map(\.registration.identity))
        .union(records.compactMap(\.registration?.registration.identity))
      let added = try await concurrentMap(records.enumerated()) { index, record in
        try await self.insert(record, desk, registered) {
          ConflictingRecord(index: index, record)
        }
      }
      for (scope, entries) in Dictionary(grouping: records.compactMap(\.entry), by: \.key.scope) {
        try await rememberEnds(of: entries.compactMap(\.deployment), in: scope)
      }
      if !accesses.isEmpty { try await correctAllSigns() }
      _ = try await table.write([.delete(marker)], token: UUID().uuidString)
      let count = added.count(where: { $0 })
      return ImportCounts(added: count, known: added.count - count)
    } catch let failure as AWSFailure {
      throw table.storeFailure(failure)
    }
  }

  /// Finds conflicts before anything is written.
  private func checkDesk(_ desk: Desk, _ records: [StoreRecord]) throws {
    let known = Dictionary(
      desk.records.map { ($0.registration.identity, $0) }, uniquingKeysWith: { first, _ in first })
    for (index, record) in records.enumerated() {
      switch record {
      case .registration(let given):
        if let held = known[given.registration.identity], held != given {
          throw ConflictingRecord(index: index, record)
        }
      case .watermark(let scope, let watermark):
        if let held = desk.scopes[scope]?.watermark,
          held.milliseconds != watermark.milliseconds
        {
          throw ConflictingRecord(index: index, record)
        }
      case .mute(let given):
        let key = ItemKey(given)
        if let held = desk.mutes.first(where: { ItemKey($0) == key }),
          held.until.milliseconds != given.until.milliseconds
        {
          throw ConflictingRecord(index: index, record)
        }
      case .deployment: break
      }
    }
  }

  private func checkDeployments(_ records: [StoreRecord]) async throws {
    let held = try await items(records.compactMap(\.entry?.key))
    for (index, record) in records.enumerated() {
      guard let entry = record.entry, let held = held[entry.key]?.entry else { continue }
      if held.ordered != entry.ordered { throw ConflictingRecord(index: index, record) }
    }
  }

  /// Returns whether the record is new.
  private func insert(
    _ record: StoreRecord, _ desk: Desk, _ registered: Set<Registration.Identity>,
    conflict: @Sendable () -> ConflictingRecord
  ) async throws -> Bool {
    switch record {
    case .registration(let record):
      let identity = record.registration.identity
      if desk.records.contains(where: { $0.registration.identity == identity }) { return false }
      let write = UUID().uuidString
      var actions = [
        WriteAction.put(try RegistrationItem(record, write: write).attributes(), .isNew)
      ]
      if record.backfillSince != nil { actions.append(.put(ItemKey(fresh: identity).attributes)) }
      return try await table.write(actions, token: write)
    case .mute(let mute):
      if desk.mutes.contains(where: { ItemKey($0) == ItemKey(mute) }) { return false }
      try await table.put(MuteItem(mute).attributes(retention: retention))
      return true
    case .watermark(let scope, let watermark):
      var item = desk.scopes[scope] ?? ScopeItem()
      guard item.watermark == nil else { return false }
      item.watermark = watermark
      try await put(item, of: scope)
      return true
    case .deployment(let entry):
      let isRegistered =
        entry.deployment.map {
          registered.contains(.init(application: $0.application, scope: entry.key.scope))
        } ?? true
      let held = try await change(entry.key, new: entry) { item in
        defer { if item.version == 0 { item.isPolled = entry.isInFlight && isRegistered } }
        return item
      }
      guard let held, held.entry.ordered == entry.ordered else { throw conflict() }
      return held.version == 0
    }
  }
}

extension StoreRecord {
  fileprivate var registration: RegistrationRecord? {
    if case .registration(let record) = self { record } else { nil }
  }

  fileprivate var entry: LedgerEntry? {
    if case .deployment(let entry) = self { entry } else { nil }
  }
}
