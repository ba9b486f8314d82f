import AWSClient
import CodeDeployNotifications
import Foundation
import NotificationStores

/// Where the store is, from `--store`, the environment, or the default.
struct StoreLocation: Sendable {
  enum Place: Sendable, Equatable {
    case file(path: String)
    /// A table, and its region where the user says which.
    case table(String, region: String?)
  }

  /// What keeps a second cycle from working for nothing, or the sign that nothing has to.
  enum Hold {
    case lock(StoreLock)
    case unneeded
  }

  let place: Place
  private let accounts: AWSAccounts

  /// Makes the folder of a default location when it is missing.
  init(_ option: String?, environment: [String: String], accounts: AWSAccounts) throws {
    self.accounts = accounts
    let named = option ?? environment["CDNOTIFY_STORE"].flatMap { $0.isEmpty ? nil : $0 }
    guard let named else {
      place = .file(path: try Self.defaultPath(environment))
      return
    }
    if named.hasPrefix("dynamodb:") {
      place = try Self.table(named)
      return
    }
    let path = named.hasPrefix("sqlite:") ? String(named.dropFirst("sqlite:".count)) : named
    guard !path.isEmpty else {
      throw Failure(.usage, "--store needs a path, as in --store sqlite:/var/lib/cdnotify.db")
    }
    place = .file(path: path)
  }

  /// Reads `dynamodb:TABLE[?region=R]`.
  private static func table(_ text: String) throws -> Place {
    let parts = text.dropFirst("dynamodb:".count)
      .split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts.first.map(String.init) ?? ""
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
    let isName =
      (3...255).contains(name.utf8.count)
      && name.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789_.-".unicodeScalars.contains($0))
      }
    guard isName else {
      throw Failure(
        .usage,
        "--store \(text.printable): a DynamoDB table's name has 3 to 255 letters, digits, "
          + "dashes, dots and underscores, as in --store dynamodb:cdnotify")
    }
    guard parts.count == 2 else { return .table(name, region: nil) }
    let setting = parts[1].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard setting.count == 2, setting[0] == "region", !setting[1].isEmpty else {
      throw Failure(
        .usage,
        "--store \(text.printable): all that can follow the table's name is ?region=REGION")
    }
    return .table(name, region: String(setting[1]))
  }

  /// Opens the store; a DynamoDB table remembers deployments for `keep` from now on.
  func open(keep: Duration = PollOptions().retention) throws -> any Store {
    switch place {
    case .file(let path): try SQLiteStore(path: path)
    case .table(let name, let region):
      try DynamoDBStore(
        table: name, region: self.region(region, name), caller: caller(region, name), keep: keep)
    }
  }

  /// Opens the store without making one where none is.
  func openWithoutMaking() throws -> any Store {
    try exists ? open() : SQLiteStore.inMemory()
  }

  /// Takes the lock beside a file; `nil` where another cycle of this host holds it. In a table the
  /// claims do all that is needed, between hosts too.
  func hold() throws -> Hold? {
    guard case .file(let path) = place else { return .unneeded }
    return try StoreLock(besideStore: path).map(Hold.lock)
  }

  /// As a user names it.
  var label: String {
    switch place {
    case .file(let path): path
    case .table(let name, let region):
      "dynamodb:\(name)" + (region.map { "?region=\($0)" } ?? "")
    }
  }

  /// Whether a file that is to be the store is there.
  var exists: Bool {
    guard case .file(let path) = place else { return true }
    return FileManager.default.fileExists(atPath: path)
  }

  /// What makes and describes the table, where the store is one.
  func tableSetup() throws -> DynamoDBSetup? {
    guard case .table(let name, let region) = place else { return nil }
    return try DynamoDBSetup(
      table: name, region: self.region(region, name), caller: caller(region, name))
  }

  private func caller(_ region: String?, _ table: String) throws -> AWSCaller {
    accounts.caller(for: AWSScope(region: try self.region(region, table)))
  }

  /// The table's region: the one that was named, else the environment's or the profile's.
  private func region(_ named: String?, _ table: String) throws -> String {
    guard let region = try accounts.region(explicit: named) else {
      throw Failure(
        .usage,
        "no region for the store: set AWS_REGION, or say --store \"dynamodb:\(table)?region=…\"")
    }
    return region
  }

  /// For root the system's folder, for others their own; for its owner alone.
  private static func defaultPath(_ environment: [String: String]) throws -> String {
    let folder: String
    if geteuid() == 0 {
      folder = "/var/lib/cdnotify"
    } else if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      folder = state + "/cdnotify"
    } else {
      let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      folder = (home ?? NSHomeDirectory()) + "/.local/state/cdnotify"
    }
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      throw StoreFailure(
        .unusable, "the store's folder \(folder) can't be made: name another store with --store")
    }
    return folder + "/cdnotify.db"
  }
}
