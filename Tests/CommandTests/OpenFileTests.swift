import Foundation
import Testing

/// Where the system allows few files to be open, or no more.
@Suite struct OpenFileTests {
  @Test("Where few files may be open, fewer commands run at once, and all are run")
  func fewFiles() async throws {
    try await World.with { world in
      let script = try world.script("announce", "echo x >> ran; sleep 0.2")
      try await world.register(exec: "exec,command=\(script)")
      for number in 0..<200 {
        try await world.aws.deploy("checkout", #""group": "group-\#(number)""#)
      }
      func run(openFiles limit: Int, _ arguments: String...) async throws -> Run {
        var world = world
        world.runner = ["/bin/sh", "-c", "ulimit -n \(limit); exec \"$@\"", "sh"]
        return try await world.start(arguments).end()
      }
      let poll = try await run(openFiles: 160, "poll", "--concurrency", "1000")
      #expect(poll.status == 0, "\(poll.error)")
      #expect(try world.lines("ran").count == 200)
      let few = try await run(openFiles: 40, "test-channel", "checkout")
      #expect(few.status == 74)
      #expect(
        few.error
          == "cdnotify: only 40 files may be open at once here, and at least 74 are needed: raise "
          + "the limit, as with \"ulimit -n 1024\"\n")
    }
  }

  @Test("Where libcurl can't be started, that is said at once")
  func noWaking() async throws {
    try await World.with { world in
      let run = try await Tracing(world).start(
        ["check", "--quiet"], injecting: "error=EMFILE", at: "socketpair"
      ).end()
      #expect(run.status == 69)
      #expect(
        run.error
          == "cdnotify: libcurl can't be started: no memory is left, or no more files can be "
          + "opened\n")
    }
  }
}
