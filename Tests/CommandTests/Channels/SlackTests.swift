import Testing

/// Slack, from the deployment to what people in the channel see.
@Suite struct SlackTests {
  private static let post = "/api/chat.postMessage"

  /// It has just begun, after the registration.
  private static let inProgress = #""status": "InProgress", "create_time": 0, "start_time": 0"#

  private func register(_ world: World, on events: String = "started,succeeded,failed") async throws
  {
    try await world.aws.applications(["checkout"])
    let run = try await world.cdnotify(
      "register", "checkout", "--channel", SlackSink.app(world), "--on", events)
    try #require(run.status == 0, "\(run.error)")
  }

  private func poll(_ world: World) async throws -> Run {
    try await world.cdnotify("poll", "--json", changes: SlackSink.secret)
  }

  @Test("The three ends arrive", arguments: [true, false])
  func ends(byWebhook: Bool) async throws {
    try await World.with { world in
      let spec = byWebhook ? SlackSink.hook(world) : SlackSink.app(world)
      let scene = try await ChannelScene(world, channel: spec)
      try await scene.deploy()
      let poll = try await scene.poll(changes: SlackSink.secret)
      #expect(poll.status == 0, "\(poll.error)")
      let messages = try await SlackSink.messages(world)
      try #require(messages.count == 3)
      func message(_ id: String) -> JSON? {
        messages.first { SlackSink.shown($0).contains { $0.hasPrefix("\(id)  ·") } }
      }
      let succeeded = try #require(message(ChannelScene.succeeded))
      #expect(SlackSink.shown(succeeded)[0].hasPrefix("✅ checkout"))
      #expect(SlackSink.shown(succeeded)[0].contains("deployment to prod succeeded in 1m 35s"))
      #expect(
        SlackSink.shown(succeeded).contains(
          "> Faster carts & <b>more</b>, deployed-by: ada@example.com"))
      #expect(SlackSink.shown(succeeded).contains("*Instances*\n12/12"))
      #expect(succeeded["links"].array.contains { $0["text"].string == "Changes" })
      #expect(succeeded["attachments"][0]["color"].string == "#2eb67d")

      let failed = try #require(message(ChannelScene.failed))
      #expect(SlackSink.shown(failed)[0].hasPrefix("❌ checkout"))
      #expect(
        SlackSink.shown(failed).contains { $0.contains("Rolled back by \(ChannelScene.rollback)") })
      let rollback = try #require(message(ChannelScene.rollback))
      #expect(SlackSink.shown(rollback)[0].hasPrefix("⏪ checkout"))
      #expect(
        SlackSink.shown(rollback).contains { $0.hasPrefix("Rolls back \(ChannelScene.failed)") })
      for message in messages {
        #expect(message["pings"].array.isEmpty)
        #expect(message["text"].string?.contains("checkout") == true)
        #expect(message["history"].array.isEmpty)
      }
      #expect(try await scene.poll(changes: SlackSink.secret).status == 0)
      #expect(try await SlackSink.messages(world).count == 3)
    }
  }

  @Test("A deployment is one message through its life, on whatever host it is seen")
  func oneMessage() async throws {
    try await World.with { world in
      try await register(world)
      let id = try await world.aws.deploy("checkout", Self.inProgress)[0]
      #expect(try await poll(world).status == 0)
      #expect(
        SlackSink.shown(try #require(await SlackSink.messages(world).first))[0].hasPrefix("🚀"))

      // Another host shares only the store.
      var other = world
      other.home = world.path("other-host")
      try await world.python("import os; os.mkdir('other-host')")
      try await world.aws.change(
        id,
        #"""
        "status": "Failed", "complete_time": 0,
        "error": {"code": "HEALTH_CONSTRAINTS", "message": "<!channel> *too* many failed at main.go:100:12"}
        """#)
      let failed = try await other.cdnotify(
        "poll", changes: SlackSink.secret.merging(["CDNOTIFY_STORE": world.path("store.db")]) { $1 }
      )
      #expect(failed.status == 0, "\(failed.error)")

      let messages = try await SlackSink.messages(world)
      try #require(messages.count == 1)
      #expect(SlackSink.shown(messages[0])[0].hasPrefix("❌"))
      #expect(messages[0]["history"].array.count == 1)
      let thread = messages[0]["thread"].array
      try #require(thread.count == 1)
      #expect(
        SlackSink.shown(thread[0]).last
          == "HEALTH_CONSTRAINTS: <!channel> ∗too∗ many failed at main.go:\u{2060}100:12")
      #expect(thread[0]["emoji"].array.isEmpty)
      // An update alone would go unnoticed.
      #expect(thread[0]["broadcast"].bool == true)
      #expect(thread[0]["pings"].array.isEmpty && messages[0]["pings"].array.isEmpty)
    }
  }

  @Test("The messages of a failure and of its rollback link to each other")
  func rollbackLinks() async throws {
    try await World.with { world in
      try await register(world)
      let failed = try await world.aws.deploy("checkout", #""status": "Failed""#)[0]
      #expect(try await poll(world).status == 0)
      let rollback = try await world.aws.deploy(
        "checkout",
        #"""
        \#(Self.inProgress), "creator": "codeDeployRollback",
        "rollback_info": {"rollbackTriggeringDeploymentId": "\#(failed)"}
        """#)[0]
      #expect(try await poll(world).status == 0)
      try await world.aws.change(rollback, #""status": "Succeeded", "complete_time": 0"#)
      #expect(try await poll(world).status == 0)

      let messages = try await SlackSink.messages(world)
      try #require(messages.count == 2)
      let reply = try #require(messages[0]["thread"].array.last)
      #expect(SlackSink.shown(reply)[0].hasPrefix("⏪ checkout"))
      #expect(SlackSink.shown(reply)[0].contains("rollback to prod succeeded"))
      #expect(reply["history"].array.count == 1)
      let links = Set(reply["links"].array.map { $0["url"].string ?? "" })
      let ts = (messages[1]["ts"].string ?? "").replacing(".", with: "")
      #expect(links == ["https://example.slack.com/archives/C00000001/p\(ts)"])
      #expect(SlackSink.shown(messages[1]).contains { $0.hasPrefix("Rolls back \(failed)") })
      let back = (messages[0]["ts"].string ?? "").replacing(".", with: "")
      #expect(
        messages[1]["links"].array.contains { $0["url"].string?.hasSuffix("/p\(back)") == true })
    }
  }

  @Test("Between the message and its thread a failure costs no second message")
  func resumes() async throws {
    try await World.with { world in
      try await register(world, on: "failed")
      try await world.aws.deploy(
        "checkout", #""status": "Failed", "error": {"code": "TIMEOUT", "message": "too late"}"#)
      try await world.sink.set(
        "slack",
        #"""
        {"refusals": [
          {"method": "chat.postMessage", "error": "internal_error", "thread": true},
          {"method": "chat.postMessage", "error": "fatal_error", "thread": true},
          {"method": "chat.postMessage", "error": "ratelimited", "thread": true, "retry_after": 600}
        ]}
        """#)
      let first = try await poll(world)
      #expect(first.status == 75, "\(first.error)")
      #expect(try await SlackSink.messages(world).map { $0["thread"].array.count } == [0])
      try await world.letTimePass()
      #expect(try await poll(world).status == 0)
      let messages = try await SlackSink.messages(world)
      try #require(messages.count == 1)
      #expect(messages[0]["thread"].array.map { SlackSink.shown($0) } == [["TIMEOUT: too late"]])
    }
  }

  @Test("A long wait that Slack asks for is kept, and a short one made within the cycle")
  func rateLimit() async throws {
    try await World.with { world in
      try await register(world, on: "succeeded")
      try await world.aws.deploy("checkout")
      try await world.sink.set(
        "slack",
        #"{"refusals": [{"method": "chat.postMessage", "error": "ratelimited", "retry_after": 1}]}"#
      )
      let soon = try await poll(world)
      #expect(soon.status == 0, "\(soon.error)")
      // A rate limit belongs to the destination, and isn't an attempt of the notification.
      #expect(try soon.json()["notifications"][0]["attempts"].int == 1)
      #expect(try await SlackSink.messages(world).count == 1)

      try await world.aws.deploy("checkout")
      try await world.sink.set(
        "slack",
        #"{"refusals": [{"method": "chat.postMessage", "error": "ratelimited", "retry_after": 900}]}"#
      )
      let later = try await poll(world)
      #expect(later.status == 75)
      #expect(try later.json()["notifications"][0]["reason"].string?.contains("429") == true)
      // It isn't sent before its time.
      #expect(try await poll(world).status == 75)
      #expect(try await SlackSink.messages(world).count == 1)
      try await world.letTimePass()
      #expect(try await poll(world).status == 0)
      #expect(try await SlackSink.messages(world).count == 2)
    }
  }

  @Test(
    "What Slack won't have is given up, with what to do about it",
    arguments: [
      (#"{"tokens": {}}"#, "invalid_auth (check token"),
      (#"{"tokens": {"\#(SlackSink.token)": ["users:read"]}}"#, "add the scope chat:write"),
      (
        #"{"channels": [{"id": "C00000001", "name": "deployments", "member": false}]}"#,
        "not_in_channel (check channel, and invite the app"
      ),
      (
        #"{"channels": [{"id": "C00000001", "name": "deployments", "archived": true}]}"#,
        "is_archived"
      ),
      (#"{"channels": [{"id": "C00000001", "name": "else"}]}"#, "channel_not_found"),
    ])
  func refused(workspace: String, reason: String) async throws {
    try await World.with { world in
      try await register(world, on: "succeeded")
      try await world.sink.set("slack", workspace)
      try await world.aws.deploy("checkout")
      let poll = try await world.cdnotify("poll", changes: SlackSink.secret)
      #expect(poll.status == 1)
      #expect(poll.error.contains(reason), "\(poll.error)")
      #expect(!poll.error.contains(SlackSink.token))
      #expect(try await world.sink.requests(Self.post).count == 1)
    }
  }

  @Test("A notification to a removed webhook or an archived channel is given up")
  func goneWebhook() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      try await world.cdnotify(
        "register", "checkout", "--channel", SlackSink.hook(world))
      for (change, reason) in [
        (#"{"webhooks": {}}"#, "404 (the webhook was removed"),
        (
          #"{"webhooks": {"\#(SlackSink.webhook)": "C1"}, "channels": [{"id": "C1", "name": "d", "archived": true}]}"#,
          "410 (the channel is archived"
        ),
      ] {
        try await world.sink.set("slack", change)
        try await world.aws.deploy("checkout")
        let poll = try await world.cdnotify("poll")
        #expect(poll.status == 1)
        #expect(poll.error.contains(reason), "\(poll.error)")
        #expect(!poll.error.contains("peerpeer"))
      }
    }
  }

  @Test("A message that somebody deleted is posted anew") func deleted() async throws {
    try await World.with { world in
      try await register(world)
      let id = try await world.aws.deploy("checkout", Self.inProgress)[0]
      #expect(try await poll(world).status == 0)
      let ts = try #require(await SlackSink.messages(world).first)["ts"].string ?? ""
      try await world.sink.set("slack", #"{"deleted": ["\#(ts)"]}"#)
      try await world.aws.change(id, #""status": "Succeeded", "complete_time": 0"#)
      #expect(try await poll(world).status == 0)
      let messages = try await SlackSink.messages(world)
      try #require(messages.count == 1)
      #expect(SlackSink.shown(messages[0])[0].hasPrefix("✅"))
    }
  }

  @Test("The one gap: an answer that is lost after Slack's yes repeats the message, and says so")
  func lostAnswer() async throws {
    try await World.with { world in
      try await register(world, on: "succeeded")
      try await world.aws.deploy("checkout")
      try await world.sink.script(Self.post, count: 1, #""close": true, "accept": true"#)
      #expect(try await poll(world).status == 0)
      let messages = try await SlackSink.messages(world)
      try #require(messages.count == 2)
      let ids = messages.map { $0["metadata"]["event_payload"]["id"].string }
      #expect(ids[0] != nil && ids[0] == ids[1])
    }
  }

  @Test(
    "A failure calls whom mention names, by a webhook and with a token", arguments: [true, false])
  func mentions(byWebhook: Bool) async throws {
    try await World.with { world in
      let spec = byWebhook ? SlackSink.hook(world) : SlackSink.app(world)
      let scene = try await ChannelScene(
        world, channel: spec + ",mention=U024BE7LH,mention=here", changes: SlackSink.secret)
      try await scene.deploy()
      let poll = try await scene.poll(changes: SlackSink.secret)
      #expect(poll.status == 0, "\(poll.error)")
      let messages = try await SlackSink.messages(world)
      #expect(messages.count == 3)
      for message in messages {
        let calls = ([message] + message["thread"].array).flatMap { $0["pings"].array }
        let isFailure = SlackSink.shown(message)[0].hasPrefix("❌")
        #expect(
          Set(calls.compactMap(\.string)) == (isFailure ? ["@U024BE7LH", "!here"] : []),
          "\(message)")
      }
    }
  }
}
