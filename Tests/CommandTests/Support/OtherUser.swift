import Foundation

/// A second user of the machine, whom only root can act as.
enum OtherUser {
  /// Nobody's, as Debian numbers it.
  static let id: uid_t = 65534
  /// `daemon`, whose first group is its own and lists no members.
  static let system: uid_t = 1

  /// Whether the tests may act as somebody else. Where they may not, they say so.
  static func isAvailable(_ what: String) -> Bool {
    if geteuid() == 0 { return true }
    print("not tested, for want of root: \(what)")
    return false
  }
}

extension World {
  /// This world as the other user has it: a home of their own in it, and a copy of the command that
  /// they can reach.
  func asOtherUser() throws -> World {
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: home)
    var other = self
    other.home = path("theirs")
    other.command = path("cdnotify")
    if !FileManager.default.fileExists(atPath: other.command) {
      try FileManager.default.copyItem(atPath: command, toPath: other.command)
      try FileManager.default.createDirectory(
        atPath: other.home, withIntermediateDirectories: false,
        attributes: [.posixPermissions: 0o755])
      guard chown(other.home, OtherUser.id, OtherUser.id) == 0 else {
        throw PeerFailure("\(other.home) can't be given away")
      }
    }
    other.runner =
      [
        "/usr/bin/setpriv", "--reuid=\(OtherUser.id)", "--regid=\(OtherUser.id)", "--clear-groups",
      ] + runner
    return other
  }

  /// The same machine and home, for root.
  func asRoot() -> World {
    var root = self
    root.runner = []
    return root
  }
}

/// What `lstat` says of a file.
struct FileStatus {
  var owner: uid_t
  var mode: mode_t
  var isLink: Bool

  init?(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    owner = status.st_uid
    mode = status.st_mode & 0o7777
    isLink = status.st_mode & S_IFMT == S_IFLNK
  }
}
