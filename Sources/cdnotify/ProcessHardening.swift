import CHost
import Foundation

/// Restricts the process before it does anything else.
enum ProcessHardening {
  static func apply() {
    // New files are for their owner only, unless their mode is set explicitly.
    umask(0o077)
    // A crash must not write secrets to disk. On most systems a core limit of zero prevents it;
    // systems that pipe cores to a program use the other flag. Commands that channels run may raise
    // the limit again.
    var limit = rlimit()
    if getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0 {
      limit.rlim_cur = 0
      _ = setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
    }
    // A process that is being traced is already accessible to the person who debugs it.
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
