import Foundation
import Testing

/// The store's file as a user meets it.
@Suite struct StoreTests {
  private func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
  }

  @Test func itIsCreatedForItsOwnerAlone() async throws {
    try await World.with { world in
      let run = try await world.cdnotify("list")
      #expect(run.status == 0)
      let mode = try mode(world.path("store.db"))
      #expect(mode == 0o600)
    }
  }

  @Test func theDefaultsFolderIsMade() async throws {
    try await World.with { world in
      let state = world.path("state")
      try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
      var command = [Run.builtCommand, "list"]
      if geteuid() == 0 {
        // Root has another default, a folder of the system, which a test leaves alone.
        try FileManager.default.copyItem(atPath: Run.builtCommand, toPath: world.path("cdnotify"))
        for path in [world.home, state] {
          try FileManager.default.setAttributes(
            [.posixPermissions: 0o777], ofItemAtPath: path)
        }
        command =
          ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
          + [world.path("cdnotify"), "list"]
      }
      let run = try await Run.of(
        command[0], Array(command.dropFirst()),
        environment: ["HOME": world.home, "XDG_STATE_HOME": state], folder: "/")
      #expect(run.status == 0, "\(run.error)")
      let file = try mode(state + "/cdnotify/cdnotify.db")
      #expect(file == 0o600)
      let folder = try mode(state + "/cdnotify")
      #expect(folder == 0o700)
    }
  }

  @Test("A store that can't be opened", arguments: ["garbage", "folder", "missing folder"])
  func unusable(_ kind: String) async throws {
    try await World.with { world in
      var path = world.path("bad")
      switch kind {
      case "garbage":
        path = try world.write(String(repeating: "no database ", count: 99), to: "bad")
      case "folder":
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      default: path += "/x.db"
      }
      let before = FileManager.default.contents(atPath: path)
      for command in [["poll"], ["list"], ["history"], ["unregister", "x"]] {
        let run = try await world.cdnotify(command + ["--store", "sqlite:\(path)"])
        #expect(run.status == 74)
        #expect(run.output == "")
        #expect(run.error.split(separator: "\n").count == 1)
        #expect(run.error.contains(path) || kind == "missing folder")
      }
      #expect(FileManager.default.contents(atPath: path) == before)
    }
  }

  @Test(
    "A store of a newer version, or of another program, is left alone",
    arguments: [
      ("INSERT INTO grdb_migrations VALUES ('99 something later')", "written by a newer version"),
      ("PRAGMA user_version = 99", "written by a newer version"),
      (
        "DROP TABLE grdb_migrations; CREATE TABLE customer (name TEXT)",
        "is a database of another program"
      ),
    ])
  func stranger(change: String, says: String) async throws {
    try await World.with { world in
      try await world.cdnotify("list")
      try await world.sql(change)
      let before = FileManager.default.contents(atPath: world.path("store.db"))
      let run = try await world.cdnotify("poll")
      #expect(run.status == 74)
      #expect(run.error.contains(says), "\(run.error)")
      #expect(FileManager.default.contents(atPath: world.path("store.db")) == before)
    }
  }

  @Test func aDryRunMakesNoStore() async throws {
    try await World.with { world in
      let run = try await world.cdnotify("poll", "--dry-run")
      #expect(run.status == 0)
      #expect(!FileManager.default.fileExists(atPath: world.path("store.db")))
    }
  }
}
