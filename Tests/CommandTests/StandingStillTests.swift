import Foundation
import Testing

/// Cycles that exceed their deadline, and the cycles after them.
@Suite struct StandingStillTests {
  @Test("A stopped poll is reported by the next one after its deadline")
  func stoppedPoll() async throws {
    try await World.with { world in
      let poll = try await world.hangingPoll()
      poll.signal(SIGSTOP)
      let lock = world.path("store.db.lock")
      let text = try String(contentsOfFile: lock, encoding: .utf8)
      #expect(text.contains(#""pid":"#), "\(text)")
      let before = try await world.cdnotify("poll")
      #expect(before.status == 0, "its deadline isn't over: nothing is wrong yet")
      #expect(before.error == "")

      // Its deadline passes.
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: lock))
      let past = text.replacing(/"deadline":[0-9.]+/, with: #""deadline":1"#)
      try file.truncate(atOffset: 0)
      try file.write(contentsOf: Data(past.utf8))
      try file.close()
      for options in [[], ["--quiet"], ["--json"]] {
        let run = try await world.cdnotify(["poll"] + options)
        #expect(run.status == 75)
        #expect(run.error.contains("a poll holds the lock for longer than its own deadline"))
        #expect(run.error.split(separator: "\n").count == 1)
      }
      poll.signal(SIGKILL)
      _ = await poll.end()
      try await world.letTimePass()
      try await world.sink.clearScripts()
      #expect(try await world.cdnotify("poll").status == 0, "a lock without a holder is free")
      #expect(try String(contentsOfFile: lock, encoding: .utf8) == "", "and says so")
    }
  }

  @Test("A poll that hangs is ended by its watchdog") func watchdog() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout", #""create_time": 0"#)
      // A disk that doesn't answer.
      let tracing = try await Tracing(world)
      let traced = try await tracing.run(
        ["poll", "--deadline", "1s"], file: "store.db-wal", calls: "fdatasync",
        .init(action: "delay_enter=20000000", when: "1+"))
      #expect(traced.run.status == 75)
      #expect(
        traced.run.error.hasPrefix(
          "cdnotify: the poll was still running 10s after its deadline of 1s, and was ended"))
      // strace prints lines of its own.
      let said = traced.run.error.split(separator: "\n").filter { !$0.contains("strace: ") }
      #expect(said.count == 1, "\(traced.run.error)")
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/hook").count == 1)
    }
  }

  @Test("A poll whose standard error nobody reads is ended all the same")
  func unreadStandardError() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
      // A full pipe whose reader has stopped.
      let script = """
        import os, subprocess, sys
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        try:
            while True: os.write(writer, b"x" * 65536)
        except BlockingIOError: pass
        os.set_blocking(writer, True)
        run = subprocess.run(sys.argv[1:], stderr=writer, timeout=120)
        print(run.returncode)
        """
      var unread = world
      unread.runner = [PeerProcess.python, "-c", script]
      let run = try await unread.cdnotify("poll", "--verbose", "--deadline", "1s")
      #expect(run.output == "75\n", "\(run.error)")
      #expect(try await world.cdnotify("poll").status == 0, "the lock is free")
    }
  }
}
