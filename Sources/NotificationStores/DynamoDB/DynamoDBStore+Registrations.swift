import CodeDeployNotifications
import Foundation

extension DynamoDBStore {
  package func registrations() async throws -> [RegistrationRecord] {
    try await step { [self] in
      try await desk().records
    }
  }

  /// Looks up the given registrations, a hundred with each request, instead of reading all of them.
  /// A single one is read by a query for its sort key.
  package func registrations(
    of identities: Set<Registration.Identity>
  ) async throws -> FoundRegistrations {
    guard let first = identities.first else { return FoundRegistrations() }
    return try await step { [self] in
      let items =
        identities.count == 1
        ? try await table.desk(ItemKey(first).sort)
        : try await table.get(identities.map { ItemKey($0) })
      let desk = try Desk(items)
      return FoundRegistrations(
        records: desk.records.filter { identities.contains($0.registration.identity) },
        unreadable: desk.unreadable.filter { identities.contains($0.identity) })
    }
  }

  package func unreadableRegistrations() async throws -> [UnreadableRegistration] {
    try await step { [self] in try await desk().unreadable }
  }

  package func remove(_ unreadable: UnreadableRegistration) async throws -> Bool {
    try await step { [self] in
      let key = ItemKey(unreadable.identity)
      guard let item = try await table.get(key), RegistrationItem.unreadable(item) == unreadable
      else { return false }
      let condition: WriteAction.Condition =
        item[RegistrationItem.recordName].map { .equals(RegistrationItem.recordName, $0) } ?? .none
      // Which external id it named is unknown. One sign in doubt has all of them looked at.
      let sign = ScopeSign(ScopeAccess(unreadable.identity.scope), isDoubtful: true)
      let actions = [
        WriteAction.delete(key, condition), .delete(ItemKey(fresh: unreadable.identity)),
        .put(sign.attributes),
      ]
      guard try await table.write(actions, token: UUID().uuidString) else { return false }
      await correctDoubtfulSigns()
      return true
    }
  }

  /// What fits into a transaction is one. More are several, made only after all conditions were
  /// found to hold. If a later one fails, the earlier ones are undone.
  package func change(_ changes: [RegistrationChange]) async throws -> Bool {
    try await step { [self] in
      if !changes.isEmpty, !memory.isSigned.withLock(\.self) { try await completeSigns() }
      let write = UUID().uuidString
      let groups = changes.transactions
      if groups.count > 1 {
        guard try await fitting(changes) != nil else { return false }
      }
      var done: [RegistrationChange] = []
      for group in groups {
        guard try await apply(group, write: write) else {
          for change in done.reversed() {
            _ = try await apply([change.undone], write: UUID().uuidString)
          }
          if done.contains(where: \.undone.leavesScope) { await correctDoubtfulSigns() }
          return false
        }
        done += group
      }
      try await skipPending(changes)
      if changes.contains(where: \.leavesScope) { await correctDoubtfulSigns() }
      return true
    }
  }

  /// Removes the signs of scopes that have no registrations any more. If that fails, the change was
  /// made all the same, and the next whole poll finds the signs in doubt.
  private func correctDoubtfulSigns() async { _ = try? await correctSigns() }

  /// The current items, if they are those that the changes are based on; else `nil`.
  private func fitting(
    _ changes: [RegistrationChange]
  ) async throws -> [Registration.Identity: RegistrationItem]? {
    let found = try await registrationItems(changes.map(\.identity))
    return changes.allSatisfy { found[$0.identity]?.record == $0.base } ? found : nil
  }

  /// Whether a write that seemed to fail was made: the transport repeats a request without an
  /// answer, and the repetition may have met the first one's result.
  private func isDone(_ changes: [RegistrationChange], _ write: String) async throws -> Bool {
    let found = try await registrationItems(changes.map(\.identity))
    return changes.allSatisfy { change in
      let item = found[change.identity]
      return change.put == nil ? item == nil : item?.write == write
    }
  }

  private func registrationItems(
    _ identities: [Registration.Identity]
  ) async throws -> [Registration.Identity: RegistrationItem] {
    guard !identities.isEmpty else { return [:] }
    let items = try await table.get(identities.map { ItemKey($0) })
      .compactMap { item in
        guard let unreadable = RegistrationItem.unreadable(item) else {
          return try RegistrationItem(item)
        }
        throw UnreadableRegistration.failure([unreadable]) ?? DynamoDBTable.isBusy
      }
    return Dictionary(
      items.map { ($0.record.registration.identity, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Makes changes, all or none. Returns false where a condition doesn't hold.
  private func apply(_ changes: [RegistrationChange], write: String) async throws -> Bool {
    for attempt in 1...DynamoDBTable.patience {
      if attempt > 1, try await isDone(changes, write) { return true }
      guard let found = try await fitting(changes) else { return false }
      let actions =
        try changes.map { change -> WriteAction in
          let condition = found[change.identity]?.unchanged ?? .isNew
          guard let record = change.put else {
            return .delete(ItemKey(change.identity), condition)
          }
          return .put(try RegistrationItem(record, write: write).attributes(), condition)
        } + changes.signActions
      if try await table.write(actions, token: UUID().uuidString) { return true }
      try await table.pause(attempt)
    }
    throw DynamoDBTable.isBusy
  }

  /// Skips pending notifications of removed channels, so that they don't go to a later channel of
  /// the same name. A poll that comes before this is done finds the channels gone, and skips them
  /// too.
  private func skipPending(_ changes: [RegistrationChange]) async throws {
    var left: [Registration.Identity: Set<String>] = [:]
    for change in changes where change.base != nil {
      left[change.identity] = Set(change.put?.registration.channels.map(\.name) ?? [])
    }
    guard !left.isEmpty else { return }
    let filter = NotificationFilter(applications: Set(left.keys.map(\.application)))
    let concerned = try await unsettled(filter).filter(\.entry.hasPending)
    _ = try await concurrentMap(concerned) { [left] item in
      let scope = item.entry.key.scope
      guard let application = item.entry.deployment?.application,
        let channels = left[.init(application: application, scope: scope)]
      else { return }
      _ = try await self.change(item.entry.key, .read(item)) {
        $0.entry.skipPending(but: channels)
      }
    }
  }

  /// Marks a channel as backfilled, unless its registration was removed meanwhile or asks for an
  /// earlier time. The registration stays in its scope, so that sign isn't put again: all writes to
  /// it at once would be in each other's way.
  func backfill(_ channels: [BackfilledChannel]) async throws {
    let byIdentity = Dictionary(grouping: channels, by: \.identity)
    let found = try await registrationItems(Array(byIdentity.keys))
    _ = try await concurrentMap(byIdentity) { [self] identity, channels in
      var item = found[identity]
      for attempt in 1...DynamoDBTable.patience {
        guard let before = item else { return }
        var record = before.record
        for channel in channels { _ = record.backfill(channel) }
        guard record != before.record else { return }
        let write = UUID().uuidString
        var actions = [
          WriteAction.put(
            try RegistrationItem(record, write: write).attributes(), before.unchanged)
        ]
        if record.backfillSince == nil { actions.append(.delete(ItemKey(fresh: identity))) }
        if try await table.write(actions, token: write) { return }
        try await table.pause(attempt)
        item = try await registrationItems([identity])[identity]
      }
      throw DynamoDBTable.isBusy
    }
  }
}
