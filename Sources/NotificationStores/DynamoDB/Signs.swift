import CodeDeployNotifications
import Foundation

/// Items of the partition `desk` that stand for its registrations, so that a cycle needn't read
/// these.
///
/// There are two kinds. Every scope and external id of a registration has a scope sign. Every
/// registration with a channel that isn't backfilled has a sign that it is fresh. A sign too many
/// costs a listing or a read. A sign too few would leave deployments unannounced.
struct Signs: Sendable {
  private(set) var scopeSigns: [ScopeSign] = []
  private(set) var fresh: Set<Registration.Identity> = []
  /// The version of the table's items; 1 where none is noted.
  private(set) var version: Int64 = 1
  /// Whether every registration has its signs.
  private(set) var isComplete = false

  /// The version that introduced the signs. Versions of cdnotify that don't write them refuse it.
  static let version: Int64 = 2
  static let schema = ItemKey(ItemKey.desk, "schema")
  private static let versionName = "version"
  /// An attribute of a table whose registrations don't all have their signs yet.
  private static let isIncompleteName = "incomplete"

  init(_ items: [Item]) {
    for item in items {
      guard let key = ItemKey(item), key.partition == ItemKey.desk else { continue }
      if let access = key.signedAccess {
        scopeSigns.append(ScopeSign(access, item))
      } else if let identity = key.fresh {
        fresh.insert(identity)
      } else if key == Self.schema {
        version = item[Self.versionName]?.number ?? 1
        isComplete = version == Self.version && item[Self.isIncompleteName]?.flag != true
      }
    }
  }

  func checkVersion() throws(StoreFailure) {
    guard version > Self.version else { return }
    throw StoreFailure(
      .unusable,
      "the table was written by a newer version of cdnotify: run that version, or name another "
        + "store", .nameAnother)
  }

  /// Notes the version in the table, over the schema item that was read, if there was one.
  static func noting(isComplete: Bool, over item: Item?) -> WriteAction {
    var attributes = schema.attributes
    attributes[versionName] = .number(version)
    if !isComplete { attributes[isIncompleteName] = .flag(true) }
    guard let item else { return .put(attributes, .isNew) }
    return .put(attributes, item[versionName].map { .equals(versionName, $0) } ?? .none)
  }

  /// Whether they tell what a cycle has to read. Where a registration was removed, and nobody has
  /// looked for others in its scope yet, they don't.
  var areReliable: Bool { isComplete && !scopeSigns.contains(where: \.isDoubtful) }

  /// The scopes with registrations.
  var scopes: [ScopeAccess] {
    Dictionary(grouping: scopeSigns, by: \.access.scope).map {
      ScopeAccess($0, amongExternalIDs: $1.lazy.map(\.access.externalID))
    }
  }

  /// What is left to do once a cycle may write.
  enum Upkeep: Sendable {
    case nothing
    /// Add what is missing, and remove what nobody needs.
    case correct
    /// Give every registration of an earlier version its signs.
    case complete
  }

  /// - Parameter desk: The fresh registrations, or all.
  func upkeep(knowing desk: Desk) -> Upkeep {
    guard isComplete else { return .complete }
    return areReliable && fresh.isSubset(of: desk.fresh) ? .nothing : .correct
  }

  /// The writes after which the signs are those of these registrations. Each is conditional on what
  /// it is based on.
  func corrections(for desk: Desk) -> [[WriteAction]] {
    scopeCorrections(for: desk) + freshCorrections(for: desk)
  }

  private func scopeCorrections(for desk: Desk) -> [[WriteAction]] {
    let needing = Dictionary(
      desk.registrations.map { ($0.record.registration.access, $0) },
      uniquingKeysWith: { first, _ in first })
    // It isn't known which external id an unreadable registration names.
    let unknown = Set(desk.unreadable.map(\.identity.scope))
    let missing = Set(needing.keys).subtracting(scopeSigns.map(\.access)).compactMap { needing[$0] }
    return missing.map { item in
      [
        .check(item.key, item.unchanged),
        .put(ScopeSign(item.record.registration.access).attributes),
      ]
    }
      + scopeSigns.compactMap { sign in
        if needing[sign.access] == nil, !unknown.contains(sign.access.scope) {
          return [.delete(sign.key, sign.unchanged)]
        }
        return sign.isDoubtful ? [.put(ScopeSign(sign.access).attributes, sign.unchanged)] : nil
      }
  }

  private func freshCorrections(for desk: Desk) -> [[WriteAction]] {
    let items = Dictionary(
      desk.registrations.map { ($0.record.registration.identity, $0) },
      uniquingKeysWith: { first, _ in first })
    // An unreadable item has no text to compare. A sign too many goes with the next correction.
    return desk.fresh.subtracting(fresh).map { identity in
      let put = WriteAction.put(ItemKey(fresh: identity).attributes)
      return items[identity].map { [.check($0.key, $0.unchanged), put] } ?? [put]
    }
      + fresh.subtracting(desk.fresh).map { identity in
        [
          .check(ItemKey(identity), items[identity]?.unchanged ?? .isNew),
          .delete(ItemKey(fresh: identity)),
        ]
      }
  }
}

/// The sign of a scope that has registrations, and of the external id that these name.
struct ScopeSign: Sendable {
  var access: ScopeAccess
  /// The id of the write that stored it last. It is removed only if nobody has put it since.
  private var write: String
  /// Whether a registration was removed from this scope since anybody looked for others there.
  private(set) var isDoubtful: Bool

  private static let writeName = "write"
  private static let isDoubtfulName = "doubtful"

  init(_ access: ScopeAccess, isDoubtful: Bool = false) {
    self.access = access
    self.isDoubtful = isDoubtful
    write = UUID().uuidString
  }

  init(_ access: ScopeAccess, _ item: Item) {
    self.access = access
    write = item[Self.writeName]?.text ?? ""
    isDoubtful = item[Self.isDoubtfulName]?.flag ?? false
  }

  var key: ItemKey { ItemKey(signOf: access) }

  var attributes: Item {
    var item = key.attributes
    item[Self.writeName] = .text(write)
    if isDoubtful { item[Self.isDoubtfulName] = .flag(true) }
    return item
  }

  /// The condition that nobody has put it since it was read.
  var unchanged: WriteAction.Condition { .equals(Self.writeName, .text(write)) }
}

extension Desk {
  /// The registrations that each cycle has to read. Unreadable ones are among them, so that each
  /// cycle reports them.
  fileprivate var fresh: Set<Registration.Identity> {
    Set(records.filter { $0.backfillSince != nil }.map(\.registration.identity))
      .union(unreadable.map(\.identity))
  }
}
