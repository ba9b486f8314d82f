import CHost
import CodeDeployNotifications
import Foundation
import HostFiles

/// A directory entry at the store's path or a companion's, without following links.
struct StoreEntry: Sendable, Hashable {
  enum Kind: Sendable, Hashable { case folder, file, link, other }

  /// The purpose of the entry.
  enum Part: Sendable, Hashable {
    case folder
    /// The database itself.
    case store
    /// The write-ahead log, the shared memory, the rollback journal or the lock.
    case companion
  }

  var path: String
  var part: Part
  var kind: Kind
  var owner: uid_t
  /// The lowest twelve bits of the mode.
  var mode: mode_t
  var links: Int
  var isEmpty: Bool
  /// Whether users other than the owner can write it, by its mode or its group.
  var othersWrite: Bool
}

extension StoreEntry {
  init(_ path: String, _ part: Part, _ status: stat) {
    self.path = path
    self.part = part
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFDIR: .folder
      case S_IFREG: .file
      case S_IFLNK: .link
      default: .other
      }
    owner = status.st_uid
    mode = status.st_mode & 0o7777
    links = Int(status.st_nlink)
    isEmpty = status.isEmptyFile
    let isGroupsToo = mode & S_IWGRP != 0
    othersWrite =
      mode & S_IWOTH != 0
      || isGroupsToo && !Account.isPrivate(group: status.st_gid, of: status.st_uid)
      || isGroupsToo && chost_has_access_list(path) != 0
  }

  /// Why the store can't be trusted because of this entry, and what to do; `nil` where it can.
  ///
  /// Whoever else can write the file could add a registration that runs a command as the polling
  /// user. A link, symbolic or hard, would redirect writes to a place of somebody else's choice.
  func problem(
    of store: String, for user: uid_t, trusting owners: Set<uid_t>
  ) -> StoreFailure? {
    func failure(_ sentence: String) -> StoreFailure { StoreFailure(.unusable, sentence) }
    func another(_ sentence: String) -> StoreFailure {
      StoreFailure(.unusable, sentence, .nameAnother)
    }
    let name =
      switch part {
      case .folder: "the store's folder \(path)"
      case .store: "the store \(path)"
      case .companion: "\(path), which belongs to a store,"
      }
    switch (part, kind) {
    // The folder was opened as one.
    case (.folder, _), (.store, .file), (.companion, .file): break
    case (.store, .folder): return another("\(name) is a folder: name a file in it")
    case (.store, .link):
      return another(
        "\(name) is a symbolic link, which is not followed: name the file that it points to")
    case (_, .link):
      return failure("\(name) is a symbolic link, which is not followed: remove it")
    case (.store, _): return another("\(name) is not a regular file: name another store")
    default: return failure("\(name) is not a regular file: remove it")
    }
    if kind == .file, links > 1 {
      let linked =
        "\(name) is one file with \(links) names (hard links), and may belong to another program: "
      return part == .store
        ? another(linked + "copy it, and name the copy")
        : failure(linked + "remove this link to it")
    }
    if owner != user, !owners.contains(owner) {
      let (theirs, ours) = (Account.name(of: owner), Account.name(of: user))
      return StoreFailure(
        .unusable, "\(name) belongs to \(theirs), and this runs as \(ours): run it as its owner",
        .actAsOwner(theirs, store: store, isRoot: owner == 0, byRoot: user == 0))
    }
    if othersWrite {
      return failure(
        "\(name) can be written by others than its owner (its mode is "
          + "\(String(mode & 0o777, radix: 8))), who could use it to send messages and run "
          + "programs: run \"chmod go-w\" on it"
          + (part == .folder ? ", or keep the store in a folder of its own" : ""))
    }
    return nil
  }
}
