import CHost
import Foundation

/// The way to a file or folder, from the root of the file system through every link: whether
/// somebody else can lead it elsewhere.
///
/// Where nobody can, what was checked is what is opened by the same name afterwards.
package enum PathTrust {
  /// What on the way somebody else can exchange, and who.
  package struct Problem: Sendable, Equatable {
    package var path: String
    /// As it follows "can be written by".
    package var writer: String
  }

  /// The first problem on the way; `nil` where there is none, or nothing at the path.
  ///
  /// - Parameters:
  ///   - users: Whose files are as good as root's and those of who runs.
  ///   - includingIt: Whether what is at the path is looked at too, and not only the way there.
  package static func problem(
    onTheWayTo path: String, trusting users: Set<uid_t> = [], includingIt: Bool = true
  ) -> Problem? {
    let trusted = users.union([0, geteuid()])
    var rest = names(in: path.hasPrefix("/") ? path : "\(workingFolder)/\(path)")
    var folder = "/"
    /// Whether others can put links of their own into the folder.
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
        // The system follows no more either.
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

  /// The last one first.
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

  /// Who beside those that are trusted can change a file, or exchange what is in a folder.
  private static func writer(_ status: stat, _ path: String, _ trusted: Set<uid_t>) -> String? {
    if !trusted.contains(status.st_uid), !isUnknownHere(status.st_uid) {
      return Account.name(of: status.st_uid)
    }
    // In such a folder everybody can exchange only what is theirs, and that isn't trusted.
    if status.st_mode & S_IFMT == S_IFDIR, status.st_mode & S_ISVTX != 0 { return nil }
    if status.st_mode & S_IWOTH != 0 { return "every user" }
    guard status.st_mode & S_IWGRP != 0 else { return nil }
    if chost_has_access_list(path) != 0 { return "those whom its access control list names" }
    // Groups without members, such as Debian's `staff` of /usr/local, let nobody write. Root's own
    // group is the first one of system users on some systems, who never run anything.
    guard status.st_gid != 0,
      Account.hasMembers(status.st_gid, beside: [0, geteuid(), status.st_uid])
    else { return nil }
    let name = getgrgid(status.st_gid).map { String(cString: $0.pointee.gr_name) }
    return "the group \(name ?? String(status.st_gid))"
  }

  /// Whether the number stands for all users of the host that a container doesn't know, root among
  /// them: nobody in it can become one.
  private static func isUnknownHere(_ user: uid_t) -> Bool {
    func text(_ path: String) -> [Substring] {
      ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(
        whereSeparator: \.isWhitespace)
    }
    guard text("/proc/sys/kernel/overflowuid").first == "\(user)"[...] else { return false }
    return text("/proc/self/uid_map") != ["0", "0", "4294967295"]
  }
}
