import AWSClient
import CodeDeployNotifications
import Foundation
import NotificationStores

/// Where registrations and what was announced are kept.
public enum StoreChoice: Sendable, Hashable {
  /// A file of this host, which is made where it isn't there; its folder has to be.
  case sqlite(_ path: String)
  /// A table that several hosts share; without a region, in the one of the AWS settings.
  case dynamoDB(_ table: String, region: String? = nil)
  /// Nothing is kept when the notifier is gone: for tests.
  case inMemory

  /// Whether others than this host can write it.
  var isShared: Bool { if case .dynamoDB = self { true } else { false } }

  /// The file's path; `nil` where it is none.
  package var path: String? { if case .sqlite(let path) = self { path } else { nil } }

  /// As it is named.
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
  ///   - making: Whether a file is made where none is.
  ///   - trustingOwner: Whether a file may be another user's.
  ///   - retention: For how long a table remembers deployments from now on.
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

  /// What makes and describes the table, where the store is one. Throws what `open` throws.
  func tableSetup(_ accounts: AWSAccounts) throws -> DynamoDBSetup? {
    guard case .dynamoDB(let table, _) = self else { return nil }
    let region = try region(accounts)
    return DynamoDBSetup(
      table: table, region: region, caller: accounts.caller(for: AWSScope(region: region)))
  }

  /// The table's region: the one that was named, else the environment's or the profile's.
  private func region(_ accounts: AWSAccounts) throws -> String {
    guard case .dynamoDB(let table, let named) = self else { return "" }
    guard let region = try accounts.region(explicit: named) else {
      throw StoreNameProblem(table, .missingRegion)
    }
    return region
  }
}
