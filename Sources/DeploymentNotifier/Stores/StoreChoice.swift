import AWSClient
import CodeDeployNotifications
import Foundation
import NotificationStores

/// Where registrations and the ledger are kept.
public enum StoreChoice: Sendable, Hashable {
  /// A SQLite file on this host. It is created if it is missing; its folder has to exist.
  case sqlite(_ path: String)
  /// A DynamoDB table, which several hosts can share. Without a region it is in that of the AWS
  /// settings.
  case dynamoDB(_ table: String, region: String? = nil)
  /// In memory, for tests: it is gone with the notifier.
  case inMemory

  /// Whether other hosts can write it.
  var isShared: Bool { if case .dynamoDB = self { true } else { false } }

  /// The file's path; `nil` for other stores.
  package var path: String? { if case .sqlite(let path) = self { path } else { nil } }

  /// The name for messages.
  package var label: String {
    switch self {
    case .sqlite(let path): path
    case .dynamoDB(let table, let region):
      "dynamodb:\(table)" + (region.map { "?region=\($0)" } ?? "")
    case .inMemory: "memory"
    }
  }

  /// Opens the store.
  ///
  /// - Parameters:
  ///   - making: Whether a missing file is created.
  ///   - trustingOwner: Whether the file may belong to another user.
  ///   - retention: How long a table remembers deployments that are written from now on.
  ///
  /// Throws `StoreFailure`, `AWSFailure`, and `StoreNameProblem` where no region is known.
  func open(
    _ accounts: AWSAccounts, making: Bool = true, trustingOwner: Bool = false,
    retention: Duration = PollOptions().effectiveRetention
  ) throws -> any Store {
    switch self {
    case .sqlite(let path):
      return try SQLiteStore(path: path, making: making, trustingOwner: trustingOwner)
    case .dynamoDB(let table, _):
      let region = try region(accounts)
      return DynamoDBStore(
        table: table, region: region, caller: accounts.caller(for: AWSScope(region: region)),
        retention: retention)
    case .inMemory: return InMemoryStore()
    }
  }

  /// Creates and describes the table; `nil` for other stores. Throws what `open` throws.
  func tableSetup(_ accounts: AWSAccounts) throws -> DynamoDBSetup? {
    guard case .dynamoDB(let table, _) = self else { return nil }
    let region = try region(accounts)
    return DynamoDBSetup(
      table: table, region: region, caller: accounts.caller(for: AWSScope(region: region)))
  }

  /// The table's region: the given one, else the environment's or the profile's.
  private func region(_ accounts: AWSAccounts) throws -> String {
    guard case .dynamoDB(let table, let named) = self else { return "" }
    guard let region = try accounts.region(explicit: named) else {
      throw StoreNameProblem(table, .missingRegion)
    }
    return region
  }
}
