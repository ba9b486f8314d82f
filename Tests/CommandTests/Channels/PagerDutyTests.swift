import Testing

/// PagerDuty, checked by what its Events API has accepted.
@Suite struct PagerDutyTests {
  private static let key = "0123456789abcdef0123456789abcdef"
  private static let group = "codedeploy/us-east-1/checkout/prod"

  private func scene(_ world: World) async throws -> ChannelScene {
    try await ChannelScene(
      world, channel: "pagerduty,routing_key=env:PAGER_KEY,base_url=\(world.sink.url)",
      changes: ["PAGER_KEY": Self.key])
  }

  private func poll(_ world: World, _ id: String) async throws -> Run {
    try await world.cdnotify(
      "poll", "--json", "--deployment", id, changes: ["PAGER_KEY": Self.key])
  }

  @Test("A failure triggers an alert, and its rollback resolves it") func alerting() async throws {
    try await World.with { world in
      let scene = try await scene(world)
      try await scene.deploy()
      #expect(try await poll(world, ChannelScene.succeeded).status == 0)
      var state = try await world.sink.state("pagerduty")
      #expect(state["alerts"].array.isEmpty)
      let change = state["changes"][0]["payload"]
      #expect(change["summary"].string?.contains("deployment to prod succeeded in 1m 35s") == true)
      #expect(change["custom_details"]["Instances"].string == "12/12")
      #expect(change["custom_details"]["Deployed by"].string == "ada@example.com")
      #expect(
        state["changes"][0]["links"].array.map { $0["text"].string } == [
          "Changes", "Console", "Version",
        ])

      #expect(try await poll(world, ChannelScene.failed).status == 0)
      state = try await world.sink.state("pagerduty")
      #expect(state["alerts"].array.map { $0["status"].string } == ["triggered"])
      let alert = state["alerts"][0]
      #expect(alert["dedup_key"].string == Self.group)
      let payload = alert["triggers"][0]["payload"]
      #expect(payload["severity"].string == "error")
      #expect(payload["component"].string == "checkout")
      #expect(payload["group"].string == "prod")
      #expect(payload["custom_details"]["Why"].string?.isEmpty == false)

      #expect(try await poll(world, ChannelScene.rollback).status == 0)
      state = try await world.sink.state("pagerduty")
      #expect(state["alerts"].array.map { $0["status"].string } == ["resolved"])
      #expect(state["changes"].array.count == 2)
      let rollback = state["changes"][1]["payload"]
      #expect(rollback["summary"].string?.contains("rollback to prod succeeded") == true)
      #expect(
        rollback["custom_details"]["Rollback"].string?.contains("Rolls back d-FAILED000") == true)
    }
  }

  @Test("Found in one cycle, they leave no alert open, in whatever order they are sent")
  func allAtOnce() async throws {
    try await World.with { world in
      let scene = try await scene(world)
      try await scene.deploy()
      #expect(try await scene.poll(changes: ["PAGER_KEY": Self.key]).status == 0)
      let state = try await world.sink.state("pagerduty")
      #expect(state["alerts"].array.map { $0["status"].string } == ["resolved"])
      #expect(state["changes"].array.count == 2)
    }
  }

  @Test("A failure that PagerDuty took late, after the group's next success, doesn't stay open")
  func lateFailure() async throws {
    try await World.with { world in
      let scene = try await scene(world)
      try await scene.deploy()
      try await world.sink.script("/v2/enqueue", #""status": 503"#)
      #expect(try await poll(world, ChannelScene.failed).status == 75)
      try await world.sink.clearScripts()
      #expect(try await poll(world, ChannelScene.rollback).status == 0)
      try await world.letTimePass()
      #expect(try await poll(world, ChannelScene.failed).status == 0)
      let state = try await world.sink.state("pagerduty")
      #expect(state["alerts"].array.map { $0["status"].string } == ["resolved"])
    }
  }

  @Test("A success that PagerDuty took late, after the group's next failure, closes nothing")
  func lateSuccess() async throws {
    try await World.with { world in
      let scene = try await scene(world)
      try await scene.deploy()
      try await world.sink.script("/v2/change/enqueue", #""status": 503"#)
      #expect(try await poll(world, ChannelScene.succeeded).status == 75)
      try await world.sink.clearScripts()
      #expect(try await poll(world, ChannelScene.failed).status == 0)
      try await world.letTimePass()
      let late = try await poll(world, ChannelScene.succeeded)
      #expect(late.status == 0)
      #expect(late.output.contains("its alert stays open"))
      let state = try await world.sink.state("pagerduty")
      #expect(state["alerts"].array.map { $0["status"].string } == ["triggered"])
      #expect(state["changes"].array.count == 1)
    }
  }

  @Test("A success goes on where it broke off") func resumed() async throws {
    try await World.with { world in
      let scene = try await scene(world)
      try await scene.deploy()
      #expect(try await poll(world, ChannelScene.failed).status == 0)
      try await world.sink.script("/v2/enqueue", #""status": 500"#)
      #expect(try await poll(world, ChannelScene.rollback).status == 75)
      try await world.sink.clearScripts()
      try await world.letTimePass()
      #expect(try await poll(world, ChannelScene.rollback).status == 0)
      let state = try await world.sink.state("pagerduty")
      #expect(state["changes"].array.count == 1)
      #expect(state["events"].array.map { $0["event_action"].string } == ["trigger", "resolve"])
    }
  }

  @Test("PagerDuty is told of a resolve only where an alert is open") func noNeedlessResolve()
    async throws
  {
    try await World.with { world in
      let scene = try await scene(world)
      try await scene.deploy()
      for id in [ChannelScene.succeeded, ChannelScene.failed, ChannelScene.rollback] {
        #expect(try await poll(world, id).status == 0)
      }
      let again = try await world.aws.deploy("checkout")[0]
      #expect(try await poll(world, again).status == 0)
      let state = try await world.sink.state("pagerduty")
      #expect(state["changes"].array.count == 3)
      #expect(state["events"].array.map { $0["event_action"].string } == ["trigger", "resolve"])
    }
  }

  @Test("An unknown routing key is refused") func unknownKey() async throws {
    try await World.with { world in
      let scene = try await scene(world)
      try await scene.deploy()
      try await world.sink.set("pagerduty", #"{"routing_keys": []}"#)
      let run = try await poll(world, ChannelScene.failed)
      #expect(run.status == 1)
      let reason = try run.json()["notifications"][0]["reason"].string ?? ""
      #expect(
        reason.contains("PagerDuty answered 400") && reason.contains("routing_key"), "\(reason)")
      #expect(!reason.contains(Self.key))
    }
  }
}
