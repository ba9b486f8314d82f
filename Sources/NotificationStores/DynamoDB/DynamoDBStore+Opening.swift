import CodeDeployNotifications
import Foundation

/// The items of the partition `desk`.
struct Desk: Sendable {
  var registrations: [RegistrationItem] = []
  var unreadable: [UnreadableRegistration] = []
  var scopes: [AWSScope: ScopeItem] = [:]
  var live: [DeploymentKey] = []
  var mutes: [Mute] = []
  /// Except registrations.
  var unreadableRows: [UnreadableRow] = []

  /// The key under which a newer version notes a schema that this one can't use.
  private static let schema = "schema"
  private static let schemaVersion: Int64 = 1
  /// The marker of an unfinished import.
  static let unfinished = "import"

  init(_ items: [Item]) throws {
    for item in items {
      guard let key = ItemKey(item) else { continue }
      if let deployment = key.liveDeployment {
        live.append(deployment)
      } else if let scope = key.scope {
        scopes[scope] = ScopeItem(item)
      } else if key.isMute {
        do throws(UnreadableRow) { mutes.append(try MuteItem(item).mute) } catch {
          unreadableRows.append(error)
        }
      } else if let registration = RegistrationItem.unreadable(item) {
        unreadable.append(registration)
      } else if let registration = try RegistrationItem(item) {
        registrations.append(registration)
      } else if key.sort == Self.schema, item["version"]?.number ?? 1 > Self.schemaVersion {
        throw StoreFailure(
          .unusable,
          "the store was written by a newer version of cdnotify: run that version, or name another "
            + "store", .nameAnother)
      } else if key.sort == Self.unfinished {
        throw StoreFailure(
          .unusable,
          "an import into the store was broken off, or is at work: ", .finishImport)
      }
    }
    mutes.sort {
      ($0.identity.application, $0.identity.scope, $0.channel ?? "", $0.since)
        < ($1.identity.application, $1.identity.scope, $1.channel ?? "", $1.since)
    }
    registrations.sort {
      let (left, right) = ($0.record.registration, $1.record.registration)
      return (left.application, left.scope) < (right.application, right.scope)
    }
  }

  var records: [RegistrationRecord] { registrations.map(\.record) }
}

extension DynamoDBStore {
  package func opening(_ filter: NotificationFilter, now: Date) async throws -> Opening {
    try await step { [self] in
      let desk = try await desk()
      let items = try await items(desk.live).values
      let registered = Set(desk.records.map(\.registration.identity))
      var opening = Opening(all: desk.records, filter, unreadable: desk.unreadable)
      scopes.withLock { $0 = desk.scopes }
      for (scope, item) in desk.scopes {
        opening.progress[scope] = ScopeProgress(
          watermark: item.watermark, ended: item.ended, deniedAt: item.deniedAt,
          accountID: item.accountID)
      }
      opening.mutes = desk.mutes
      var leftovers: [DeploymentItem] = []
      for item in items {
        let entry = item.entry
        if item.isInFlight {
          let isRegistered = entry.deployment.map {
            registered.contains(.init(application: $0.application, scope: entry.key.scope))
          }
          if isRegistered ?? true {
            opening.progress[entry.key.scope, default: ScopeProgress()].inFlight.append(
              entry.record)
          }
          if isRegistered != true, !entry.hasPending { leftovers.append(item) }
        }
        opening.pending += entry.pendingCount(filter)
        if entry.passes(filter), !entry.due(now: now).isEmpty { opening.isAnythingDue = true }
      }
      self.leftovers.withLock { [leftovers] in $0 = leftovers }
      return opening
    }
  }

  /// The current items of live deployments that a filter selects.
  func live(_ filter: NotificationFilter) async throws -> [DeploymentItem] {
    let keys = try await desk(ItemKey.livePrefix).live.filter {
      filter.deployments.isEmpty || filter.deployments.contains($0.id)
    }
    return try await items(keys).values.filter { $0.entry.passes(filter) }
  }

  package func pendingCount(_ filter: NotificationFilter) async throws -> Int {
    try await step { [self] in
      try await live(filter).reduce(0) { $0 + $1.entry.pendingCount(filter) }
    }
  }

  /// DynamoDB deletes items whose `ttl` has passed. This gives a `ttl` to live items that can't end
  /// any more: deployments of applications that aren't registered, and ids that CodeDeploy has
  /// never answered for.
  package func prune(before: Date, limit: Int) async throws -> Int {
    let given = leftovers.withLock { leftovers in
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
          .delete(ItemKey(live: item.entry.key)),
        ]
        // A registration that was made meanwhile needs the deployment to stay watched.
        if let application = item.entry.deployment?.application {
          let scope = item.entry.key.scope
          actions.append(.check(ItemKey(.init(application: application, scope: scope)), .isNew))
        }
        // If a condition fails, another program has changed or registered something: the item
        // stays.
        return try await table.write(actions, token: given.write)
      }
      return 0
    }
  }
}
