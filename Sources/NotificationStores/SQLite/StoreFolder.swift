import CodeDeployNotifications
import Foundation
import HostFiles

/// The store's folder, held open, so that what is checked and what is opened are in the same
/// folder.
///
/// Only its owner can change the contents of a folder that passed the checks. So opening a name in
/// it later opens what was checked.
final class StoreFolder: Sendable {
  /// The store's path as the user wrote it.
  let path: String
  /// The store's path with all links of the folder resolved.
  let resolvedPath: String
  private let descriptor: Int32
  private let folderPath: String
  private let name: String

  /// The endings of files that SQLite and the lock keep beside the store's file.
  static let companions = ["-wal", "-shm", "-journal", ".lock"]

  /// Throws `StoreFailure` where the folder doesn't exist. Links to the folder are allowed, as
  /// systemd's state folders are links.
  init(ofStore path: String) throws {
    let url = URL(fileURLWithPath: path)
    let folder = url.deletingLastPathComponent().path
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      guard ![ENOENT, ENOTDIR].contains(errno) else {
        throw StoreFailure(
          .unusable,
          "the store's folder \(folder) does not exist: create it, or name another store",
          .nameAnother)
      }
      throw Self.failure("the store's folder \(folder) can't be opened")
    }
    let resolved = realpath(folder, nil)
    defer { free(resolved) }
    self.descriptor = descriptor
    self.path = path
    folderPath = folder
    name = url.lastPathComponent
    resolvedPath = (resolved.map { String(cString: $0) } ?? folder) + "/" + url.lastPathComponent
  }

  deinit { close(descriptor) }

  /// The entry of the store's name with `ending`; `nil` where there is none.
  func entry(_ ending: String = "") throws -> StoreEntry? {
    var status = stat()
    guard fstatat(descriptor, name + ending, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno == ENOENT { return nil }
      throw failure(ending, "can't be checked")
    }
    return StoreEntry(path + ending, ending.isEmpty ? .store : .companion, status)
  }

  /// Every reason why the store can't be trusted.
  func problems(trustingOwner: Bool) throws -> [StoreFailure] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("", "can't be checked") }
    let user = geteuid()
    // Root acts as the owner itself, so it trusts no other owner.
    let owners: Set = trustingOwner && user != 0 ? [0, user, status.st_uid] : [user]
    if let found = PathTrust.problem(
      onTheWayTo: folderPath, trusting: owners, includingIt: false)
    {
      return [
        StoreFailure(
          .unusable,
          "\(found.path), on the way to the store's folder, can be written by \(found.writer), who "
            + "could replace the store's folder: give it to root with \"chown root\" and \"chmod "
            + "go-w\", or keep the store elsewhere")
      ]
    }
    var entries = [StoreEntry(folderPath, .folder, status)]
    for ending in [""] + Self.companions {
      if let entry = try entry(ending) { entries.append(entry) }
    }
    return entries.compactMap { $0.problem(of: path, for: user, trusting: owners) }
  }

  /// Throws where the store can't be trusted.
  func check(trustingOwner: Bool) throws {
    if let problem = try problems(trustingOwner: trustingOwner).first { throw problem }
  }

  /// Opens a file of the store for reading and writing. A missing one is created for its owner
  /// only.
  func openMaking(_ ending: String, _ flags: Int32 = 0) throws -> Int32 {
    let descriptor = openat(
      self.descriptor, name + ending,
      O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | flags, 0o600)
    guard descriptor >= 0 else { throw failure(ending, "can't be opened") }
    return descriptor
  }

  /// Opens a file of the store for reading; `nil` where there is none.
  func openReading(_ ending: String) throws -> Int32? {
    let descriptor = openat(
      self.descriptor, name + ending, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure(ending, "can't be opened")
    }
    return descriptor
  }

  /// Runs `body` while no other process runs one for a store in this folder. After half a minute,
  /// and where the file system has no locks on folders, it runs without waiting longer.
  func alone<Result>(_ body: () throws -> Result) rethrows -> Result {
    let end = ContinuousClock.now + .seconds(30)
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK, ContinuousClock.now < end
    {
      usleep(10_000)
    }
    defer { flock(descriptor, LOCK_UN) }
    return try body()
  }

  private func failure(_ ending: String, _ problem: String) -> StoreFailure {
    Self.failure("the store's file \(path)\(ending) \(problem)")
  }

  /// The failure of this thread's last system call.
  static func failure(_ finding: String, _ error: SystemError = .last) -> StoreFailure {
    let (advice, remedy): (String, StoreRemedy?) =
      switch error.number {
      case EACCES, EPERM: ("; let this user read and write it, or name another store", .nameAnother)
      case EROFS, ELOOP, ENOTDIR, EISDIR, ENAMETOOLONG: ("; name another store", .nameAnother)
      case ENOSPC, EDQUOT: ("; free some space and try again", nil)
      default: ("", nil)
      }
    return StoreFailure(.unusable, "\(finding): \(error)\(advice)", remedy)
  }
}
