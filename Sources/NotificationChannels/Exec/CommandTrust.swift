import CodeDeployNotifications
import Foundation
import HostFiles

/// Whether a command can be run without running what somebody else put there.
enum CommandTrust {
  /// Throws where others than this user and root can write the program, or put another in its
  /// place: in its folder, in one above, or by a link on the way to it. A script's own programs, and
  /// files that arguments name, are the script's to mind.
  static func check(_ program: String, setting: String) throws(SettingProblem) {
    guard let found = PathTrust.problem(onTheWayTo: program) else { return }
    throw SettingProblem(
      setting,
      "\(found.path) can be written by \(found.writer), and would run what they put there as this "
        + "user: give it to root with \"chown root\" and \"chmod go-w\"")
  }
}
