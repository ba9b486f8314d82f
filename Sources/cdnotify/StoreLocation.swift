import CodeDeployNotifications
import Foundation
import NotificationStores

/// Where the store is, from `--store`, the environment, or the default.
struct StoreLocation {
  private let path: String

  /// Makes the folder of a default location when it is missing.
  init(_ option: String?, environment: [String: String]) throws {
    let named = option ?? environment["CDNOTIFY_STORE"].flatMap { $0.isEmpty ? nil : $0 }
    guard let named else {
      path = try Self.defaultPath(environment)
      return
    }
    if named.hasPrefix("dynamodb:") {
      throw Failure(
        .usage, "--store \(named): this version keeps its store in SQLite only; give a path")
    }
    path = named.hasPrefix("sqlite:") ? String(named.dropFirst("sqlite:".count)) : named
    guard !path.isEmpty else {
      throw Failure(.usage, "--store needs a path, as in --store sqlite:/var/lib/cdnotify.db")
    }
  }

  func open() throws -> any Store { try SQLiteStore(path: path) }

  /// Opens the store without making one where none is.
  func openWithoutMaking() throws -> any Store {
    FileManager.default.fileExists(atPath: path) ? try open() : try SQLiteStore.inMemory()
  }

  /// Takes the lock beside the store; `nil` where another cycle of this host holds it.
  func lock() throws -> StoreLock? { try StoreLock(besideStore: path) }

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
