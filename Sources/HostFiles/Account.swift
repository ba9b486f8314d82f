import Foundation
import Synchronization

/// The system's users and groups.
package enum Account {
  /// A user's name, or the number of a user without one.
  package static func name(of user: uid_t) -> String {
    entry(of: user)?.name ?? "the user with the id \(user)"
  }

  /// Whether a group is a user's private one, which many systems create for each user. Only that
  /// user can write what the group can.
  package static func isPrivate(group: gid_t, of user: uid_t) -> Bool {
    guard let owner = entry(of: user), owner.group == group, let found = getgrgid(group),
      String(cString: found.pointee.gr_name) == owner.name
    else { return false }
    return !hasMembers(group, beside: [user])
  }

  /// Whether a group has other members than these users. An unknown group counts as having some.
  package static func hasMembers(_ group: gid_t, beside users: Set<uid_t>) -> Bool {
    guard let found = getgrgid(group) else { return true }
    let names = Set(users.compactMap { entry(of: $0)?.name })
    var member = found.pointee.gr_mem
    while let name = member?.pointee {
      if !names.contains(String(cString: name)) { return true }
      member = member?.advanced(by: 1)
    }
    return isFirstGroup(group, ofOthersThan: users)
  }

  private static func entry(of user: uid_t) -> (name: String, group: gid_t)? {
    guard let found = getpwuid(user) else { return nil }
    return (String(cString: found.pointee.pw_name), found.pointee.pw_gid)
  }

  /// The system can list its users for only one reader at a time.
  private static let listing = Mutex(())

  /// Whether another user has the group as the primary one. The group's own list lacks such
  /// members.
  private static func isFirstGroup(_ group: gid_t, ofOthersThan users: Set<uid_t>) -> Bool {
    listing.withLock { _ in
      setpwent()
      defer { endpwent() }
      while let user = getpwent()?.pointee {
        if user.pw_gid == group, !users.contains(user.pw_uid) { return true }
      }
      return false
    }
  }
}
