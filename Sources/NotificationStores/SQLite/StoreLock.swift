import CodeDeployNotifications
import Foundation

/// A lock beside the store: while one cycle of this host holds it, another has nothing to do.
///
/// It only spares work. What keeps a notification from being sent twice are the claims in the
/// store, which hold between hosts and without the lock too.
public final class StoreLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock, or returns `nil` where another process holds it. Throws `StoreFailure` where
  /// the lock's file can't be made.
  public init?(besideStore path: String) throws {
    let file = path + ".lock"
    let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw StoreFailure(
        .unusable, "the lock \(file) can't be opened: \(String(cString: strerror(errno)))")
    }
    Self.giveToOwner(ofStore: path, descriptor)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  /// A cycle that root runs once must not lock the store's own user out, so the lock belongs to
  /// whom the store belongs, as SQLite's companion files do.
  private static func giveToOwner(ofStore path: String, _ lock: Int32) {
    var store = stat()
    guard geteuid() == 0, stat(path, &store) == 0 else { return }
    _ = fchown(lock, store.st_uid, store.st_gid)
  }

  /// The system lets go of the lock with the process, however that ends.
  deinit { close(descriptor) }
}
