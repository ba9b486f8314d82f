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

  /// What keeps a second cycle from working for nothing.
  enum Hold {
    case lock(StoreLock)
    /// Nothing has to: in a table the claims do all that is needed.
    case unneeded
    /// Another process has it.
    case busy(StoreLock.Holder?)
  }

  let place: Place
  /// Whether nobody named the store.
  let isDefault: Bool
  private let trustsOwner: Bool
  private let accounts: AWSAccounts

  init(
    _ option: String?, environment: [String: String], trustsOwner: Bool, accounts: AWSAccounts
  ) throws {
    let named = Self.name(option, environment)
    self.accounts = accounts
    self.trustsOwner = trustsOwner
    isDefault = named == nil
    place = try named.map(Self.place(named:)) ?? .file(path: Self.defaultPath(environment))
  }

  /// What the user calls the store; `nil` where it is the default.
  private static func name(_ option: String?, _ environment: [String: String]) -> String? {
    option ?? environment["CDNOTIFY_STORE"].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The store's file, unless it is none, for who asks before there is a location.
  static func path(_ option: String?, environment: [String: String]) throws -> String? {
    let place =
      try name(option, environment).map(place(named:)) ?? .file(path: defaultPath(environment))
    if case .file(let path) = place { return path }
    return nil
  }

  private static func place(named name: String) throws -> Place {
    if name.hasPrefix("dynamodb:") { return try table(name) }
    let path = name.hasPrefix("sqlite:") ? String(name.dropFirst("sqlite:".count)) : name
    guard !path.isEmpty else {
      throw Failure(.usage, "--store needs a path, as in --store sqlite:/var/lib/cdnotify.db")
    }
    // A mistyped kind must not become a file of that name, which nobody polls.
    if path == name, let colon = name.firstIndex(of: ":"), !name[..<colon].contains("/") {
      let kind = String(name[..<colon])
      throw Failure(
        .usage,
        "--store \(name.printable): there is no store of the kind \"\(kind.printable)\"; "
          + "\(NearestName.hint(kind, among: ["sqlite", "dynamodb"])). A file with a colon in its name "
          + "is named as sqlite:\(name.printable) or ./\(name.printable)")
    }
    return .file(path: path)
  }

  /// Whether the store that is named is a table.
  static func isTable(_ option: String?, environment: [String: String]) -> Bool {
    (option ?? environment["CDNOTIFY_STORE"] ?? "").hasPrefix("dynamodb:")
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

  /// Opens the store, which has to be there; a DynamoDB table remembers deployments for `keep` from
  /// now on.
  func open(keep: Duration = PollOptions().retention) throws -> any Store {
    try open(keep, making: false)
  }

  /// Opens the store, and makes one where none is: for the commands that begin one.
  func openMaking() throws -> any Store {
    if isDefault, case .file(let path) = place { try Self.makeFolder(of: path) }
    return try open(PollOptions().retention, making: true)
  }

  /// Opens the store; where nobody named one, and none is in the default place, an empty one: what
  /// only shows what there is has nothing to complain of before the first registration.
  func openOrEmpty() throws -> any Store {
    isDefault && !exists ? InMemoryStore() : try open()
  }

  /// Opens the store without making one where none is: an empty one stands for it.
  func openWithoutMaking() throws -> any Store {
    try exists ? open() : InMemoryStore()
  }

  private func open(_ keep: Duration, making: Bool) throws -> any Store {
    switch place {
    case .file(let path):
      // The default's folder may be missing as well.
      guard making || !isDefault || exists else { throw StoreFailure(missing: path) }
      return try SQLiteStore(path: path, making: making, trustingOwner: trustsOwner)
    case .table(let name, let region):
      return try DynamoDBStore(
        table: name, region: self.region(region, name), caller: caller(region, name), keep: keep)
    }
  }

  /// Takes the lock beside a file, for work that is ended after `limit` at the latest.
  func hold(limit: Duration? = nil) throws -> Hold {
    guard case .file(let path) = place else { return .unneeded }
    switch try StoreLock.take(besideStore: path, limit: limit, trustingOwner: trustsOwner) {
    case .taken(let lock): return .lock(lock)
    case .held(let holder): return .busy(holder)
    }
  }

  /// The process that polls the store on this host, where one does.
  func holder() -> StoreLock.Holder? {
    guard case .file(let path) = place else { return nil }
    return StoreLock.holder(besideStore: path)
  }

  /// What keeps a file from being trusted as the store, a sentence each.
  func problems() throws -> [StoreFailure] {
    guard case .file(let path) = place else { return [] }
    return try SQLiteStore.problems(at: path, trustingOwner: trustsOwner)
  }

  /// Removes a store's file that was made for nothing, and what was made beside it.
  func remove(_ store: any Store) {
    guard case .file(let path) = place, let store = store as? SQLiteStore else { return }
    store.close()
    for ending in ["", "-wal", "-shm", ".lock"] { unlink(path + ending) }
  }

  /// As a user names it.
  var label: String {
    switch place {
    case .file(let path): path
    case .table(let name, let region):
      "dynamodb:\(name)" + (region.map { "?region=\($0)" } ?? "")
    }
  }

  /// Whether something is where the store's file is to be, if only a link.
  var exists: Bool {
    guard case .file(let path) = place else { return true }
    var status = stat()
    return lstat(path, &status) == 0
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

  /// The folder that the run's state is in, without making it: the store's, or for a table the one
  /// where a store would be by default.
  static func stateFolder(_ option: String?, _ environment: [String: String]) -> String? {
    let named = option ?? environment["CDNOTIFY_STORE"].flatMap { $0.isEmpty ? nil : $0 }
    guard let named, !named.hasPrefix("dynamodb:") else { return defaultFolder(environment) }
    let path = named.hasPrefix("sqlite:") ? String(named.dropFirst("sqlite:".count)) : named
    return path.isEmpty
      ? nil : URL(fileURLWithPath: path).deletingLastPathComponent().path(percentEncoded: false)
  }

  private static func defaultPath(_ environment: [String: String]) -> String {
    defaultFolder(environment) + "/cdnotify.db"
  }

  /// Makes the default's folder, for its owner alone.
  private static func makeFolder(of path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      throw StoreFailure(
        .unusable, "the store's folder \(folder) can't be made: name another store with --store")
    }
  }

  /// For root the system's folder, for others their own.
  private static func defaultFolder(_ environment: [String: String]) -> String {
    if geteuid() == 0 { return "/var/lib/cdnotify" }
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      return state + "/cdnotify"
    }
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return (home ?? NSHomeDirectory()) + "/.local/state/cdnotify"
  }
}
