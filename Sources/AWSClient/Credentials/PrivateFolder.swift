import Foundation
import Glibc
import HostFiles

/// A folder that only this user can open, with files that only this user can read. Where that isn't
/// so (another owner, a link, permissions for others) it is left alone, and nothing is read from
/// it.
struct PrivateFolder: Sendable {
  var path: String

  /// Far more than credentials take.
  private static let maximumBytes = 64 << 10
  /// In seconds. Older files are removed: no role's credentials last that long.
  private static let longestUse = 2 * 86_400

  func read(_ name: String) -> [UInt8]? {
    guard let folder = descriptor(making: false) else { return nil }
    defer { close(folder) }
    let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    guard let size = Self.sizeOfOwnFile(file), size <= Self.maximumBytes else { return nil }
    var bytes = [UInt8](repeating: 0, count: size)
    let count = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
    return count == size ? bytes : nil
  }

  /// Writes a temporary file and renames it, so that nobody reads half of it.
  func write(_ bytes: [UInt8], to name: String) {
    guard let folder = descriptor(making: true) else { return }
    defer { close(folder) }
    removeOldFiles(folder)
    let beside = "\(name).\(UUID().uuidString)"
    let file = openat(folder, beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    let isWritten = (try? SystemError.write(bytes, to: file)) != nil
    close(file)
    if !isWritten || renameat(folder, beside, folder, name) != 0 { unlinkat(folder, beside, 0) }
  }

  func remove(_ name: String) {
    guard let folder = descriptor(making: false) else { return }
    defer { close(folder) }
    unlinkat(folder, name, 0)
  }

  /// A descriptor of the folder, if it belongs to this user alone.
  private func descriptor(making isMade: Bool) -> Int32? {
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    var folder = Glibc.open(path, flags)
    if folder < 0, errno == ENOENT, isMade, mkdir(path, 0o700) == 0 || errno == EEXIST {
      folder = Glibc.open(path, flags)
    }
    guard folder >= 0 else { return nil }
    var status = stat()
    guard fstat(folder, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o077 == 0
    else {
      close(folder)
      return nil
    }
    return folder
  }

  /// The size of a regular file with one name that this user owns and nobody else can read.
  private static func sizeOfOwnFile(_ file: Int32) -> Int? {
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == geteuid(), status.st_nlink == 1, status.st_mode & 0o077 == 0
    else { return nil }
    return Int(exactly: status.st_size)
  }

  /// Whether ``KeptCredentials`` makes such names, including those of temporary files.
  private static func isOwn(_ name: String) -> Bool {
    name.prefix(64).count { $0.isHexDigit } == 64 && name.dropFirst(64).hasPrefix(".json")
  }

  private func removeOldFiles(_ folder: Int32) {
    let copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0 else { return }
    guard let entries = fdopendir(copy) else {
      close(copy)
      return
    }
    defer { closedir(entries) }
    let oldest = time(nil) - Self.longestUse
    while let entry = readdir(entries) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      // Other programs may keep files in a folder of this name.
      guard Self.isOwn(name) else { continue }
      var status = stat()
      guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
        status.st_mode & S_IFMT == S_IFREG, status.st_mtim.tv_sec < oldest
      else { continue }
      unlinkat(folder, name, 0)
    }
  }
}
