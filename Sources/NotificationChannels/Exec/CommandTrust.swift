import CodeDeployNotifications
import Foundation
import HostFolders

/// Whether a command can be run without running what somebody else put there.
enum CommandTrust {
  /// Throws where others than this user and root can write the program, or put another in its
  /// place. A script's own programs, and files that arguments name, are the script's to mind.
  static func check(_ program: String, setting: String) throws(SettingProblem) {
    // A link is as good as what it leads to.
    guard let resolved = realpath(program, nil) else { return }
    defer { free(resolved) }
    let file = String(cString: resolved)
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
    if let open = OpenFolder.above(folder) {
      throw SettingProblem(
        setting,
        "\(open), which \(file) is below, can be written by every user, and would run what they put "
          + "there as this user: run \"chmod o-w\" on it")
    }
    for path in [file, folder] {
      var status = stat()
      guard stat(path, &status) == 0 else { return }
      // In such a folder nobody can put a file in another's place.
      if path == folder, status.st_mode & S_ISVTX != 0, [0, geteuid()].contains(status.st_uid) {
        continue
      }
      guard let who = whoElseWrites(status) else { continue }
      throw SettingProblem(
        setting,
        "\(path) can be written by \(who), and would run what they put there as this user: "
          + "give it to root with \"chown root\" and \"chmod go-w\"")
    }
  }

  private static func whoElseWrites(_ status: stat) -> String? {
    if status.st_uid != 0, status.st_uid != geteuid() {
      return getpwuid(status.st_uid).map { String(cString: $0.pointee.pw_name) }
        ?? "the user with the number \(status.st_uid)"
    }
    if status.st_mode & S_IWOTH != 0 { return "every user" }
    guard status.st_mode & S_IWGRP != 0, hasOtherMembers(status.st_gid, than: status.st_uid) else {
      return nil
    }
    let name = getgrgid(status.st_gid).map { String(cString: $0.pointee.gr_name) }
    return "the group \(name ?? String(status.st_gid))"
  }

  /// Groups without members, such as Debian's `staff` of /usr/local, let nobody write.
  private static func hasOtherMembers(_ group: gid_t, than owner: uid_t) -> Bool {
    guard group != 0 else { return false }
    let ownerName = getpwuid(owner).map { String(cString: $0.pointee.pw_name) }
    guard let found = getgrgid(group) else { return true }
    var member = found.pointee.gr_mem
    while let name = member?.pointee {
      if String(cString: name) != ownerName, String(cString: name) != "root" { return true }
      member = member?.advanced(by: 1)
    }
    return false
  }
}
