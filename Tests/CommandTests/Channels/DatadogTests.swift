import Testing

/// Datadog, checked by the events that it has accepted.
@Suite struct DatadogTests {
  private static let key = "datadog0123456789abcdef012345678"

  private func scene(_ world: World) async throws -> ChannelScene {
    let scene = try await ChannelScene(
      world,
      channel: "datadog,api_key=env:DD_KEY,base_url=\(world.sink.url),tags=env:prod",
      changes: ["DD_KEY": Self.key])
    try await scene.deploy()
    return scene
  }

  @Test("A success, a failure and a rollback arrive as events") func ends() async throws {
    try await World.with { world in
      let scene = try await scene(world)
      let run = try await scene.poll(changes: ["DD_KEY": Self.key])
      #expect(run.status == 0, "\(run.error)")
      let events = try await world.sink.state("datadog")["events"].array
      #expect(events.count == 3)
      func event(_ id: String) throws -> JSON {
        try #require(
          events.first { $0["aggregation_key"].string == "codedeploy:us-east-1:\(id)" })
      }
      let succeeded = try event(ChannelScene.succeeded)
      #expect(succeeded["alert_type"].string == "success")
      #expect(succeeded["title"].string?.hasSuffix("to prod succeeded in 1m 35s") == true)
      #expect(succeeded["text"].string?.contains(#"Faster carts \& \<b\>more\</b\>"#) == true)
      #expect(succeeded["text"].string?.contains("**Instances**: 12/12") == true)
      #expect(
        Set(succeeded["tags"].array.compactMap(\.string)).isSuperset(of: [
          "application:checkout", "deployment_group:prod", "event:succeeded", "env:prod",
        ]))
      let failed = try event(ChannelScene.failed)
      #expect(failed["alert_type"].string == "error")
      #expect(failed["text"].string?.contains("**Why**: ") == true)
      let rollback = try event(ChannelScene.rollback)
      #expect(rollback["alert_type"].string == "warning")
      #expect(rollback["tags"].array.contains(.string("rollback:true")))
      #expect(rollback["text"].string?.contains("**Rollback**: Rolls back d-FAILED000") == true)
      #expect(events.allSatisfy { $0["mentions"].array.isEmpty })
    }
  }

  @Test("A deployment that ended long ago is sent with its time in the text")
  func longAgo() async throws {
    try await World.with { world in
      _ = try await scene(world)
      try await world.aws.deploy(
        "checkout", #""id": "d-OLD000000", "create_time": -90100, "complete_time": -90000"#)
      let run = try await world.cdnotify(
        "poll", "--deployment", "d-OLD000000", changes: ["DD_KEY": Self.key])
      #expect(run.status == 0, "\(run.error)")
      let event = try await world.sink.state("datadog")["events"][0]
      #expect(event["date_happened"] == .null)
      #expect(event["text"].string?.contains("Happened: ") == true)
    }
  }

  @Test("A wrong key is refused, and not shown") func wrongKey() async throws {
    try await World.with { world in
      _ = try await scene(world)
      let wrong = try await world.cdnotify(
        "poll", "--json", "--deployment", ChannelScene.succeeded,
        changes: ["DD_KEY": "0123456789abcdef0123456789abcdef"])
      #expect(wrong.status == 1)
      let reason = try wrong.json()["notifications"][0]["reason"].string ?? ""
      #expect(reason.hasPrefix("Datadog answered 403 (check api_key"), "\(reason)")
      #expect(!wrong.output.contains("0123456789abcdef0123456789abcdef"))
    }
  }

  @Test("A rate limit is waited for as long as Datadog says") func limited() async throws {
    try await World.with { world in
      _ = try await scene(world)
      try await world.sink.script(
        "/api/v1/events", #""status": 429, "headers": {"X-RateLimit-Reset": "3000"}"#)
      let limited = try await world.cdnotify(
        "poll", "--json", "--deployment", ChannelScene.failed, changes: ["DD_KEY": Self.key])
      #expect(limited.status == 75)
      #expect(try limited.json()["notifications"][0]["outcome"].string == "retrying")
      // It was told to wait for fifty minutes, so it asked once.
      #expect(try await world.sink.scriptHits() == [1])
    }
  }

  @Test("Datadog's DORA metrics get the successful deployments only") func dora() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      let key = ["DD_KEY": Self.key]
      let spec =
        "datadog,api_key=env:DD_KEY,send=dora,service=checkout,base_url=\(world.sink.url)"
      let scene = try await ChannelScene(
        world, channel: "webhook,name=other,url=\(world.sink.url)/other,on=failed")
      try await world.cdnotify("unregister", "checkout")
      try await world.cdnotify("register", "checkout", "--channel", spec, changes: key)
      try await scene.deploy()
      let run = try await scene.poll(changes: key)
      #expect(run.status == 0, "\(run.error)")
      let deployments = try await world.sink.state("datadog")["deployments"].array
      // The rollback has succeeded too.
      #expect(deployments.count == 2)
      #expect(deployments.allSatisfy { $0["service"].string == "checkout" })
      #expect(deployments.allSatisfy { $0["env"].string == "prod" })
    }
  }
}
