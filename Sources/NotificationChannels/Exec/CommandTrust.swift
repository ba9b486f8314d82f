import CodeDeployNotifications
import Foundation
import HostFiles

/// Whether another user could have replaced a command.
enum CommandTrust {
  /// Throws where users other than this one and root can write the program or replace it: in its
  /// folder, in a parent folder, or through a link on the path. Programs that a script runs, and
  /// files in its arguments, aren't checked.
  static func check(_ program: String, setting: String) throws(SettingProblem) {
    guard let found = PathTrust.problem(onTheWayTo: program) else { return }
    throw SettingProblem(
      setting,
      "\(found.path) can be written by \(found.writer), who could run anything as this user: give "
        + "it to root with \"chown root\" and \"chmod go-w\"")
  }
}
