import CodeDeployNotifications

extension RegistrationChange {
  /// The change that takes this one back.
  var undone: RegistrationChange {
    switch self {
    case .put(let record, let base?): .put(base, over: record)
    case .put(let record, nil): .remove(record)
    case .remove(let record): .put(record, over: nil)
    }
  }

  /// Whether the registration is no longer reached in the same scope with the same external id.
  var leavesScope: Bool { base.map { $0.registration.access != put?.registration.access } ?? false }

  /// What it takes to reach the scopes whose signs are put with it.
  fileprivate var accesses: Set<ScopeAccess> {
    let left = leavesScope ? base : nil
    return Set([put, left].compactMap { $0?.registration.access })
  }

  /// Whether the sign of a fresh registration is put; `nil` where there is and was none.
  fileprivate var putsFresh: Bool? {
    if put?.backfillSince != nil { return true }
    return base?.backfillSince != nil ? false : nil
  }
}

extension [RegistrationChange] {
  /// The signs of the scopes that these changes concern: in doubt where a registration leaves, and
  /// none is put.
  private var scopeSigns: [ScopeAccess: ScopeSign] {
    var signs: [ScopeAccess: ScopeSign] = [:]
    for access in filter(\.leavesScope).compactMap(\.base?.registration.access) {
      signs[access] = ScopeSign(access, isDoubtful: true)
    }
    for access in compactMap(\.put?.registration.access) { signs[access] = ScopeSign(access) }
    return signs
  }

  /// The writes to signs that belong into the same transaction as the changes.
  var signActions: [WriteAction] {
    scopeSigns.values.map { .put($0.attributes) }
      + compactMap { change in
        let key = ItemKey(fresh: change.identity)
        return change.putsFresh.map { $0 ? .put(key.attributes) : .delete(key) }
      }
  }

  /// The changes in groups, each of which is one transaction together with its signs.
  var transactions: [[RegistrationChange]] {
    var groups: [[RegistrationChange]] = []
    var accesses: Set<ScopeAccess> = []
    var left = 0
    for change in self {
      let needed = change.putsFresh == nil ? 1 : 2
      var more = change.accesses.subtracting(accesses)
      if needed + more.count > left {
        groups.append([])
        left = DynamoDBTable.transactionLimit
        accesses = []
        more = change.accesses
      }
      groups[groups.count - 1].append(change)
      accesses.formUnion(more)
      left -= needed + more.count
    }
    return groups
  }
}
