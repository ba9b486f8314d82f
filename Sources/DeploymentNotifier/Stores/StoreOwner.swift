import CodeDeployNotifications
import Foundation
import HostFiles

/// Acts as the user whom the store belongs to, where somebody says that it is meant.
package enum StoreOwner {
  /// Where root runs on another user's store, goes on as that user, for good: the owner can use
  /// what the run leaves, and what the store has sent and run is sent and run as the owner.
  ///
  /// Whoever isn't root stays who they are. Throws `StoreFailure` where it can't be done.
  package static func actAsOwner(ofStore path: String) throws {
    guard geteuid() == 0 else { return }
    var status = stat()
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    // A link's owner is whoever made the link; that it is one is said later.
    // Where the file is root's and the folder isn't, the folder's owner decides what the file is.
    let isOwned = lstat(path, &status) == 0 && status.st_uid != 0
    guard isOwned || stat(folder, &status) == 0 && status.st_uid != 0 else { return }
    let (user, fallback) = (status.st_uid, status.st_gid)
    let account = getpwuid(user)?.pointee
    let group = account?.pw_gid ?? fallback
    let groups = account.map { initgroups($0.pw_name, group) } ?? setgroups(1, [group])
    guard groups == 0, setgid(group) == 0, setuid(user) == 0 else {
      throw StoreFailure(
        .unusable,
        "the store \(path) belongs to another user, and acting as that user is not permitted here "
          + "(\(SystemError.last)): run it as the store's owner")
    }
    // As runuser sets them, so that settings are looked for where the owner has them.
    guard let account else { return }
    for (name, value) in [
      ("HOME", account.pw_dir), ("USER", account.pw_name), ("LOGNAME", account.pw_name),
    ] {
      if let value { setenv(name, value, 1) }
    }
  }
}
