import CodeDeployNotifications
import Foundation

/// A lock beside the store: while one cycle of this host holds it, another has nothing to do.
///
/// It only spares work. What keeps a notification from being sent twice are the claims in the
/// store, which hold between hosts and without the lock too. It says who holds it, so that one that
/// stands still is told from one that is at work.
package final class StoreLock: Sendable {
  /// Who holds a lock, as its file says.
  package struct Holder: Sendable, Hashable, Codable {
    /// The process.
    package var pid: Int32
    package var since: Date
    /// When it has to be done, in seconds of this host's clock that nobody sets; `nil` for one that
    /// takes as long as it takes.
    var deadline: Double?

    /// Whether it should have ended by now, also by its watchdog.
    package var isOverdue: Bool {
      guard let deadline else { return false }
      return Double(Self.now.seconds) > deadline
    }

    /// The time since this host started, which nobody sets.
    private static var now: (seconds: Int, nanoseconds: Int) {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      return (time.tv_sec, time.tv_nsec)
    }

    /// This process, which is to be done after `limit`.
    fileprivate static func current(limit: Duration?) -> Holder {
      Holder(
        pid: getpid(), since: Date(),
        deadline: limit.map { Double(now.seconds) + $0 / .seconds(1) })
    }
  }

  /// What came of asking for the lock.
  package enum Attempt: Sendable {
    case taken(StoreLock)
    /// Another process has it; who, where its file says so.
    case held(Holder?)
  }

  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  /// Takes the lock for work that is done, or ended by force, after `limit`; `nil` for work
  /// without one. Throws `StoreFailure` where the lock's file can't be made or trusted.
  package static func take(
    besideStore path: String, limit: Duration?, trustingOwner: Bool = false
  ) throws -> Attempt {
    let folder = try StoreFolder(ofStore: path)
    try folder.check(trustingOwner: trustingOwner)
    let descriptor = try folder.openMaking(".lock")
    // Whoever looks for a holder has the lock for an instant.
    for attempt in 0..<5 {
      if attempt > 0 { usleep(5000) }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
        write(.current(limit: limit), to: descriptor)
        return .taken(StoreLock(descriptor: descriptor))
      }
      if let holder = read(descriptor) {
        close(descriptor)
        return .held(holder)
      }
    }
    close(descriptor)
    return .held(nil)
  }

  /// Who holds the lock beside a store; `nil` where nobody does, or where the file can't be read.
  package static func holder(besideStore path: String) -> Holder? {
    guard let folder = try? StoreFolder(ofStore: path),
      let descriptor = try? folder.openReading(".lock")
    else { return nil }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
    return read(descriptor)
  }

  private static func write(_ holder: Holder, to descriptor: Int32) {
    guard ftruncate(descriptor, 0) == 0, let text = try? RowCoding.encode(holder) else { return }
    let line = Array((text + "\n").utf8)
    // Without it the lock holds all the same.
    _ = line.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  private static func read(_ descriptor: Int32) -> Holder? {
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    guard count > 0 else { return nil }
    let holder = try? RowCoding.decode(
      Holder.self, from: String(decoding: bytes.prefix(count), as: UTF8.self))
    guard let holder, holder.pid > 0 else { return nil }
    // What a process left that was killed.
    return kill(holder.pid, 0) == 0 || errno == EPERM ? holder : nil
  }

  /// The system lets go of the lock with the process, however that ends.
  deinit {
    ftruncate(descriptor, 0)
    close(descriptor)
  }
}
