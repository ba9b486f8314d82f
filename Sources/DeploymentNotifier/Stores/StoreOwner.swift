import CodeDeployNotifications
import Foundation
import HostFiles

/// Switches to the user who owns the store, where the user asks for that.
package enum StoreOwner {
  /// If root runs on another user's store, switches the whole process to that user, for good. Then
  /// the owner can use the files that the run leaves, and channels of the store send and run
  /// programs as the owner.
  ///
  /// Other users than root don't change. Throws `StoreFailure` where switching isn't permitted.
  package static func actAsOwner(ofStore path: String) throws {
    guard geteuid() == 0 else { return }
    var status = stat()
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    // A link's owner is whoever created the link; a later check reports that it is a link. If root
    // owns the file but not the folder, the folder's owner decides what the file is.
    let isOwned = lstat(path, &status) == 0 && status.st_uid != 0
    guard isOwned || stat(folder, &status) == 0 && status.st_uid != 0 else { return }
    let (user, fallback) = (status.st_uid, status.st_gid)
    let account = getpwuid(user)?.pointee
    let group = account?.pw_gid ?? fallback
    let groups = account.map { initgroups($0.pw_name, group) } ?? setgroups(1, [group])
    guard groups == 0, setgid(group) == 0, setuid(user) == 0 else {
      throw StoreFailure(
        .unusable,
        "the store \(path) belongs to \(Account.name(of: user)), and acting as that user is not "
          + "permitted here (\(SystemError.last)): run it as its owner")
    }
    // As runuser sets them, so that the owner's settings are found.
    guard let account else { return }
    for (name, value) in [
      ("HOME", account.pw_dir), ("USER", account.pw_name), ("LOGNAME", account.pw_name),
    ] {
      if let value { setenv(name, value, 1) }
    }
  }
}
