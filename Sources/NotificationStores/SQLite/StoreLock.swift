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
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  /// The system lets go of the lock with the process, however that ends.
  deinit { close(descriptor) }
}
