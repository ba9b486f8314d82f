import CodeDeployNotifications
import Foundation
import Synchronization

/// The store that several hosts share: one DynamoDB table.
///
/// A deployment with its events, notifications and notes is one item. Every write to it is
/// conditional on the version that was read; nothing else coordinates hosts. Everything that each
/// cycle reads is in one partition, `desk`, and so are the registrations. `docs/dynamodb.md`
/// describes keys, requests and costs.
package struct DynamoDBStore: Store {
  let table: DynamoDBTable
  /// How long a deployment is remembered after it was last seen, in seconds. DynamoDB deletes it
  /// then.
  let retention: TimeInterval
  let memory = Memory()
  /// Where the present reader wants unreadable items.
  var unreadable = UnreadableRows()

  /// What this process remembers of the table.
  final class Memory: Sendable {
    /// Who changes which deployment.
    let locks = KeyedLock()
    /// Unsettled deployments as this process last wrote or read them. Such a guess saves a read; a
    /// write that is based on a wrong guess fails.
    let guesses = Mutex<[DeploymentKey: DeploymentItem]>([:])
    /// Each scope's item as the last opening found it or this process wrote it since; `nil` before
    /// the first opening.
    let scopes = Mutex<[AWSScope: ScopeItem]?>(nil)
    /// Unsettled items that the last opening found and that needn't be unsettled any more.
    let leftovers = Mutex<[DeploymentItem]>([])
    /// What the last opening found to be done about the signs of registrations.
    let upkeep = Mutex(Signs.Upkeep.nothing)
    /// Whether all registrations were seen to have their signs.
    let isSigned = Mutex(false)
  }

  /// - Parameters:
  ///   - retention: How long what was announced is remembered.
  ///   - sleep: Waits before a conflicting write is tried again.
  ///   - random: A number from 0 up to 1, for the length of the wait.
  package init(
    table: String, region: String, caller: AWSCaller, retention: Duration = .seconds(90 * 86_400),
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
  ) {
    self.table = DynamoDBTable(name: table, region: region, caller: caller) { attempt in
      // Full jitter, from 25 ms to 1.6 s.
      let ceiling = min(25 * Double(1 << min(attempt, 10)), 1600)
      try await sleep(.milliseconds(Int(random() * ceiling)))
    }
    self.retention = retention.inSeconds
  }

  /// Runs a step of the store. A cycle that is told to stop still records its outcomes, so the
  /// caller's cancellation doesn't cancel the step.
  func step<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    do { return try await uncancelled(body) } catch {
      throw table.storeFailure(error)
    }
  }

  /// What is known of a deployment's item before it is changed.
  enum Reading: Sendable {
    /// The item that was just read; `nil` if there was none.
    case read(DeploymentItem?)
    /// The last item that this process wrote or read.
    case guess
  }

  /// Changes a deployment's item and stores it. If the item was changed meanwhile, the change is
  /// applied to the new one. Returns the last result of `change`; `nil` where there is no such
  /// deployment and no `new` one is given.
  func change<Result: Sendable>(
    _ key: DeploymentKey, _ reading: Reading = .guess, new: LedgerEntry? = nil,
    _ change: @escaping @Sendable (inout DeploymentItem) throws -> Result
  ) async throws -> Result? {
    try await memory.locks.take(key) { [self] in
      var isGuess = false
      var before: DeploymentItem?
      switch reading {
      case .read(let item): before = item
      case .guess:
        before = memory.guesses.withLock { $0[key] }
        isGuess = before != nil
        if before == nil { before = try await read(key) }
      }
      for attempt in 1...DynamoDBTable.patience {
        guard var item = before ?? new.map(DeploymentItem.init) else { return nil }
        let result = try change(&item)
        if before == item {
          // Only an item that was read can show that there is nothing to change.
          guard isGuess else { return result }
        } else {
          item.version += 1
          item.write = UUID().uuidString
          if try await write(item, over: before) {
            remember(item)
            return result
          }
          try await table.pause(attempt)
        }
        memory.guesses.withLock { $0[key] = nil }
        isGuess = false
        let now = try await read(key)
        // The transport repeats a request without an answer, and the repetition met the first one's
        // result.
        if let now, now.write == item.write, now.version == item.version {
          remember(now)
          return result
        }
        before = now
      }
      throw DynamoDBTable.isBusy
    }
  }

  package func noting(in rows: UnreadableRows) -> any Store {
    var store = self
    store.unreadable = rows
    return store
  }

  /// The partition `desk`, or the items whose sort keys begin with `prefix`.
  func desk(_ prefix: String = "") async throws -> Desk {
    try noted(Desk(try await table.desk(prefix)))
  }

  /// The same desk. Its unreadable rows are noted, and whether all registrations have signs.
  func noted(_ desk: Desk) -> Desk {
    for row in desk.unreadableRows { unreadable.insert(row) }
    if desk.signs.isComplete { memory.isSigned.withLock { $0 = true } }
    return desk
  }

  /// The readable items. The others are noted as unreadable.
  func readable(_ items: [Item]) -> [DeploymentItem] {
    items.compactMap { item in
      do throws(UnreadableRow) { return try DeploymentItem(item) } catch {
        unreadable.insert(error)
        return nil
      }
    }
  }

  private func read(_ key: DeploymentKey) async throws -> DeploymentItem? {
    try await table.get(ItemKey(key)).map { item throws(StoreFailure) in
      do throws(UnreadableRow) { return try DeploymentItem(item) } catch {
        throw UnreadableRow.failure([error]) ?? StoreFailure(.unusable, error.subject)
      }
    }
  }

  /// Keeps the item as a guess, if it is unsettled.
  func remember(_ item: DeploymentItem) {
    memory.guesses.withLock { $0[item.entry.key] = item.isUnsettled ? item : nil }
  }

  /// Writes the item and, if it becomes unsettled or settled, its marker: in one transaction, so
  /// that the marker exists exactly while the item is unsettled.
  private func write(_ item: DeploymentItem, over before: DeploymentItem?) async throws -> Bool {
    let condition: WriteAction.Condition =
      before.map { .equals(DeploymentItem.versionName, .number($0.version)) } ?? .isNew
    var actions = [WriteAction.put(try item.attributes(retention: retention), condition)]
    let marker = ItemKey(markerOf: item.entry.key)
    switch (before?.isUnsettled ?? false, item.isUnsettled) {
    case (false, true): actions.append(.put(marker.attributes))
    case (true, false): actions.append(.delete(marker))
    default: break
    }
    return try await table.write(actions, token: item.write)
  }

  /// Deployments' items, read consistently by default.
  func items(
    _ keys: [DeploymentKey], consistently: Bool = true
  ) async throws -> [DeploymentKey: DeploymentItem] {
    try await stored(keys, consistently: consistently).items
  }

  /// The same, with the keys of unreadable items.
  func stored(
    _ keys: [DeploymentKey], consistently: Bool = true
  ) async throws -> (items: [DeploymentKey: DeploymentItem], unreadable: Set<ItemKey>) {
    guard !keys.isEmpty else { return ([:], []) }
    let found = try await table.get(keys.map { ItemKey($0) }, consistently: consistently)
    let items = readable(found)
    let unreadable = Set(found.compactMap(ItemKey.init)).subtracting(
      items.map { ItemKey($0.entry.key) })
    return (
      Dictionary(items.map { ($0.entry.key, $0) }, uniquingKeysWith: { first, _ in first }),
      unreadable
    )
  }
}
