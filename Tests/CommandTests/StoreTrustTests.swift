import Foundation
import Testing

/// Attacks by users who can write at the store's path, or beside it.
@Suite struct StoreTrustTests {
  /// Commands that a user may run on a store without checking it first.
  private static let commands = [
    ["poll"], ["list"], ["history"], ["export"], ["retry", "--all"], ["unregister", "checkout"],
    ["register", "--no-verify", "basket", "--channel", "exec,command=true"], ["check"],
  ]

  private func registered(_ world: World, exec command: String = "true") async throws {
    try await world.aws.applications(["checkout"])
    let run = try await world.cdnotify(
      "register", "checkout", "--channel", "exec,command=\(command)")
    try #require(run.status == 0, "\(run.error)")
  }

  @Test(
    "Nothing in a store's place, or beside it, is followed",
    arguments: ["", "-wal", "-shm", "-journal", ".lock"], ["link", "dangling link", "hard link"])
  func links(_ ending: String, _ kind: String) async throws {
    try await World.with { world in
      try await registered(world)
      let place = world.path("store.db" + ending)
      let target = world.path("target")
      if kind != "dangling link" { _ = try world.write("untouched", to: "target") }
      if ending.isEmpty, kind != "dangling link" {
        // The link leads to a valid store.
        try FileManager.default.removeItem(atPath: target)
        try FileManager.default.moveItem(atPath: place, toPath: target)
      }
      try? FileManager.default.removeItem(atPath: place)
      if kind == "hard link" {
        try #require(Foundation.link(target, place) == 0)
      } else {
        try #require(symlink(target, place) == 0)
      }
      let before = FileManager.default.contents(atPath: target)
      for command in Self.commands {
        let run = try await world.cdnotify(command)
        #expect(run.status == (command == ["check"] ? 1 : 74), "\(command)")
        let said = run.error + run.output
        #expect(said.contains(kind == "hard link" ? "hard links" : "symbolic link"), "\(said)")
        #expect(said.contains(place), "\(said)")
      }
      #expect(FileManager.default.contents(atPath: target) == before)
    }
  }

  @Test(
    "What others can write is not used",
    arguments: [
      ("store.db", 0o666), ("store.db", 0o602), ("store.db-wal", 0o622), (".", 0o777),
      (".", 0o1777), (".", 0o757),
    ])
  func writable(name: String, mode: Int) async throws {
    try await World.with { world in
      try await registered(world)
      if name == "store.db-wal" { _ = try world.write("", to: name) }
      try FileManager.default.setAttributes(
        [.posixPermissions: mode], ofItemAtPath: world.path(name))
      for command in Self.commands {
        let run = try await world.cdnotify(command)
        #expect(run.status == (command == ["check"] ? 1 : 74), "\(command)")
        let said = run.error + run.output
        #expect(said.contains("can be written by others"), "\(said)")
        #expect(said.contains("chmod go-w"), "\(said)")
      }
      try FileManager.default.setAttributes(
        [.posixPermissions: name == "." ? 0o755 : 0o600], ofItemAtPath: world.path(name))
      #expect(try await world.cdnotify("list").status == 0)
    }
  }

  @Test("A store below a folder that everybody can write is not used")
  func folderAbove() async throws {
    try await World.with { world in
      try await registered(world)
      let above = world.path("above")
      try FileManager.default.createDirectory(
        atPath: above + "/own", withIntermediateDirectories: true)
      let store = above + "/own/store.db"
      #expect(try await world.cdnotify("check", "--store", store).status == 0)
      for (mode, isUsed) in [(0o777, false), (0o1777, true), (0o755, true)] {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: above)
        let run = try await world.cdnotify("list", "--store", store)
        #expect(run.status == (isUsed ? 0 : 74), "\(mode): \(run.error)")
        #expect(run.error.contains("could replace the store's folder") == !isUsed, "\(run.error)")
      }
    }
  }

  @Test(
    "A folder above that another user has, or a link of theirs on the way, is not used",
    .enabled(if: OtherUser.isAvailable, "needs root"),
    arguments: ["folder", "shared folder", "link"])
  func wayOfAnother(_ kind: String) async throws {
    try await World.with { world in
      try await registered(world)
      let above = world.path("above")
      try FileManager.default.createDirectory(
        atPath: above + "/own", withIntermediateDirectories: true)
      var store = above + "/own/store.db"
      try FileManager.default.copyItem(atPath: world.path("store.db"), toPath: store)
      #expect(try await world.cdnotify("list", "--store", store).status == 0)
      switch kind {
      case "folder": try #require(chown(above, OtherUser.system, OtherUser.system) == 0)
      case "shared folder":
        try #require(chmod(above, 0o1777) == 0)
        try #require(chown(above, OtherUser.system, OtherUser.system) == 0)
      default:
        let shared = world.path("shared")
        try FileManager.default.createDirectory(atPath: shared, withIntermediateDirectories: true)
        try #require(chmod(shared, 0o1777) == 0)
        try #require(symlink(above + "/own", shared + "/link") == 0)
        store = shared + "/link/store.db"
        #expect(try await world.cdnotify("list", "--store", store).status == 0)
        try #require(lchown(shared + "/link", OtherUser.system, OtherUser.system) == 0)
      }
      for command in Self.commands {
        let run = try await world.cdnotify(command + ["--store", store])
        #expect(run.status == (command == ["check"] ? 1 : 74), "\(command)")
        let said = run.error + run.output
        #expect(said.contains("on the way to the store's folder"), "\(said)")
        #expect(said.contains("can be written by daemon"), "\(said)")
      }
    }
  }

  @Test(
    "Root doesn't use a store of its own in another user's folder",
    .enabled(if: OtherUser.isAvailable, "needs root"))
  func foreignFolder() async throws {
    try await World.with { world in
      let theirs = try await world.asOtherUser()
      try await registered(theirs, exec: try script(theirs))
      try await world.aws.deploy("checkout", #""create_time": 0"#)
      // The owner of a folder can rename a file of root's in it.
      let store = theirs.path("store.db")
      try #require(chown(store, 0, 0) == 0 && chmod(store, 0o644) == 0)
      let run = try await theirs.asRoot().cdnotify("poll", "--trust-store-owner")
      #expect(run.status == 74)
      #expect(run.error.contains("can't be read and written by this user"), "\(run.error)")
      #expect(FileStatus(theirs.path("ran")) == nil)
    }
  }

  @Test(
    "A store in a folder that a group can write is not used",
    .enabled(if: OtherUser.isAvailable, "needs root"))
  func groupFolder() async throws {
    try await World.with { world in
      try await registered(world)
      try #require(chown(world.home, 0, 100) == 0)
      try FileManager.default.setAttributes([.posixPermissions: 0o770], ofItemAtPath: world.home)
      let run = try await world.cdnotify("list")
      #expect(run.status == 74)
      #expect(run.error.contains("its mode is 770"), "\(run.error)")
      // A group whose only member is the owner lets nobody else write.
      try #require(chown(world.home, 0, 0) == 0)
      #expect(try await world.cdnotify("list").status == 0)
    }
  }

  @Test(
    "Root doesn't use another user's store unless told to act as its owner",
    .enabled(if: OtherUser.isAvailable, "needs root"))
  func foreignStore() async throws {
    try await World.with { world in
      let theirs = try await world.asOtherUser()
      try await registered(theirs, exec: try script(theirs))
      try await world.aws.deploy("checkout", #""create_time": 0"#)
      let root = theirs.asRoot()
      for command in Self.commands {
        let run = try await root.cdnotify(command)
        #expect(run.status == (command == ["check"] ? 1 : 74), "\(command)")
        let said = run.error + run.output
        #expect(
          said.contains("belongs to nobody, and this runs as root: run it as its owner with "),
          "\(said)")
        let store = root.path("store.db")
        #expect(
          said.contains("\"runuser -u nobody -- cdnotify … --store \(store)\""), "\(said)")
        #expect(said.contains("--trust-store-owner"), "\(said)")
      }
      #expect(FileStatus(theirs.path("ran")) == nil, "nothing was run")

      // If the user asks for it, it runs as the owner, who can go on using the store.
      let run = try await root.cdnotify("poll", "--trust-store-owner")
      #expect(run.status == 0, "\(run.error)")
      #expect(FileStatus(theirs.path("ran"))?.owner == OtherUser.id)
      for name in try FileManager.default.contentsOfDirectory(atPath: theirs.home) {
        #expect(FileStatus(theirs.path(name))?.owner == OtherUser.id, "\(name)")
      }
      #expect(try await theirs.cdnotify("poll").status == 0)
      #expect(try await theirs.cdnotify("export").status == 0)
    }
  }

  /// A command that records who ran it.
  private func script(_ world: World) throws -> String {
    let path = try world.write("#!/bin/sh\ntouch \(world.path("ran"))\n", to: "announce")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    try #require(chown(path, OtherUser.id, OtherUser.id) == 0)
    return path
  }

  @Test(
    "Root gives nothing away that a store's owner links to",
    .enabled(if: OtherUser.isAvailable, "needs root"),
    arguments: ["", "-wal", "-shm", ".lock"], [[], ["--trust-store-owner"]])
  func rootsFiles(_ ending: String, _ options: [String]) async throws {
    try await World.with { world in
      let theirs = try await world.asOtherUser()
      try await registered(theirs)
      let secret = try world.write("root's own", to: "secret")
      let absent = world.path("absent")
      let (before, place) = (FileStatus(secret), theirs.path("store.db" + ending))
      for target in [secret, absent] {
        try? FileManager.default.removeItem(atPath: place)
        try #require(symlink(target, place) == 0)
        try #require(lchown(place, OtherUser.id, OtherUser.id) == 0)
        for command in [["poll"], ["export"], ["list"], ["import", "/dev/null"]] {
          let run = try await theirs.asRoot().cdnotify(command + options)
          #expect(run.status == (command[0] == "import" ? 65 : 74), "\(command): \(run.error)")
        }
      }
      #expect(FileStatus(secret)?.owner == before?.owner)
      #expect(FileStatus(secret)?.mode == before?.mode)
      #expect(FileManager.default.contents(atPath: secret) == Data("root's own".utf8))
      #expect(FileStatus(absent) == nil, "none was made")
    }
  }

  @Test(
    "A user on root's store is told to use sudo", .enabled(if: OtherUser.isAvailable, "needs root"))
  func storeOwner() async throws {
    try await World.with { world in
      try await registered(world)
      let theirs = try await world.asOtherUser()
      let run = try await theirs.cdnotify("list", "--store", world.path("store.db"))
      #expect(run.status == 74)
      #expect(
        run.error.contains("sudo cdnotify … --store \(world.path("store.db"))"), "\(run.error)")
      #expect(!run.error.contains("--trust-store-owner"), "only root can act as another")
    }
  }
}
