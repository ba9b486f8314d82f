import Foundation
import Testing

/// Commands as channels, run by the built program.
@Suite struct ExecTests {
  @Test("A command gets each notification, but none of cdnotify's secrets")
  func ends() async throws {
    try await World.with { world in
      let script = try world.script(
        "announce",
        #"cat > "$CDNOTIFY_DEPLOYMENT_ID.json"; env -0 > "$CDNOTIFY_DEPLOYMENT_ID"; echo "took $1""#
      )
      let scene = try await ChannelScene(world, channel: "exec,command=\(script),args=it")
      try await scene.deploy()
      let poll = try await scene.poll()
      #expect(poll.status == 0, "\(poll.error)")
      let outcomes = try poll.json()["notifications"].array
      #expect(outcomes.map { $0["outcome"].string } == ["sent", "sent", "sent"])
      #expect(outcomes.map { $0["reason"].string } == ["took it", "took it", "took it"])

      // They run concurrently.
      func sent(_ id: String) throws -> JSON { try JSON(world.read(id + ".json")) }
      let succeeded = try sent(ChannelScene.succeeded)
      #expect(succeeded["event"].string == "succeeded" && succeeded["version"].int == 1)
      #expect(succeeded["id"].string?.hasPrefix("cdn_") == true)
      #expect(succeeded["deployer"]["email"].string == "ada@example.com")
      #expect(succeeded["overview"]["succeeded"].int == 12)
      #expect(
        try sent(ChannelScene.failed)["rollback"]["rolled_back_by"].string
          == ChannelScene.rollback)
      #expect(
        try sent(ChannelScene.rollback)["rollback"]["triggered_by"].string
          == ChannelScene.failed)

      let variables = try world.read(ChannelScene.rollback).split(separator: "\0")
      for line in [
        "CDNOTIFY_EVENT=succeeded", "CDNOTIFY_APPLICATION=checkout",
        "CDNOTIFY_ROLLBACK_TRIGGERED_BY=\(ChannelScene.failed)", "HOME=\(world.home)",
        "PATH=/usr/bin:/bin",
      ] { #expect(variables.contains(Substring(line)), "\(line)") }
      for secret in ["AWS_", "NEW_RELIC_", "CDNOTIFY_STORE", World.apiKey, AWSPeer.secretKey] {
        #expect(!variables.contains { $0.contains(secret) }, "\(secret)")
      }
    }
  }

  @Test("A command that exits with 75 is tried again under the same id")
  func exitStatus75() async throws {
    try await World.with { world in
      let script = try world.script(
        "announce",
        #"echo "$CDNOTIFY_ID" >> ids; [ $(wc -l < ids) = 3 ] || { echo busy >&2; exit 75; }"#)
      try await world.register(exec: "exec,command=\(script)")
      try await world.aws.deploy("checkout")
      let poll = try await world.cdnotify("poll", "--json")
      #expect(poll.status == 0, "\(poll.error)")
      #expect(try poll.json()["notifications"][0]["attempts"].int == 3)
      #expect(try world.lines("ids").count == 3)
      #expect(Set(try world.lines("ids")).count == 1)
    }
  }

  @Test("A command that exits with another status has failed, and history says why")
  func otherStatus() async throws {
    try await World.with { world in
      let script = try world.script(
        "announce", #"echo run >> runs; printf 'no such\n\033[31mroom\n' >&2; exit 3"#)
      try await world.register(exec: "exec,command=\(script)")
      let id = try await world.aws.deploy("checkout")[0]
      let poll = try await world.cdnotify("poll")
      #expect(poll.status == 1)
      #expect(
        poll.error
          == "cdnotify: checkout \(id): \"succeeded\" to exec was not sent and won't be tried again: "
          + "\(script) failed with exit status 3: no such room. Fix the cause, then \"cdnotify "
          + "retry --application checkout\".\n"
      )
      let line = try await world.cdnotify("history", "--json").json()[0]["notifications"][0]
      #expect(line["state"].string == "failed")
      #expect(line["reason"].string == "\(script) failed with exit status 3: no such room")
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try world.lines("runs").count == 1)
    }
  }

  /// The example of docs/adding-a-channel.md.
  @Test("The example command publishes to ntfy") func ntfy() async throws {
    try await World.with { world in
      let script = PeerProcess.root + "/contrib/exec/ntfy"
      let token = try world.write("tk_hush\n", to: "token")
      let scene = try await ChannelScene(
        world,
        channel:
          "exec,command=\(script),args=\(world.sink.url)/ntfy,args=releases,args=\(token)")
      try await scene.deploy()
      try await world.sink.script("/ntfy", #""status": 200, "body": "{\"id\": \"hwQ2YpKdmg\"}""#)
      let poll = try await scene.poll()
      #expect(poll.status == 0, "\(poll.error)")
      let reasons = try poll.json()["notifications"].array.map { $0["reason"].string }
      #expect(Set(reasons) == ["published as hwQ2YpKdmg"])
      #expect(
        try await world.sink.requests("/ntfy").flatMap { $0["headers"].array }
          .filter { $0[0].string == "Authorization" }.map { $0[1].string }
          == Array(repeating: "Bearer tk_hush", count: 3))

      let messages = try await world.sink.bodies("/ntfy")
      #expect(messages.allSatisfy { $0["topic"].string == "releases" })
      func message(_ tag: String) -> JSON {
        messages.first { $0["tags"][0].string == tag } ?? .null
      }
      let failed = message("x")
      #expect(failed["priority"].int == 4)
      #expect(failed["title"].string?.contains("deployment to prod failed") == true)
      #expect(failed["message"].string?.hasPrefix("Why: ") == true)
      #expect(failed["click"].string?.contains(ChannelScene.failed) == true)
      #expect(message("white_check_mark")["priority"].int == 3)
      #expect(message("rewind")["title"].string?.contains("rollback to prod succeeded") == true)
    }
  }

  @Test(
    "The example command tells trouble that passes from trouble that stays",
    arguments: [(429, 75), (503, 75), (302, 1), (403, 1)])
  func ntfyTrouble(status: Int, ending: Int32) async throws {
    try await World.with { world in
      let script = PeerProcess.root + "/contrib/exec/ntfy"
      try await world.register(
        exec: "exec,command=\(script),args=\(world.sink.url)/ntfy,args=releases")
      try await world.sink.script(
        "/ntfy",
        #""status": \#(status), "headers": {"Location": "/other"}, "body": "{\"error\": \"why\"}""#)
      try await world.aws.deploy("checkout")
      let poll = try await world.cdnotify("poll", "--deadline", "3s")
      #expect(poll.status == ending)
      #expect(
        poll.error.contains("/ntfy answered \(status): {\"error\": \"why\"}"), "\(poll.error)")
      #expect(try await world.sink.requests("/other").isEmpty)
    }
  }

  /// The command and its child process ignore SIGTERM.
  private static let stubborn = "trap '' TERM; echo waiting >&2; sleep 600 & echo $! >> pids; wait"

  @Test(
    "A command that hangs is killed with its children, and tried again", arguments: ["10s", "4s"])
  func hangingCommand(deadline: String) async throws {
    try await World.with { world in
      // Its own time limit ends it, or the cycle's does.
      let script = try world.script("announce", Self.stubborn)
      try await world.register(
        exec: "exec,command=\(script),timeout=\(deadline == "4s" ? "10s" : "1s")")
      try await world.aws.deploy("checkout")
      let poll = try await world.cdnotify("poll", "--json", "--deadline", deadline)
      #expect(poll.status == 75, "\(poll.error)")
      let outcome = try poll.json()["notifications"][0]
      #expect(outcome["outcome"].string == "retrying")
      // Where both limits end at once, either may be reported.
      #expect(
        outcome["reason"].string?.contains(deadline == "4s" ? " within " : " did not end within 1s")
          == true)
      let pids = try world.lines("pids")
      #expect(pids.count == (deadline == "4s" ? 1 : 3))
      for pid in pids { #expect(await world.isGone(pid), "\(pid)") }
    }
  }

  @Test("A command that hangs delays no other command") func otherCommands() async throws {
    try await World.with { world in
      let slow = try world.script("slow", "exec sleep 600")
      let fast = try world.script("fast", "echo >> sent")
      try await world.register(
        exec: "exec,name=slow,command=\(slow)", "exec,name=fast,command=\(fast)")
      try await world.aws.deploy("checkout", #""count": 6"#)
      let poll = try await world.cdnotify("poll", "--json", "--deadline", "3s")
      #expect(poll.status == 75)
      #expect(try world.lines("sent").count == 6)
      #expect(try poll.json()["pending"].int == 6)
    }
  }

  @Test("A command that can't be run is reported at registering and at sending")
  func missingCommand() async throws {
    try await World.with { world in
      let path = world.path("announce")
      try await world.aws.applications(["checkout"])
      let register = try await world.cdnotify(
        "register", "checkout", "--channel", "exec,command=\(path)")
      #expect(register.status == 0)
      #expect(register.error.contains("\(path) is not an executable file on this machine"))
      try await world.aws.deploy("checkout")
      let poll = try await world.cdnotify("poll")
      #expect(poll.status == 1)
      #expect(poll.error.contains("\(path) was not found"))

      let relative = try await world.cdnotify(
        "register", "checkout", "--channel", "exec,command=bin/announce")
      #expect(relative.status == 65)
      #expect(relative.error.contains("must be an absolute path"), "\(relative.error)")
    }
  }

  /// A service manager signals all processes of a service at once.
  @Test("A command that is told to end together with the poll is run again")
  func stoppedTogether() async throws {
    try await World.with { world in
      let script = try world.script("announce", "kill -TERM $PPID; kill -TERM $$")
      try await world.aws.applications(["checkout"])
      try await world.cdnotify("register", "checkout", "--channel", "exec,command=\(script)")
      try await world.aws.deploy("checkout")
      let run = try await world.cdnotify("poll")
      #expect(run.status == 75, "\(run.error)")
      let entry = try await world.cdnotify("history", "--json").json()[0]["notifications"][0]
      #expect(entry["state"].string == "pending")
      #expect(entry["reason"].string?.hasSuffix("was ended by signal 15") == true)
    }
  }

  @Test("A command's exit status is known where SIGCHLD is ignored")
  func ignoredSIGCHLD() async throws {
    try await World.with { world in
      var world = world
      // Some supervisors leave SIGCHLD ignored in the processes that they start.
      world.runner = ["/bin/sh", "-c", #"trap '' CHLD; exec "$@""#, "sh"]
      let script = try world.script("announce", "exit 3")
      let run = try await world.cdnotify("test-channel", "--channel", "exec,command=\(script)")
      #expect(run.status == 1)
      #expect(run.error.contains("failed with exit status 3"), "\(run.error)")
    }
  }

  @Test(
    "The example for others' commands says in a sentence what is wrong with its input",
    arguments: [
      ([], "{}", 1), (["http://127.0.0.1:1", "t"], "", 1), (["http://127.0.0.1:1", "t"], "[]", 1),
      (["http://127.0.0.1:1", "t"], #"{"event": []}"#, 1),
      (["http://127.0.0.1:1", "t"], String(repeating: "[", count: 100_000), 1),
      (["http://127.0.0.1:1", "t"], #"{"event": "failed", "rollback": 3}"#, 75),
      (["http://127.0.0.1:1", "t"], #"{"event": "\ud800"}"#, 75),
      (["nonsense", "t"], #"{"event": "failed"}"#, 1),
      (["http://[::1", "t"], #"{"event": "failed"}"#, 1),
      (["http://127.0.0.1:x/", "t"], #"{"event": "failed"}"#, 1),
      (["http://127.0.0.1/a b", "t"], #"{"event": "failed"}"#, 1),
      (["file:///etc/passwd", "t"], #"{"event": "failed"}"#, 1),
      (["http://127.0.0.1:1", "t", "/nonexistent"], #"{"event": "failed"}"#, 1),
      (["http://127.0.0.1:1", "t", "/dev/null"], #"{"event": "failed"}"#, 1),
    ] as [([String], String, Int32)])
  func exampleInput(arguments: [String], input: String, status: Int32) async throws {
    let run = try await RunningCommand(
      PeerProcess.python, [PeerProcess.root + "/contrib/exec/ntfy"] + arguments, environment: [:],
      folder: NSTemporaryDirectory(), input: input
    ).end()
    #expect(run.status == status, "\(run.error)")
    #expect(!run.error.contains("Traceback"), "\(run.error)")
    #expect(run.error.split(separator: "\n").count == 1, "\(run.error)")
  }
}

extension World {
  /// Registers `checkout` with channels of commands.
  func register(exec specs: String...) async throws {
    try await aws.applications(["checkout"])
    let run = try await cdnotify(
      ["register", "checkout"] + specs.flatMap { ["--channel", $0] })
    try #require(run.status == 0 && run.error.isEmpty, "\(run.error)")
  }

  /// Writes an executable script that works in the world's folder.
  func script(_ name: String, _ text: String) throws -> String {
    let path = try write("#!/bin/sh\ncd '\(home)'\n\(text)\n", to: name)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }

  func read(_ name: String) throws -> String {
    try String(contentsOfFile: path(name), encoding: .utf8)
  }

  func lines(_ name: String) throws -> [String] {
    try read(name).split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(
      String.init)
  }

  /// Whether a process ends soon: a kill takes a moment.
  func isGone(_ pid: String) async -> Bool {
    for _ in 0..<500 {
      guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
        let end = stat.lastIndex(of: ")"), stat[end...].dropFirst(2).first != "Z"
      else { return true }
      try? await Task.sleep(for: .milliseconds(10))
    }
    return false
  }
}
