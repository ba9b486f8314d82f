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

  /// Whether the registration is no longer in the place where it was.
  var leavesPlace: Bool { base.map { $0.registration.access != put?.registration.access } ?? false }

  /// The places whose signs are put with it.
  fileprivate var places: Set<ScopeAccess> {
    let left = leavesPlace ? base : nil
    return Set([put, left].compactMap { $0?.registration.access })
  }

  /// Whether the sign of a fresh registration is put; `nil` where there is and was none.
  fileprivate var putsFresh: Bool? {
    if put?.backfillSince != nil { return true }
    return base?.backfillSince != nil ? false : nil
  }
}

extension [RegistrationChange] {
  /// The signs of the places that these changes concern: in doubt where a registration leaves, and
  /// none is put.
  private var places: [ScopeAccess: PlaceSign] {
    var places: [ScopeAccess: PlaceSign] = [:]
    for access in filter(\.leavesPlace).compactMap(\.base?.registration.access) {
      places[access] = PlaceSign(access, isDoubtful: true)
    }
    for access in compactMap(\.put?.registration.access) { places[access] = PlaceSign(access) }
    return places
  }

  /// The writes to signs that belong into the same transaction as the changes.
  var signActions: [WriteAction] {
    places.values.map { .put($0.attributes) }
      + compactMap { change in
        let key = ItemKey(fresh: change.identity)
        return change.putsFresh.map { $0 ? .put(key.attributes) : .delete(key) }
      }
  }

  /// The changes in groups, each of which is one transaction together with its signs.
  var transactions: [[RegistrationChange]] {
    var groups: [[RegistrationChange]] = []
    var places: Set<ScopeAccess> = []
    var left = 0
    for change in self {
      let needed = change.putsFresh == nil ? 1 : 2
      var more = change.places.subtracting(places)
      if needed + more.count > left {
        groups.append([])
        left = DynamoDBTable.transactionLimit
        places = []
        more = change.places
      }
      groups[groups.count - 1].append(change)
      places.formUnion(more)
      left -= needed + more.count
    }
    return groups
  }
}
