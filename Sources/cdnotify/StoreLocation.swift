import CodeDeployNotifications
import Foundation
import NotificationStores

/// Where the store is, from `--store`, the environment, or the default.
enum StoreLocation {
  static func open(_ option: String?, environment: [String: String]) throws -> any Store {
    let named = option ?? environment["CDNOTIFY_STORE"].flatMap { $0.isEmpty ? nil : $0 }
    guard let named else { return try SQLiteStore(path: defaultPath(environment)) }
    if named.hasPrefix("dynamodb:") {
      throw Failure(
        .usage, "--store \(named): this version keeps its store in SQLite only; give a path")
    }
    let path = named.hasPrefix("sqlite:") ? String(named.dropFirst("sqlite:".count)) : named
    guard !path.isEmpty else {
      throw Failure(.usage, "--store needs a path, as in --store sqlite:/var/lib/cdnotify.db")
    }
    return try SQLiteStore(path: path)
  }

  /// The default's folder is made when it is missing, for its owner alone.
  private static func defaultPath(_ environment: [String: String]) throws -> String {
    let folder: String
    if geteuid() == 0 {
      folder = "/var/lib/cdnotify"
    } else if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      folder = state + "/cdnotify"
    } else {
      folder = NSHomeDirectory() + "/.local/state/cdnotify"
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
