import Testing

/// Many notifications after an outage, sent by the built program.
@Suite struct DigestTests {
  /// The webhook that the sink knows.
  private static let webhook =
    "/api/webhooks/223704706495545344/3d89bb7572e0fb30d8128367b3b1b44f-PEER_token"

  private func scene(_ world: World, _ spec: String) async throws {
    try await world.aws.applications(["checkout"])
    let run = try await world.cdnotify(
      "register", "checkout", "--since", "1d", "--channel", spec, "--on", "succeeded,failed")
    try #require(run.status == 0, "\(run.error)")
    for number in 10..<22 {
      try await world.aws.deploy(
        "checkout",
        #"""
        "id": "d-BURSTED\#(number)", "status": "\#(number % 4 == 0 ? "Failed" : "Succeeded")",
        "create_time": -9000, "complete_time": -\#(8000 - number)
        """#)
    }
  }

  private func registerDigest(_ world: World) async throws {
    let spec = "discord,webhook_url=\(world.sink.url)\(Self.webhook),digest_above=10"
    #expect(
      try await world.cdnotify(
        "register", "checkout", "--since", "1d", "--channel", spec, "--on", "succeeded,failed"
      ).status == 0)
  }

  @Test("A burst of deployments is one message, and an outcome for each")
  func burst() async throws {
    try await World.with { world in
      try await scene(world, "webhook,name=other,url=\(world.sink.url)/other")
      try await registerDigest(world)
      let run = try await world.cdnotify("poll", "--json", "--window", "1d")
      #expect(run.status == 0, "\(run.error)")
      let sent = try JSON(run.output)["notifications"].array
        .filter { $0["channel"].string == "discord" }
      #expect(sent.count == 12)
      #expect(sent.allSatisfy { $0["outcome"].string == "sent" && $0["attempts"].int == 1 })
      #expect(
        sent.allSatisfy { $0["reason"].string?.hasPrefix("in a digest of 12: posted") == true })
      let bodies = try await world.sink.bodies("/api/")
      #expect(bodies.count == 1)
      let embeds = bodies.first?["embeds"].array ?? []
      #expect(
        embeds.first?["title"].string == "12 deployments of checkout: 3 failed, 9 succeeded")
      #expect(embeds.first?["description"].string?.contains("2 hours late") == true)
      #expect(try await world.sink.bodies("/other").count == 12)
      #expect(try await world.cdnotify("poll", "--window", "1d").status == 0)
      #expect(try await world.sink.bodies("/api/").count == 1)
    }
  }

  @Test("Regions that answer one after the other make one message") func regions() async throws {
    try await World.with { world in
      let digest = "discord,webhook_url=\(world.sink.url)\(Self.webhook),digest_above=2"
      let plain = "webhook,name=other,url=\(world.sink.url)/other"
      for (region, channels) in [("us-east-1", [digest, plain]), ("eu-west-1", [digest])] {
        try await world.aws.applications(["checkout"], region: region)
        let run = try await world.cdnotify(
          ["register", "checkout", "--since", "1d", "--region", region]
            + channels.flatMap { ["--channel", $0] })
        try #require(run.status == 0, "\(run.error)")
      }
      try await world.aws.deploy("checkout", #""count": 2"#)
      try await world.aws.deploy("checkout", #""region": "eu-west-1""#)
      try await world.aws.fault(
        #"{"service": "codedeploy", "region": "eu-west-1", "kind": "hang", "count": -1}"#)
      let poll = try world.start(["poll", "--json"])
      try await world.sink.wait(for: 2, "/other")
      try await world.aws.clearFaults()
      let run = await poll.end()
      #expect(run.status == 0, "\(run.error)")
      let report = try run.json()
      #expect(
        report["notifications"].array.map { $0["outcome"].string }
          == Array(repeating: "sent", count: 5))
      let titles = try await world.sink.bodies("/api/").map { $0["embeds"][0]["title"].string }
      // On a machine so slow that the hold ran out, they are rightly more.
      if let duration = report["duration_ms"].int, duration < 5000 {
        #expect(titles == ["3 deployments of checkout: 3 succeeded"])
      }
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(try await world.sink.bodies("/api/").count == titles.count)
    }
  }

  @Test("After a killed poll only the digest is sent again, unchanged")
  func killedPoll() async throws {
    try await World.with { world in
      try await scene(world, "webhook,name=other,url=\(world.sink.url)/other")
      #expect(try await world.cdnotify("poll", "--window", "1d").status == 0)
      try await registerDigest(world)
      try await world.sink.script("/api/", #""delay": 20"#)
      let poll = try world.start(["poll", "--window", "1d"])
      try await world.sink.wait(for: 1, "/api/")
      poll.signal(9)
      _ = await poll.end()
      try await world.sink.clearScripts()
      try await world.letTimePass()
      #expect(try await world.cdnotify("poll", "--window", "1d").status == 0)
      #expect(try await world.sink.bodies("/other").count == 12)
      let bodies = try await world.sink.requests("/api/").map { $0["body"].string }
      #expect(bodies.count == 2)
      #expect(Set(bodies).count == 1)
    }
  }

  @Test(
    "Slack gets a success, a failure and its rollback as one message, the failure first with its cause",
    arguments: [true, false])
  func slack(byWebhook: Bool) async throws {
    try await World.with { world in
      let way = byWebhook ? SlackSink.hook(world) : SlackSink.app(world)
      let scene = try await ChannelScene(
        world, channel: "\(way),digest_above=2", changes: SlackSink.secret)
      try await scene.deploy()
      let poll = try await scene.poll(changes: SlackSink.secret)
      #expect(poll.status == 0, "\(poll.error)")
      let sent = try poll.json()["notifications"].array
      #expect(sent.count == 3)
      #expect(
        sent.allSatisfy {
          $0["outcome"].string == "sent"
            && $0["reason"].string?.hasPrefix("in a digest of 3: ") == true
        })

      let message = try #require(try await SlackSink.messages(world).first)
      let shown = SlackSink.shown(message)
      try #require(shown.count == 4)
      #expect(shown[0] == "3 deployments of checkout: 1 failed, 1 rolled back, 1 succeeded")
      let parts: [(mark: String, id: String, why: String)] = [
        ("❌ checkout", ChannelScene.failed, "\n> BeforeInstall failed on i-0abc0abc0abc0abc0"),
        ("⏪ checkout", ChannelScene.rollback, "\n> Rolls back \(ChannelScene.failed)"),
        ("✅ checkout", ChannelScene.succeeded, ""),
      ]
      for (line, part) in zip(shown.dropFirst(), parts) {
        #expect(line.hasPrefix(part.mark) && line.contains("·  \(part.id)\(part.why)"), "\(line)")
      }
      #expect(message["links"].array.count == 3)
      #expect(message["pings"].array.isEmpty && message["thread"].array.isEmpty)

      #expect(Set(try await world.ledger(state: "sent").map(\.id)).count == 3)
      #expect(try await scene.poll(changes: SlackSink.secret).status == 0)
      #expect(try await SlackSink.messages(world).count == 1)
    }
  }
}
