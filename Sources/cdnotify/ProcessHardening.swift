import CHost
import Foundation

/// What the process denies itself before it does anything.
enum ProcessHardening {
  static func apply() {
    // What is made is for its owner alone, unless it says otherwise by itself.
    umask(0o077)
    // A crash must not write secrets to disk. A limit of nothing keeps most systems from it; those
    // that hand cores to a program look at the other flag. Commands that are run may raise the
    // limit again.
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0 {
      limit.rlim_cur = 0
      _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
    }
    // Who is traced already has been given to somebody who looks for a fault.
    if !isTraced { _ = chost_forbid_dumps() }
  }

  private static var isTraced: Bool {
    let file = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 1024)
    let count = read(file, &bytes, bytes.count)
    guard count > 0 else { return false }
    let status = String(decoding: bytes.prefix(count), as: UTF8.self)
    return status.contains("\nTracerPid:\t") && !status.contains("\nTracerPid:\t0\n")
  }
}
