import CodeDeployNotifications
import Foundation
import Synchronization

/// The store that several hosts share: one DynamoDB table.
///
/// A deployment with its events, notifications and notes is one item, and every write to it is
/// conditional on the version that was read: that alone keeps hosts apart. What a cycle has to look
/// at stands on one partition, the desk. `docs/dynamodb.md` has keys, requests and costs.
package final class DynamoDBStore: Store {
  let table: DynamoDBTable
  /// How long a deployment is remembered after it was last seen; DynamoDB forgets it then.
  let retention: TimeInterval
  private let locks = KeyedLock()
  /// Live deployments as this process wrote or read them last: a guess that spares a read, since a
  /// write on a wrong guess isn't made.
  private let guesses = Mutex<[DeploymentKey: DeploymentItem]>([:])
  /// Each scope's item as the last opening found it or this process wrote it since; `nil` before
  /// the first opening.
  let scopes = Mutex<[AWSScope: ScopeItem]?>(nil)
  /// What the last opening found that needn't be live any more.
  let leftovers = Mutex<[DeploymentItem]>([])
  /// Items that were met and can't be read.
  private let unreadable = Mutex<Set<UnreadableRow>>([])

  /// - Parameters:
  ///   - retention: How long what was announced is remembered.
  ///   - sleep: Waits before a write that met another is tried again.
  ///   - random: A number from 0 up to 1, for how long.
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

  /// Runs a step of the store. A cycle that is told to stop still records what it has done, so the
  /// caller's cancellation doesn't reach DynamoDB.
  func step<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    do { return try await Task { try await body() }.value } catch {
      throw table.storeFailure(error)
    }
  }

  /// What is known of a deployment's item before it is changed.
  enum Reading: Sendable {
    /// As it was read just now; `nil` where it wasn't there.
    case read(DeploymentItem?)
    /// Whatever this process knows.
    case guess
  }

  /// Changes a deployment's item and stores it, if it is still what the change was made to; else
  /// the change is made to what it is by now. Returns what `change` returned last, or `nil` where
  /// there is no such deployment and `new` makes none.
  func change<Result: Sendable>(
    _ key: DeploymentKey, _ reading: Reading = .guess, new: LedgerEntry? = nil,
    _ change: @escaping @Sendable (inout DeploymentItem) throws -> Result
  ) async throws -> Result? {
    try await locks.take(key) { [self] in
      var isGuess = false
      var before: DeploymentItem?
      switch reading {
      case .read(let item): before = item
      case .guess:
        before = guesses.withLock { $0[key] }
        isGuess = before != nil
        if before == nil { before = try await read(key) }
      }
      for attempt in 1...DynamoDBTable.patience {
        guard var item = before ?? new.map(DeploymentItem.init) else { return nil }
        let result = try change(&item)
        if before == item {
          // Only what was read can show that there is nothing to do.
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
        guesses.withLock { $0[key] = nil }
        isGuess = false
        let now = try await read(key)
        // The transport repeats what got no answer, and the repetition met what it had written.
        if let now, now.write == item.write, now.version == item.version {
          remember(now)
          return result
        }
        before = now
      }
      throw DynamoDBTable.isBusy
    }
  }

  package func unreadableRows() async -> [UnreadableRow] {
    unreadable.withLock { rows in
      defer { rows = [] }
      return Array(rows)
    }
  }

  /// What stands on the desk, or the part whose sort key begins so.
  func desk(_ prefix: String = "") async throws -> Desk {
    let desk = try Desk(try await table.desk(prefix))
    unreadable.withLock { $0.formUnion(desk.unreadableRows) }
    return desk
  }

  /// Those of the items that can be read. The others are remembered, to be told of.
  func readable(_ items: [Item]) -> [DeploymentItem] {
    items.compactMap { item in
      do throws(UnreadableRow) { return try DeploymentItem(item) } catch {
        _ = unreadable.withLock { $0.insert(error) }
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

  /// Takes a guess for what is still to be worked on.
  func remember(_ item: DeploymentItem) {
    guesses.withLock { $0[item.entry.key] = item.isLive ? item : nil }
  }

  /// The item and, where that changes, its sign on the desk: in one transaction, so that the sign is
  /// there exactly while the item is live.
  private func write(_ item: DeploymentItem, over before: DeploymentItem?) async throws -> Bool {
    let condition: WriteAction.Condition =
      before.map { .equals(DeploymentItem.versionName, .number($0.version)) } ?? .isNew
    var actions = [WriteAction.put(try item.attributes(retention: retention), condition)]
    let sign = ItemKey(live: item.entry.key)
    switch (before?.isLive ?? false, item.isLive) {
    case (false, true): actions.append(.put(sign.attributes))
    case (true, false): actions.append(.delete(sign))
    default: break
    }
    return try await table.write(actions, token: item.write)
  }

  /// The items of deployments, read consistently unless a promise needs less.
  func items(
    _ keys: [DeploymentKey], consistently: Bool = true
  ) async throws -> [DeploymentKey: DeploymentItem] {
    try await stored(keys, consistently: consistently).items
  }

  /// The same, and the keys of those that are there and can't be read.
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
