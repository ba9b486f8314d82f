import Foundation

/// A second user of the machine, whom only root can act as.
enum OtherUser {
  /// The user id of `nobody` in Debian.
  static let id: uid_t = 65534
  /// `daemon`, whose primary group is its own and lists no members.
  static let system: uid_t = 1

  /// Whether the tests may act as another user.
  static let isAvailable = geteuid() == 0
}

extension World {
  /// This world for the other user: a home in it that belongs to that user, and a copy of the
  /// command that the user can run.
  func asOtherUser() async throws -> World {
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: home)
    var other = self
    other.home = path("theirs")
    other.command = path("cdnotify")
    if !FileManager.default.fileExists(atPath: other.command) {
      try await Run.copy(command, to: other.command)
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
