import Foundation
import Glibc
import Synchronization

/// Where credentials that cost requests are kept between runs, as the AWS CLI keeps its own in
/// `~/.aws/cli/cache`. Nothing depends on it: what can't be kept safely isn't kept.
///
/// A class, because it remembers where the credentials in use are kept.
package final class CredentialFiles: Sendable {
  private let readFile: @Sendable (_ name: String) -> [UInt8]?
  private let writeFile: @Sendable (_ name: String, _ bytes: [UInt8]) -> Void
  private let removeFile: @Sendable (_ name: String) -> Void
  /// Names by the access keys that they hold.
  private let names = Mutex<[String: String]>([:])

  /// Keeps files by means of closures, so that a test hands in its own.
  package init(
    read: @escaping @Sendable (_ name: String) -> [UInt8]?,
    write: @escaping @Sendable (_ name: String, _ bytes: [UInt8]) -> Void,
    remove: @escaping @Sendable (_ name: String) -> Void
  ) {
    readFile = read
    writeFile = write
    removeFile = remove
  }

  /// Keeps them in a folder of this user's alone, which is made when it is needed.
  package convenience init(folder path: String) {
    let folder = PrivateFolder(path: path)
    self.init(
      read: { folder.read($0) }, write: { folder.write($1, to: $0) },
      remove: { folder.remove($0) })
  }

  func read(_ name: String) -> [UInt8]? { readFile(name) }

  func write(_ bytes: [UInt8], to name: String) { writeFile(name, bytes) }

  /// Remembers that these credentials are kept under this name.
  func remember(_ accessKeyID: String, as name: String) {
    names.withLock { $0[accessKeyID] = name }
  }

  /// Drops credentials that AWS didn't accept.
  func drop(_ accessKeyID: String) {
    guard let name = names.withLock({ $0.removeValue(forKey: accessKeyID) }) else { return }
    removeFile(name)
  }
}

/// A folder that nobody else can look into, and files in it that nobody else can read. Whatever
/// isn't so (another owner, a link, rights of others) is left alone, and nothing is read of it.
struct PrivateFolder: Sendable {
  var path: String

  /// Far more than credentials take.
  private static let maximumBytes = 64 << 10
  /// Files that are older are removed: no role's credentials last that long.
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

  /// Writes beside the old file, and then in its place, so that nobody reads half of one.
  func write(_ bytes: [UInt8], to name: String) {
    guard let folder = descriptor(making: true) else { return }
    defer { close(folder) }
    removeOldFiles(folder)
    let beside = "\(name).\(UUID().uuidString)"
    let file = openat(folder, beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
    close(file)
    if count != bytes.count || renameat(folder, beside, folder, name) != 0 {
      unlinkat(folder, beside, 0)
    }
  }

  func remove(_ name: String) {
    guard let folder = descriptor(making: false) else { return }
    defer { close(folder) }
    unlinkat(folder, name, 0)
  }

  /// The folder itself, if it is this user's alone.
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

  /// The size of a plain file of this user's, with one name and readable to nobody else.
  private static func sizeOfOwnFile(_ file: Int32) -> Int? {
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == geteuid(), status.st_nlink == 1, status.st_mode & 0o077 == 0
    else { return nil }
    return Int(exactly: status.st_size)
  }

  /// Whether a name is one that ``KeptCredentials`` gives, or what stands beside it for an instant.
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
      // Others may keep files of their own in a folder of this name.
      guard Self.isOwn(name) else { continue }
      var status = stat()
      guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
        status.st_mode & S_IFMT == S_IFREG, status.st_mtim.tv_sec < oldest
      else { continue }
      unlinkat(folder, name, 0)
    }
  }
}
