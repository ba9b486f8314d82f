import CHost
import Foundation

/// Checks the path to a file or folder, from the root of the file system through every link, for
/// places where another user could redirect it.
///
/// If there is none, opening the same path later opens what was checked.
package enum PathTrust {
  /// What another user can replace, and which user.
  package struct Problem: Sendable, Equatable {
    package var path: String
    /// The text that follows "can be written by" in a message.
    package var writer: String
  }

  /// The first problem on the path; `nil` where there is none, or nothing exists at the path.
  ///
  /// - Parameters:
  ///   - users: Users who are trusted like root and the current user.
  ///   - includingIt: Whether the file or folder itself is checked too.
  package static func problem(
    onTheWayTo path: String, trusting users: Set<uid_t> = [], includingIt: Bool = true
  ) -> Problem? {
    let trusted = users.union([0, geteuid()])
    var rest = names(in: path.hasPrefix("/") ? path : "\(workingFolder)/\(path)")
    var folder = "/"
    /// Whether others can create links in the folder.
    var isShared = false
    var links = 0
    var status = stat()
    guard stat(folder, &status) == 0 else { return nil }
    if let writer = writer(status, folder, trusted) { return Problem(path: folder, writer: writer) }
    while let name = rest.popLast() {
      if name == ".." {
        folder = URL(fileURLWithPath: folder).deletingLastPathComponent().path
        isShared = stat(folder, &status) == 0 && status.st_mode & S_ISVTX != 0
        continue
      }
      let entry = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
      guard lstat(entry, &status) == 0 else { return nil }
      if status.st_mode & S_IFMT == S_IFLNK {
        if isShared, !trusted.contains(status.st_uid) {
          return Problem(path: entry, writer: Account.name(of: status.st_uid))
        }
        links += 1
        // The system doesn't follow more links either.
        guard links <= 40, let target = target(of: entry) else { return nil }
        if target.hasPrefix("/") { (folder, isShared) = ("/", false) }
        rest += names(in: target)
        continue
      }
      guard includingIt || !rest.isEmpty else { return nil }
      if let writer = writer(status, entry, trusted) { return Problem(path: entry, writer: writer) }
      folder = entry
      isShared = status.st_mode & S_ISVTX != 0
    }
    return nil
  }

  /// The names in a path, the last one first.
  private static func names(in path: String) -> [String] {
    path.split(separator: "/").filter { $0 != "." }.reversed().map(String.init)
  }

  private static var workingFolder: String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }

  private static func target(of link: String) -> String? {
    var text = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(link, &text, text.count)
    return count > 0
      ? String(decoding: text.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
  }

  /// Who, besides trusted users, can change a file or replace what is in a folder.
  private static func writer(_ status: stat, _ path: String, _ trusted: Set<uid_t>) -> String? {
    if !trusted.contains(status.st_uid), !isUnknownHere(status.st_uid) {
      return Account.name(of: status.st_uid)
    }
    // In a sticky folder users can replace only their own entries, and entries of untrusted users
    // are reported anyway.
    if status.st_mode & S_IFMT == S_IFDIR, status.st_mode & S_ISVTX != 0 { return nil }
    if status.st_mode & S_IWOTH != 0 { return "every user" }
    guard status.st_mode & S_IWGRP != 0 else { return nil }
    if chost_has_access_list(path) != 0 { return "those that its access control list names" }
    // A group without members, such as Debian's `staff` of /usr/local, lets nobody write. Root's
    // group is the primary one of system users on some systems, but these never run anything.
    guard status.st_gid != 0,
      Account.hasMembers(status.st_gid, beside: [0, geteuid(), status.st_uid])
    else { return nil }
    let name = getgrgid(status.st_gid).map { String(cString: $0.pointee.gr_name) }
    return "the group \(name ?? String(status.st_gid))"
  }

  /// Whether the number stands for all of the host's users that a container doesn't know, including
  /// root: nobody in the container can become one of them.
  private static func isUnknownHere(_ user: uid_t) -> Bool {
    func text(_ path: String) -> [Substring] {
      ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(
        whereSeparator: \.isWhitespace)
    }
    guard text("/proc/sys/kernel/overflowuid").first == "\(user)"[...] else { return false }
    // A map that can't be read tells nothing, so that the number is taken for a user's.
    let map = text("/proc/self/uid_map")
    return map.count >= 3 && map != ["0", "0", "4294967295"]
  }
}
