import CodeDeployNotifications
import Foundation

/// A deployment's item: the ledger's entry, and the store's own attributes.
struct DeploymentItem: Sendable, Equatable {
  var entry: LedgerEntry
  /// Whether CodeDeploy is asked for it until it ends: not where nobody registers its application.
  var isPolled = false
  /// Incremented by every write; 0 if there was none yet. Each write is conditional on it.
  var version: Int64 = 0
  /// The id of the write that created this version.
  var write = ""

  static let versionName = "version"
  /// The versions that can be incremented.
  static let versions: Range<Int64> = 0..<(1 << 53)
  static let entryName = "entry"
  static let failedName = "failed"
  static let applicationName = "application"
  static let createdName = "created"
  /// The attribute with the time when DynamoDB may delete the item, in seconds since 1970.
  static let expiryName = "ttl"

  /// In bytes. An item, including the names of its attributes, can't be larger than 400 KB.
  /// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
  static let sizeLimit = 400 * 1024

  init(_ entry: LedgerEntry) { self.entry = entry }

  init(_ item: Item) throws(UnreadableRow) {
    guard let text = item[Self.entryName]?.text, let version = item[Self.versionName]?.number,
      Self.versions.contains(version),
      let entry = try? RowCoding.decode(LedgerEntry.self, fromStored: text),
      ItemKey(entry.key) == ItemKey(item)
    else {
      let key = ItemKey(item)
      let subject = key?.deployment.map { "deployment \($0.id) in \($0.scope.label)" }
      throw UnreadableRow(
        subject ?? "a deployment",
        "nothing more is announced about it; delete \(key?.label ?? "it"), then ",
        .announceByID(key?.deployment?.id))
    }
    self.entry = entry
    self.version = version
    isPolled = item["watched"]?.flag ?? false
    write = item["write"]?.text ?? ""
  }

  /// Whether a cycle asks CodeDeploy for it.
  var isInFlight: Bool { isPolled && entry.isInFlight }

  /// Whether a cycle has to look at it: it is in flight, or something of it is pending. Exactly
  /// while it is unsettled, a marker on the desk says so.
  var isUnsettled: Bool { isInFlight || entry.hasPending }

  /// The item as it is stored, to be deleted `retention` after it was last seen. If it would be too
  /// large, it is stored without the contents of revisions, whose hashes stay, and without the
  /// history of attempts.
  func attributes(retention: TimeInterval) throws -> Item {
    let whole = try attributes(of: entry, retention: retention)
    if whole.size <= Self.sizeLimit { return whole }
    let shorter = try attributes(of: entry.withoutContents, retention: retention)
    try shorter.checkSize("deployment \(entry.key.id) with its notifications")
    return shorter
  }

  private func attributes(of entry: LedgerEntry, retention: TimeInterval) throws -> Item {
    var item = ItemKey(entry.key).attributes
    item[Self.entryName] = .text(try RowCoding.encode(entry))
    item[Self.versionName] = .number(version)
    item["write"] = .text(write)
    item["watched"] = .flag(isPolled)
    if let deployment = entry.deployment {
      item[Self.applicationName] = .text(deployment.application)
      item[Self.createdName] = .number(deployment.createdAt.milliseconds)
    }
    let failed = entry.notifications.filter(\.canBeRetried).map { entry.key(of: $0).id }
    if !failed.isEmpty { item[Self.failedName] = .texts(failed) }
    if !isUnsettled {
      item[Self.expiryName] = .number(
        Int64(entry.seenAt.addingTimeInterval(retention).timeIntervalSince1970.rounded(.up)))
    }
    return item
  }
}

extension LedgerEntry {
  fileprivate var withoutContents: LedgerEntry {
    var entry = self
    entry.deployment?.revision?.content = nil
    entry.deployment?.previousRevision?.content = nil
    for index in entry.events.indices {
      entry.events[index].content.revision?.content = nil
      entry.events[index].content.previousRevision?.content = nil
    }
    for index in entry.notifications.indices { entry.notifications[index].tries = [] }
    return entry
  }
}

extension Item {
  /// The size as DynamoDB counts it, in bytes.
  var size: Int { reduce(0) { $0 + $1.key.utf8.count + $1.value.size } }

  /// DynamoDB would refuse a larger item too, but its message doesn't say which one.
  func checkSize(_ what: String) throws {
    guard size <= DeploymentItem.sizeLimit else {
      throw StoreFailure(
        .unusable,
        "\(what) takes \(size / 1024) KB, and DynamoDB holds no more than 400 KB in an item: "
          + "use shorter texts or fewer channels, or a SQLite store")
    }
  }
}
