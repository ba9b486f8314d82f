import Foundation
import Synchronization

/// The system's users and groups.
package enum Account {
  /// A user's name, or number where it has none.
  package static func name(of user: uid_t) -> String {
    entry(of: user)?.name ?? "the user with the number \(user)"
  }

  /// Whether a group is the one that many systems make for each user, with nobody else in it: what
  /// it may write, only the user may.
  package static func isPrivate(group: gid_t, of user: uid_t) -> Bool {
    guard let owner = entry(of: user), owner.group == group, let found = getgrgid(group),
      String(cString: found.pointee.gr_name) == owner.name
    else { return false }
    return !hasMembers(group, beside: [user])
  }

  /// Whether a group has other members than these users. One that nobody knows has.
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

  /// The system lists its users to one reader at a time.
  private static let listing = Mutex(())

  /// Whether a user has a group who isn't on the group's own list of members: as the first one.
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
