import Testing

/// What a person at a terminal sees, and what a pipe is spared.
@Suite struct TerminalTests {
  /// A terminal on both outputs. What comes from it ends its lines with CR LF.
  private static func terminal(_ world: World) -> World {
    var world = world
    world.runner = [
      PeerProcess.python, "-c",
      """
      import os, pty, sys
      sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
      """,
    ]
    return world
  }

  private static func deploy(_ world: World) async throws {
    try await world.aws.applications(["checkout"])
    try await world.cdnotify(
      "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook")
    try await world.sink.script("/hook", #""status": 400"#)
    try await world.aws.deploy("checkout", #""id": "d-ABCDEF123""#)
  }

  @Test func colourIsForTerminalsAndNotWhereSomebodyWantsNone() async throws {
    try await World.with { world in
      try await Self.deploy(world)
      #expect(try await world.cdnotify("poll").status == 1)
      let terminal = Self.terminal(world)
      #expect(try await terminal.cdnotify("history").output.contains("\u{1b}["))
      let plain = try await terminal.cdnotify(["history"], changes: ["NO_COLOR": "1"]).output
      #expect(plain.contains("d-ABCDEF123") && !plain.contains("\u{1b}["))
      #expect(try await !world.cdnotify("history").output.contains("\u{1b}["))
    }
  }

  @Test func aFailureIsSaidOnceAndSummedUp() async throws {
    try await World.with { world in
      try await Self.deploy(world)
      let run = try await Self.terminal(world).cdnotify(["poll"], changes: ["NO_COLOR": "1"])
      #expect(run.status == 1)
      #expect(run.output.ranges(of: "is given up").count == 1, "\(run.output)")
      #expect(run.output.ranges(of: "d-ABCDEF123").count == 1, "\(run.output)")
      #expect(
        run.output.contains("1 failed. See \"cdnotify history --state failed\"."), "\(run.output)")
    }
  }
}
