import Foundation
import Testing

/// The output on a terminal.
@Suite struct TerminalTests {
  /// Runs the command with a terminal for its standard input, output and error.
  private func terminal(
    _ world: World, _ arguments: [String], changes: [String: String] = [:]
  ) async throws -> Run {
    let script = """
      import os, pty, sys
      child, terminal = pty.fork()
      if child == 0:
        os.execv(sys.argv[1], sys.argv[1:])
      shown = b""
      while True:
        try:
          piece = os.read(terminal, 65536)
        except OSError:
          break
        if not piece:
          break
        shown += piece
      sys.stdout.buffer.write(shown.replace(b"\\r\\n", b"\\n"))
      sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
      """
    let environment = world.environment.merging(["TERM": "xterm"]) { $1 }
      .merging(changes) { $1 }
    return try await Run.of(
      PeerProcess.python, ["-c", script, world.command] + arguments, environment: environment,
      folder: world.home)
  }

  private func register(_ world: World) async throws {
    try await world.aws.applications(["checkout"])
    try await world.cdnotify(
      "register", "checkout", "--channel", "webhook,name=hook,url=\(world.sink.url)/hook",
      "--channel", "webhook,name=deaf,url=\(world.sink.url)/deaf")
    #expect(try await world.cdnotify("poll").status == 0)
    try await world.sink.script("/deaf", #""status": 403, "body": "no""#)
  }

  @Test(
    "Only terminals get colour, and only where nobody asked to go without",
    arguments: [
      ([:], true), (["NO_COLOR": "1"], false), (["NO_COLOR": ""], true), (["TERM": "dumb"], false),
    ] as [([String: String], Bool)])
  func color(changes: [String: String], isColored: Bool) async throws {
    try await World.with { world in
      try await register(world)
      let id = try await world.aws.deploy("checkout")[0]
      try await world.cdnotify("poll")
      let shown = try await terminal(world, ["history"], changes: changes)
      #expect(shown.status == 0)
      #expect(shown.output.contains(id))
      #expect(shown.output.contains("\u{1b}") == isColored)
      #expect(try await !world.cdnotify("history").output.contains("\u{1b}"))
    }
  }

  @Test("A terminal shows the newest 50 deployments, and says when there are more")
  func newest() async throws {
    try await World.with { world in
      try await register(world)
      try await world.aws.deploy("checkout", #""count": 51"#)
      try await world.cdnotify("poll")
      let more = "There are more; --limit shows them.\n"
      let all = try await world.cdnotify("history", "--json").json().array
      let ids = all.compactMap { $0["deployment_id"].string }
      let shown = try await terminal(world, ["history"], changes: ["TERM": "dumb"]).output
      #expect(ids.filter { shown.contains($0) } == Array(ids.prefix(50)))
      #expect(ids.count == 51)
      #expect(shown.hasSuffix(more))
      let whole = try await terminal(world, ["history", "--limit", "60"]).output
      #expect(ids.allSatisfy { whole.contains($0) } && !whole.contains(more))
    }
  }

  @Test("What a run at a terminal has seen to work is trouble again for cron, and over")
  func lastingTrouble() async throws {
    try await World.with { world in
      var world = world
      world.remembersTroubles = true
      try await register(world)
      let wrong = ["AWS_SECRET_ACCESS_KEY": "wrong"]
      #expect(try await !world.cdnotify(["poll"], changes: wrong).error.isEmpty)
      #expect(try await world.cdnotify(["poll"], changes: wrong).error == "")
      // A person sees it each time, and cron's mail comes no more often for that.
      #expect(try await terminal(world, ["poll"], changes: wrong).status == 77)
      #expect(try await world.cdnotify(["poll"], changes: wrong).error == "")

      #expect(try await terminal(world, ["poll"]).status == 0)
      let again = try await world.cdnotify(["poll"], changes: wrong)
      #expect(
        !again.error.isEmpty && !again.error.contains("It has lasted since"), "\(again.error)")
      #expect(try await terminal(world, ["poll"]).status == 0)
      let over = try await world.cdnotify("poll")
      #expect(over.error.contains("can be read again"), "\(over.error)")
      #expect(try await world.cdnotify("poll").error == "")
    }
  }

  @Test("Equal failures are shown once, with a summary at the end") func summary() async throws {
    try await World.with { world in
      try await register(world)
      for _ in 0..<4 { try await world.aws.deploy("checkout") }
      let shown = try await terminal(world, ["poll"])
      #expect(shown.status == 1)
      let lines = shown.output.split(separator: "\n")
      #expect(lines.filter { $0.contains("sent      checkout") }.count == 4, "\(shown.output)")
      #expect(
        lines.filter { $0.contains("answered 403") } == [
          "cdnotify: checkout: 4 notifications to deaf were not sent and won't be tried again: "
            + "127.0.0.1 answered 403: no. Fix the cause, then \"cdnotify retry --application checkout\"."
        ])
      #expect(lines.last == "4 sent, 4 failed. See \"cdnotify history --state failed\".")
    }
  }
}
