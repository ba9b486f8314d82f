import Foundation
import Testing

/// The process's restrictions, its binary's hardening, and what it is made of.
@Suite struct ProcessTests {
  @Test("A channel's command inherits no open files, and dumps no core")
  func inheritance() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      let script = try world.write(
        """
        #!/bin/sh
        ls -l /proc/self/fd > \(world.path("files"))
        ulimit -c > \(world.path("cores"))
        umask > \(world.path("mask"))
        stat -c %a \(world.path("store.db.lock")) > \(world.path("mode"))
        """, to: "announce")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
      try await world.cdnotify(
        "register", "checkout", "--channel", "exec,command=\(script)")
      try await world.aws.deploy("checkout", #""create_time": 0"#)
      #expect(try await world.cdnotify("poll").status == 0)
      func said(_ name: String) throws -> String {
        try String(contentsOfFile: world.path(name), encoding: .utf8)
          .trimmingCharacters(in: .whitespacesAndNewlines)
      }
      let files = try said("files").split(separator: "\n").filter { $0.contains(" -> ") }
      // ls opens the folder itself.
      #expect(files.count <= 4, "\(files)")
      #expect(!files.contains { $0.contains("store.db") || $0.contains("socket:") }, "\(files)")
      #expect(try said("cores") == "0")
      #expect(try said("mask") == "0077")
      #expect(try said("mode") == "600")
    }
  }

  @Test(
    "No other process of the user can read a poll's memory",
    .enabled(if: OtherUser.isAvailable, "needs root"))
  func memory() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      var theirs = try await world.asOtherUser()
      theirs.runner += ["/bin/sh", "-c", #"echo $$ > pid; exec "$@""#, "sh"]
      try await theirs.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout", #""create_time": 0"#)
      try await world.sink.script("/hook", count: 1, #""hang": 60, "accept": true"#)
      let poll = try theirs.start(["poll"])
      try await world.sink.wait(for: 1, "/hook")
      let pid = try String(contentsOfFile: theirs.path("pid"), encoding: .utf8)
        .trimmingCharacters(in: .whitespacesAndNewlines)
      #expect(FileStatus("/proc/\(pid)/environ")?.owner == 0, "of what can be dumped, the user's")
      poll.signal(SIGKILL)
      _ = await poll.end()
    }
  }

  @Test("The verbose version names the commit and the libraries") func version() async throws {
    let run = try await Run.of(
      Run.builtCommand, ["--version", "--verbose"], environment: [:], folder: "/")
    #expect(run.status == 0)
    for word in ["commit: ", "libcurl: ", "TLS: ", "SQLite: 3."] {
      #expect(run.output.contains(word), "\(run.output)")
    }
  }

  /// The installed binary searches for libraries only in the system's folders, and is bound and
  /// write-protected before it runs.
  @Test(
    "The optimised binary is hardened by the linker",
    .enabled(if: Run.isOptimised, "only the optimised command is installed"))
  func hardened() async throws {
    let run = try await Run.of(
      "/usr/bin/readelf", ["-W", "-d", "-l", "-h", Run.builtCommand], environment: [:], folder: "/")
    try #require(run.status == 0, "\(run.error)")
    #expect(!run.output.contains("RUNPATH"))
    #expect(!run.output.contains("RPATH"))
    #expect(run.output.contains("BIND_NOW") || run.output.contains("Flags: NOW"))
    #expect(run.output.contains("GNU_RELRO"))
    #expect(run.output.contains(#/Type: +DYN/#), "position independent")
    #expect(run.output.contains(#/GNU_STACK .* RW /#), "no executable stack")
  }
}
