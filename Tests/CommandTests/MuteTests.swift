import Testing

/// Mutes, as a user sees them.
@Suite struct MuteTests {
  @Test("A mute is shown, carried along, and ends") func mute() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      #expect(
        try await world.cdnotify(
          "register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook", "--channel",
          "webhook,name=team,url=\(world.sink.url)/team"
        ).status == 0)
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.cdnotify("mute", "basket", "--for", "2h").status == 66)
      #expect(
        try await world.cdnotify("mute", "checkout", "--channel", "x", "--for", "2h").status == 66)
      #expect(try await world.cdnotify("mute", "checkout").status == 64)
      #expect(try await world.cdnotify("mute", "checkout", "--for", "0s").status == 64)

      let mute = try await world.cdnotify("mute", "checkout", "--channel", "team", "--for", "2h")
      #expect(mute.status == 0)
      #expect(mute.output.hasPrefix("checkout, channel team: muted until 2"))
      let list = try await world.cdnotify("list").output
      #expect(list.contains("muted until 2") && list.contains("channel team"))
      #expect(try await !world.cdnotify("list", "--json").output.contains("mute"))
      let status = try await world.cdnotify("status", "--json").json()["mutes"][0]
      #expect(status.keys == ["application", "channel", "until"])
      #expect(status["application"].string == "checkout")
      #expect(status["channel"].string == "team")
      #expect(status["until"].string?.hasSuffix("Z") == true)

      try await world.aws.deploy("checkout")
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/hook").count == 1)
      #expect(try await world.sink.requests("/team").isEmpty)
      let history = try await world.cdnotify("history", "--json").json()[0]["notifications"].array
      #expect(Set(history.compactMap { $0["state"].string }) == ["sent", "skipped"])

      let exported = try await world.cdnotify("export").output
      #expect(exported.contains(#"{"mute":{"#))
      let ended = try await world.cdnotify("unmute", "checkout")
      #expect(ended.output == "checkout, channel team: no longer muted\n")
      #expect(try await world.cdnotify("unmute", "checkout").output == "checkout: not muted\n")
      try await world.aws.deploy("checkout")
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/team").count == 1)
    }
  }

  @Test("What is muted is left out of a retry, which says so, and can be retried afterwards")
  func retry() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      #expect(
        try await world.cdnotify(
          "register", "checkout", "--channel", "webhook,name=hook,url=\(world.sink.url)/hook",
          "--channel", "webhook,name=team,url=\(world.sink.url)/team"
        ).status == 0)
      try await world.aws.deploy("checkout")
      for path in ["/hook", "/team"] {
        try await world.sink.script(path, count: 1, #""status": 400"#)
      }
      #expect(try await world.cdnotify("poll").status == 1)
      let lines = try await world.cdnotify("history", "--json").json()[0]["notifications"].array
      let team = try #require(lines.first { $0["channel"].string == "team" }?["id"].string)
      try await world.cdnotify("mute", "checkout", "--channel", "team", "--for", "2h")

      let leftOut =
        /1 notification is left out, because checkout, channel team, is muted until \S+Z: "cdnotify unmute checkout --channel team" first\.\n/
      let named = try await world.cdnotify("retry", team)
      #expect(named.status == 0 && named.error.isEmpty, "\(named.error)")
      #expect(named.output.wholeMatch(of: leftOut) != nil, "\(named.output)")
      let dry = try await world.cdnotify("retry", "--all", "--dry-run")
      #expect(dry.output.contains("to hook") && !dry.output.contains("to team"), "\(dry.output)")
      #expect(dry.output.contains("1 notification would be pending again"), "\(dry.output)")
      #expect(dry.output.contains(leftOut), "\(dry.output)")
      let all = try await world.cdnotify("retry", "--all")
      #expect(all.output.hasPrefix("1 notification is pending again; the next poll sends it.\n"))
      #expect(all.output.contains(leftOut), "\(all.output)")
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/hook").count == 2)

      // A mute of the whole application.
      try await world.cdnotify("unmute", "checkout")
      try await world.cdnotify("mute", "checkout", "--for", "2h")
      let whole = try await world.cdnotify("retry", "--all").output
      #expect(whole.hasPrefix("1 notification is left out, because checkout is muted until 2"))
      #expect(whole.hasSuffix(": \"cdnotify unmute checkout\" first.\n"), "\(whole)")

      try await world.cdnotify("unmute", "checkout")
      try await world.cdnotify("retry", team)
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.requests("/team").count == 2)
    }
  }
}
