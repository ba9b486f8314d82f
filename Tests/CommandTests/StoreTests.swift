import Foundation
import Testing

/// The store's file, as a user sees it.
@Suite struct StoreTests {
  private func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
  }

  @Test("A new store can be read by its owner alone") func ownerOnly() async throws {
    try await World.with { world in
      let run = try await world.cdnotify("check")
      #expect(run.status == 0)
      let mode = try mode(world.path("store.db"))
      #expect(mode == 0o600)
    }
  }

  @Test("The folder of the default store is made") func defaultFolder() async throws {
    try await World.with { world in
      let state = world.path("state")
      try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
      // Without settings the check of credentials fails, and the store is created all the same.
      var command = [Run.builtCommand, "check", "--quiet"]
      if geteuid() == 0 {
        // Root has another default, in a folder of the system, which tests don't touch.
        try await Run.copy(Run.builtCommand, to: world.path("cdnotify"))
        for path in [world.home, state] {
          try FileManager.default.setAttributes(
            [.ownerAccountID: 65534, .groupOwnerAccountID: 65534], ofItemAtPath: path)
        }
        command =
          ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
          + [world.path("cdnotify"), "check", "--quiet"]
      }
      let run = try await Run.of(
        command[0], Array(command.dropFirst()),
        environment: [
          "HOME": world.home, "XDG_STATE_HOME": state, "AWS_EC2_METADATA_DISABLED": "true",
        ], folder: "/")
      #expect(run.status == 1, "\(run.error)")
      let file = try mode(state + "/cdnotify/cdnotify.db")
      #expect(file == 0o600)
      let folder = try mode(state + "/cdnotify")
      #expect(folder == 0o700)
    }
  }

  @Test(
    "A store that can't be opened is told in one line, and left as it is",
    arguments: ["garbage", "folder", "missing folder"])
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
      try await world.cdnotify("check")
      try await world.sql(change)
      let before = FileManager.default.contents(atPath: world.path("store.db"))
      let run = try await world.cdnotify("poll")
      #expect(run.status == 74)
      #expect(run.error.contains(says), "\(run.error)")
      #expect(FileManager.default.contents(atPath: world.path("store.db")) == before)
    }
  }

  @Test(
    "Who fails to begin a store leaves none behind",
    arguments: [
      "register basket --channel webhook,url=https://localhost:1/",
      "register checkout --channel webhook,ulr=https://localhost:1/",
      "register checkout --channel webhook,url=localhost", "register checkout",
      "register checkout --replace", "register --file missing.yaml",
      "register checkout --region eu-west-1 --channel webhook,url=https://localhost:1/",
      "import missing.jsonl", "import wrong.jsonl", "import cut.jsonl",
    ])
  func failedBeginning(command: String) async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      _ = try world.write("{}\n", to: "wrong.jsonl")
      let other = ["CDNOTIFY_STORE": world.path("other.db")]
      try await world.cdnotify("check", changes: other)
      let export = try await world.cdnotify("export", changes: other).output
      _ = try world.write(String(export.prefix { $0 != "\n" }) + "\n", to: "cut.jsonl")
      let before = try FileManager.default.contentsOfDirectory(atPath: world.home)
      let run = try await world.cdnotify(command.split(separator: " ").map(String.init))
      #expect(run.status != 0)
      #expect(run.error.hasPrefix("cdnotify: "))
      #expect(try FileManager.default.contentsOfDirectory(atPath: world.home) == before)
    }
  }

  @Test("A mistyped store is not made") func mistypedStore() async throws {
    try await World.with { world in
      let commands = [
        ["poll"], ["poll", "--dry-run"], ["poll", "--deployment", "d-1"], ["list"], ["history"],
        ["retry", "--all"], ["unregister", "x"], ["test-channel", "x"], ["export"],
      ]
      for command in commands {
        let run = try await world.cdnotify(command)
        #expect(run.status == 74, "\(command)")
        #expect(run.output == "")
        #expect(
          run.error == "cdnotify: there is no store \(world.path("store.db")): name another with "
            + "--store, or create it with \"cdnotify register\" or \"cdnotify import\"\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: world.home) == [])
      }
    }
  }

  /// A full disk leaves such a file, and so does a restored backup that went wrong.
  @Test("A file without a byte is no store, and registering begins one in it")
  func emptyFile() async throws {
    try await World.with { world in
      #expect(FileManager.default.createFile(atPath: world.path("store.db"), contents: nil))
      for command in ["poll", "list", "history", "export"] {
        let run = try await world.cdnotify(command)
        #expect(run.status == 74, "\(command)")
        #expect(run.error.hasPrefix("cdnotify: there is no store \(world.path("store.db")): "))
        #expect(try Data(contentsOf: URL(fileURLWithPath: world.path("store.db"))).isEmpty)
      }
      let register = [
        "register", "checkout", "--no-verify", "--channel", "webhook,url=\(world.sink.url)/hook",
      ]
      #expect(try await world.cdnotify(register).status == 0)
      #expect(try await world.cdnotify("list", "--json").json().array.count == 1)
    }
  }

  @Test(
    "Without a store in the default place, list and history show nothing",
    .enabled(if: OtherUser.isAvailable, "needs root"))
  func missingDefault() async throws {
    try await World.with { world in
      let theirs = try await world.asOtherUser()
      let none = ["CDNOTIFY_STORE": ""]
      for (command, output) in [("list", "[]\n"), ("history", "[]\n")] {
        let run = try await theirs.cdnotify([command, "--json"], changes: none)
        #expect(run.status == 0, "\(run.error)")
        #expect(run.output == output)
      }
      let poll = try await theirs.cdnotify("poll", changes: none)
      #expect(poll.status == 74)
      #expect(poll.error.contains("there is no store \(theirs.path(".local/state/cdnotify"))"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: theirs.home) == [])
    }
  }

  @Test(
    "A word before a colon that is no kind of store is refused",
    arguments: [
      ("dynamo:foo", "did you mean dynamodb?"), ("DynamoDB:foo", "\"DynamoDB\""),
      ("sqlite3:x.db", "did you mean sqlite?"), ("http://x", "\"http\""), (":x", "\"\""),
    ])
  func kind(store: String, says: String) async throws {
    try await World.with { world in
      for command in [["poll"], ["list"], ["check"]] {
        let run = try await world.cdnotify(command + ["--store", store])
        #expect(run.status == 64)
        #expect(run.error.contains(says), "\(run.error)")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: world.home) == [])
      // A colon after a slash belongs to a file's name.
      for store in ["./a:b.db", "sqlite:a:b.db"] {
        #expect(try await world.cdnotify("check", "--store", store).status == 0)
      }
    }
  }
}
