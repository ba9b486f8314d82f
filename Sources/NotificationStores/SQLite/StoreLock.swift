import CodeDeployNotifications
import Foundation

/// A lock file beside the store. While a cycle on this host holds it, another cycle has nothing to
/// do.
///
/// It only saves work. The claims in the store prevent sending twice; they work between hosts and
/// without the lock too. The file names the holder, so that one that hangs can be recognised.
package final class StoreLock: Sendable {
  /// The holder, as named in the lock file.
  package struct Holder: Sendable, Hashable, Codable {
    /// The process id.
    package var pid: Int32
    package var since: Date
    /// When it has to be done, in seconds since this host started; `nil` for no limit.
    var deadline: Double?

    /// Whether it, or its watchdog, should have ended it by now.
    package var isOverdue: Bool {
      guard let deadline else { return false }
      return Double(Self.now.seconds) > deadline
    }

    /// The time since this host started, which nobody can set.
    private static var now: (seconds: Int, nanoseconds: Int) {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      return (time.tv_sec, time.tv_nsec)
    }

    /// This process, which has to be done after `limit`.
    fileprivate static func current(limit: Duration?) -> Holder {
      Holder(
        pid: getpid(), since: Date(),
        deadline: limit.map { Double(now.seconds) + $0 / .seconds(1) })
    }
  }

  /// The result of trying to take the lock.
  package enum Attempt: Sendable {
    case taken(StoreLock)
    /// Another process holds it. Which one, if its file says so.
    case held(Holder?)
  }

  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  /// Takes the lock for work that ends, if need be by force, after `limit`; `nil` for work without
  /// a limit. Throws `StoreFailure` where the lock file can't be created or trusted.
  package static func take(
    besideStore path: String, limit: Duration?, trustingOwner: Bool = false
  ) throws -> Attempt {
    let folder = try StoreFolder(ofStore: path)
    try folder.check(trustingOwner: trustingOwner)
    let descriptor = try folder.openMaking(".lock")
    // A process that looks for the holder has the lock for a moment.
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

  /// The holder of the lock beside a store; `nil` where nobody holds it or the file can't be read.
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
    // If this fails the lock still works.
    _ = line.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  private static func read(_ descriptor: Int32) -> Holder? {
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    guard count > 0 else { return nil }
    let holder = try? RowCoding.decode(
      Holder.self, from: String(decoding: bytes.prefix(count), as: UTF8.self))
    guard let holder, holder.pid > 0 else { return nil }
    // The process of the entry may have been killed.
    return kill(holder.pid, 0) == 0 || errno == EPERM ? holder : nil
  }

  /// The system releases the lock when the process ends, however that happens.
  deinit {
    ftruncate(descriptor, 0)
    close(descriptor)
  }
}
