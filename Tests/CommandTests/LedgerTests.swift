import Foundation
import Testing

/// What the ledger keeps through overlapping, interrupted and later cycles.
@Suite struct LedgerTests {
  private func register(_ world: World, _ channels: String...) async throws {
    try await world.aws.applications(["checkout"])
    let options = channels.flatMap { ["--channel", $0] }
    #expect(try await world.cdnotify(["register", "checkout"] + options).status == 0)
    #expect(try await world.cdnotify("poll").status == 0)
  }

  private func states(_ world: World) async throws -> [String?] {
    try await world.cdnotify("history", "--json").json().array
      .flatMap { $0["notifications"].array }.map { $0["state"].string }
  }

  @Test("A poll ends silently while another is at work") func concurrentPoll() async throws {
    try await World.with { world in
      try await register(world, "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout")
      try await world.sink.script("/hook", count: 1, #""hang": 60, "accept": true"#)
      let first = try world.start(["poll", "--deadline", "8s"])
      try await world.sink.wait(for: 1, "/hook")
      _ = try await world.aws.takeOperations()
      for arguments in [["poll"], ["poll", "--json"]] {
        let second = try await world.cdnotify(arguments)
        #expect(second.status == 0)
        #expect(second.error == "")
      }
      #expect(try await world.aws.takeOperations() == [])
      first.signal(SIGKILL)
      #expect(await first.end().status == -1)
      // The lock was released with its holder.
      #expect(try await world.cdnotify("poll").status == 75)
      #expect(try await world.aws.takeOperations() == ["ListDeployments"])
    }
  }

  @Test("The claim of a killed poll is taken over when it has run out")
  func deadClaim() async throws {
    try await World.with { world in
      try await register(world, "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout")
      try await world.sink.script("/hook", count: 1, #""hang": 60"#)
      let poll = try world.start(["poll"])
      try await world.sink.wait(for: 1, "/hook")
      poll.signal(SIGKILL)
      _ = await poll.end()
      #expect(try await states(world) == ["sending"])
      #expect(try await world.cdnotify("poll").status == 75)
      #expect(try await world.sink.requests("/hook").count == 1)
      try await world.sql("UPDATE notification SET claim_until = 1")
      #expect(try await world.cdnotify("poll").status == 0)
      let ids = try await world.sink.bodies("/hook").map { $0["id"].string }
      #expect(ids.count == 2)
      #expect(Set(ids).count == 1)
    }
  }

  @Test("Told to stop, a cycle ends in order", arguments: [SIGTERM, SIGINT, SIGHUP])
  func stopping(_ signal: Int32) async throws {
    try await World.with { world in
      var world = world
      // Whoever runs the tests may ignore a hang-up, and what is started would inherit that.
      world.runner = ["/usr/bin/env", "--default-signal=HUP"]
      try await register(world, "webhook,url=\(world.sink.url)/hook")
      // More than one destination gets at once, so that some wait.
      try await world.aws.deploy("checkout", #""count": 12"#)
      try await world.sink.script("/hook", #""delay": 2"#)
      let poll = try world.start(["poll"])
      try await world.sink.wait(for: 4, "/hook")
      poll.signal(signal)
      let run = await poll.end()
      #expect(run.status == 75)
      // What was being sent is recorded as sent; the rest is pending, and reported so.
      let sent = try await world.sink.requests("/hook").count
      #expect(
        run.error
          == "cdnotify: warning: told to stop before the end: \(12 - sent) notifications are "
          + "pending, and the next poll continues with them\n")
      let states = try await states(world)
      #expect(states.filter { $0 == "sent" }.count == sent)
      #expect(states.filter { $0 == "pending" }.count == 12 - sent)

      try await world.sink.clearScripts()
      #expect(try await world.cdnotify("poll").status == 0)
      let ids = try await world.sink.bodies("/hook").compactMap { $0["deployment_id"].string }
      #expect(ids.count == 12)
      #expect(Set(ids).count == 12)
    }
  }

  @Test("A cycle that was started to ignore a hang-up goes on")
  func ignoringHangUp() async throws {
    try await World.with { world in
      var world = world
      world.runner = ["/usr/bin/env", "--ignore-signal=HUP"]
      try await register(world, "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout")
      try await world.sink.script("/hook", #""delay": 1"#)
      let poll = try world.start(["poll"])
      try await world.sink.wait(for: 1, "/hook")
      poll.signal(SIGHUP)
      #expect(await poll.end().status == 0)
      #expect(try await states(world) == ["sent"])
    }
  }

  @Test("Told to stop while it sends the last notification, a cycle has left nothing")
  func stoppedAtTheEnd() async throws {
    try await World.with { world in
      try await register(world, "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout")
      try await world.sink.script("/hook", #""delay": 2"#)
      let poll = try world.start(["poll"])
      try await world.sink.wait(for: 1, "/hook")
      poll.signal(SIGTERM)
      let run = await poll.end()
      #expect(run.error == "")
      #expect(run.status == 0)
      #expect(try await states(world) == ["sent"])
    }
  }

  @Test("Failed notifications are pending again after a retry") func retried() async throws {
    try await World.with { world in
      try await register(world, "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout")
      try await world.sink.script("/hook", count: 1, #""status": 400"#)
      #expect(try await world.cdnotify("poll").status == 1)
      let line = try await world.cdnotify("history", "--json").json()[0]["notifications"][0]
      let id = try #require(line["id"].string)

      let unknown = try await world.cdnotify("retry", "cdn_unknown")
      #expect(unknown.status == 66)
      #expect(unknown.error == "cdnotify: no failed notification has the id \"cdn_unknown\"\n")
      #expect(try await world.cdnotify("retry").status == 64)
      let retry = try await world.cdnotify("retry", id)
      #expect(retry.status == 0)
      #expect(
        retry.output == "1 notification is pending again; the next poll sends it.\n")
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.bodies("/hook").map { $0["id"].string } == [id, id])
      // A sent notification isn't sent again.
      #expect(try await world.cdnotify("retry", id).status == 66)
      #expect(
        try await world.cdnotify("retry", "--all").output == "No failed notification "
          + "matches.\n")
    }
  }

  @Test("What is too old when it is first seen is reported, and can be retried")
  func expired() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await register(world, "webhook,url=\(world.sink.url)/hook")
      let id = try await world.aws.deploy("checkout")[0]
      // The same happens when no poll ran for longer than that.
      let poll = try await world.cdnotify("poll", "--max-age", "0s")
      #expect(poll.status == 0)
      #expect(
        poll.error.hasPrefix(
          "cdnotify: checkout \(id): \"succeeded\" to webhook is not announced: expired"))
      #expect(try await world.sink.requests("/hook").isEmpty)
      #expect(try await world.cdnotify("retry", "--all", "--application", "checkout").status == 0)
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/hook").count == 1)
    }
  }

  @Test("What is asked for with --since is announced, however old") func sinceLongAgo() async throws
  {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      let hook = ["--channel", "webhook,url=\(world.sink.url)/hook"]
      try await world.cdnotify(["register", "checkout", "--group", "x*"] + hook)
      let id = try await world.aws.deploy(
        "checkout", #""create_time": -900000, "complete_time": -899000"#)[0]
      #expect(try await world.cdnotify("poll", "--window", "20d").status == 0)
      let named = try await world.cdnotify("poll", "--deployment", id, "--verbose")
      #expect(named.output.contains("(deployment group prod is not one of x*)"))
      let register = try await world.cdnotify(
        "register", "checkout", "--group", "*", "--since", "14d")
      #expect(register.output.contains("announces what happened since"))
      #expect(try await world.sink.requests("/hook").isEmpty)
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/hook").count == 1)
    }
  }

  @Test("Old deployments are forgotten, and not announced again")
  func oldDeployments() async throws {
    try await World.with { world in
      try await register(world, "webhook,url=\(world.sink.url)/hook")
      let old = try await world.aws.deploy("checkout", #""count": 3"#)
      #expect(try await world.cdnotify("poll").status == 0)
      // The state after three months, when no listing brings them up any more.
      for id in old { try await world.aws.remove(id) }
      try await world.sql("UPDATE deployment SET seen_at = seen_at - 91 * 86400000")
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.cdnotify("history", "--json").output == "[]\n")
      // Within the time of a listing nothing is forgotten, whatever --keep says.
      try await world.aws.deploy("checkout", #""count": 2"#)
      for _ in 0..<2 {
        #expect(try await world.cdnotify("poll", "--keep", "1s").status == 0)
      }
      #expect(try await states(world) == ["sent", "sent"])
      #expect(try await world.sink.requests("/hook").count == 5)
    }
  }

  @Test("Notifications of a channel that is unregistered meanwhile are skipped")
  func unregistered() async throws {
    try await World.with { world in
      try await register(
        world, "webhook,url=\(world.sink.url)/hook", "webhook,name=other,url=\(world.sink.url)/b")
      try await world.aws.deploy("checkout")
      try await world.sink.script("/hook", #""status": 503"#)
      #expect(try await world.cdnotify("poll").status == 75)
      #expect(
        try await world.cdnotify("unregister", "checkout", "--channel", "webhook").status == 0)
      let line = try await world.cdnotify("history", "--json").json()[0]["notifications"].array
        .first { $0["channel"].string == "webhook" }
      #expect(line?["state"].string == "skipped")
      #expect(line?["reason"].string == "the channel was unregistered before it could be sent")
    }
  }

  @Test("A channel that is added later announces only what ends after that")
  func addedChannel() async throws {
    try await World.with { world in
      try await register(world, "webhook,url=\(world.sink.url)/first")
      try await world.aws.deploy("checkout")
      let running = try await world.aws.deploy("checkout", #""status": "InProgress""#)[0]
      #expect(try await world.cdnotify("poll").status == 0)
      try await world.cdnotify(
        "register", "checkout", "--channel", "webhook,name=second,url=\(world.sink.url)/second")
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/second").isEmpty)
      try await world.aws.change(running, #""status": "Succeeded", "complete_time": 0"#)
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/first").count == 2)
      #expect(
        try await world.sink.bodies("/second").map { $0["deployment_id"].string } == [running])
    }
  }

  @Test(
    "Times that a wrong clock set hold nothing back",
    arguments: [
      "next_attempt_at = 9999999999999",
      "state = 'sending', claim_token = 'x', claim_until = 9999999999999",
    ])
  func wrongClock(_ change: String) async throws {
    try await World.with { world in
      try await register(world, "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout")
      try await world.sink.script("/hook", count: 3, #""status": 503"#)
      #expect(try await world.cdnotify("poll").status == 75)
      try await world.sql("UPDATE notification SET \(change)")
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/hook").count == 4)
    }
  }

  @Test("A cycle that finds nothing new writes nothing") func nothingNew() async throws {
    try await World.with { world in
      try await register(world, "webhook,url=\(world.sink.url)/hook")
      try await world.aws.deploy("checkout")
      try await world.aws.deploy(
        "checkout", #""status": "InProgress", "create_time": -100.123456, "start_time": -90.7"#)
      #expect(try await world.cdnotify("poll").status == 0)
      let before = FileManager.default.contents(atPath: world.path("store.db"))
      #expect(before?.isEmpty == false)
      for _ in 0..<3 { #expect(try await world.cdnotify("poll").status == 0) }
      #expect(FileManager.default.contents(atPath: world.path("store.db")) == before)
      #expect(!FileManager.default.fileExists(atPath: world.path("store.db-wal")))
    }
  }
}
