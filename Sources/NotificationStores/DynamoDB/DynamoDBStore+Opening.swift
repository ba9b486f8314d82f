import CodeDeployNotifications
import Foundation

extension DynamoDBStore {
  /// Reads the desk without the registrations, and of these only what its signs and the deployments
  /// in flight name. Where the signs can't be relied on, and for named applications, all
  /// registrations are read.
  package func opening(_ filter: NotificationFilter, now: Date) async throws -> Opening {
    var store = self
    store.unreadable = UnreadableRows()
    var opening = try await store.read(filter, now: now)
    opening.unreadableRows = store.unreadable.all
    return opening
  }

  private func read(_ filter: NotificationFilter, now: Date) async throws -> Opening {
    try await step { [self] in
      let desk = filter.applications.isEmpty ? try await polledDesk() : try await desk()
      let hasAll = !filter.applications.isEmpty || !desk.signs.areReliable
      let fresh = hasAll ? [] : desk.signs.fresh.map { ItemKey($0) }
      let named = try await table.get(desk.unsettled.map { ItemKey($0) } + fresh)
      let unsettled = readable(named.filter { ItemKey($0)?.partition != ItemKey.desk })
      let known = hasAll ? desk : try Desk(named)
      if filter.applications.isEmpty {
        memory.upkeep.withLock { $0 = desk.signs.upkeep(knowing: known) }
      }

      let inFlight = Set(unsettled.filter(\.isInFlight).compactMap(\.application))
      let others = hasAll ? [] : inFlight.subtracting(known.identities)
      let looked = try await registrations(of: others)
      let registered = known.identities.union(looked.records.map(\.registration.identity))
      let unreadable = known.unreadable + looked.unreadable
      var opening =
        hasAll
        ? Opening(all: known.records, filter, unreadable: unreadable)
        : Opening(registrations: known.records, scopes: desk.signs.scopes, unreadable: unreadable)
      memory.scopes.withLock { $0 = desk.scopes }
      for (scope, item) in desk.scopes {
        opening.progress[scope] = ScopeProgress(
          watermark: item.watermark, ended: item.ended, deniedAt: item.deniedAt,
          accountID: item.accountID)
      }
      opening.mutes = desk.mutes
      add(unsettled, registered: registered, to: &opening, filter, now: now)
      return opening
    }
  }

  /// The desk without the registrations; with them where the signs don't tell which are needed.
  private func polledDesk() async throws -> Desk {
    let items = try await table.deskWithoutRegistrations()
    let desk = try noted(Desk(items))
    if desk.signs.areReliable { return desk }
    return try Desk(items + (try await table.desk(ItemKey.registrationPrefix)))
  }

  private func add(
    _ unsettled: [DeploymentItem], registered: Set<Registration.Identity>,
    to opening: inout Opening,
    _ filter: NotificationFilter, now: Date
  ) {
    var leftovers: [DeploymentItem] = []
    for item in unsettled {
      let entry = item.entry
      if item.isInFlight {
        let isRegistered = item.application.map(registered.contains)
        if isRegistered ?? true {
          opening.progress[entry.key.scope, default: ScopeProgress()].inFlight.append(
            entry.record)
        }
        if isRegistered != true, !entry.hasPending { leftovers.append(item) }
      }
      opening.pending += entry.pendingCount(filter)
      if entry.passes(filter), !entry.due(now: now).isEmpty { opening.isAnythingDue = true }
    }
    memory.leftovers.withLock { [leftovers] in $0 = leftovers }
  }

  /// The current items of unsettled deployments that a filter selects.
  func unsettled(_ filter: NotificationFilter) async throws -> [DeploymentItem] {
    let keys = try await desk(ItemKey.markerPrefix).unsettled.filter {
      filter.deployments.isEmpty || filter.deployments.contains($0.id)
    }
    return try await items(keys).values.filter { $0.entry.passes(filter) }
  }

  package func pendingCount(_ filter: NotificationFilter) async throws -> Int {
    try await step { [self] in
      try await unsettled(filter).reduce(0) { $0 + $1.entry.pendingCount(filter) }
    }
  }

  /// DynamoDB deletes items whose `ttl` has passed. This gives a `ttl` to unsettled items that
  /// can't end any more: deployments of applications that aren't registered, and ids that
  /// CodeDeploy has never answered for.
  package func prune(before: Date, limit: Int) async throws -> Int {
    let given = memory.leftovers.withLock { leftovers in
      defer { leftovers = [] }
      return leftovers
    }.filter { $0.entry.deployment != nil || $0.entry.seenAt < before }.prefix(limit)
    guard !given.isEmpty else { return 0 }
    return try await step { [self] in
      _ = try await concurrentMap(given) { [self] item in
        var given = item
        given.isPolled = false
        given.version += 1
        given.write = UUID().uuidString
        var actions = [
          WriteAction.put(
            try given.attributes(retention: retention),
            .equals(DeploymentItem.versionName, .number(item.version))),
          .delete(ItemKey(markerOf: item.entry.key)),
        ]
        // A registration that was made meanwhile needs the deployment to be read until it ends.
        if let application = item.application {
          actions.append(.check(ItemKey(application), .isNew))
        }
        // If a condition fails, another program has changed or registered something: the item
        // stays.
        return try await table.write(actions, token: given.write)
      }
      return 0
    }
  }
}

extension DeploymentItem {
  /// The registration that the deployment belongs to, if there is one; `nil` before CodeDeploy has
  /// answered for it.
  fileprivate var application: Registration.Identity? {
    entry.deployment.map { .init(application: $0.application, scope: entry.key.scope) }
  }
}

extension Desk {
  fileprivate var identities: Set<Registration.Identity> {
    Set(records.map(\.registration.identity))
  }
}
