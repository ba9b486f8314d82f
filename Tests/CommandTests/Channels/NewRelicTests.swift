import Testing

/// New Relic, checked by the deployments that it has recorded.
@Suite struct NewRelicTests {
  @Test("The three ends are marked", arguments: ["changetracking", "rest-v2"])
  func ends(api: String) async throws {
    try await World.with { world in
      try await world.sink.newRelic(#"{"entities": [{"guid": "GUID1", "name": "Checkout API"}]}"#)
      let scene = try await ChannelScene(
        world,
        channel: "newrelic,application_name=Checkout API,api=\(api),base_url=\(world.sink.url)")
      try await scene.deploy()
      let run = try await scene.poll()
      #expect(run.status == 0, "\(run.error)")
      let events = try await world.sink.newRelicEvents()
      #expect(events.count == 3)
      func event(_ id: String) throws -> JSON {
        try #require(
          events.first { $0["description"].string?.contains("\nDeployment: \(id)\n") == true })
      }
      let succeeded = try event(ChannelScene.succeeded)
      let story = succeeded["description"].string ?? ""
      #expect(story.contains("to prod succeeded in 1m 35s\n"))
      #expect(story.contains("\nInstances: 12/12\n") && story.contains("\nChanges: https://"))
      #expect(succeeded["changelog"].string?.contains("Faster carts & <b>more</b>") == true)
      #expect(succeeded["user"].string == "ada@example.com")
      let failed = try event(ChannelScene.failed)
      #expect(failed["description"].string?.contains("\nWhy: ") == true)
      #expect(
        failed["description"].string?.contains("\nRollback: Rolled back by d-ROLLBACK0\n") == true)
      let rollback = try event(ChannelScene.rollback)
      #expect(
        rollback["description"].string?.contains("\nRollback: Rolls back d-FAILED000") == true)
    }
  }

  @Test("Registering a channel that uses REST v2 warns of its end") func restV2() async throws {
    try await World.with { world in
      try await world.aws.applications(["checkout"])
      let run = try await world.cdnotify(
        "register", "checkout", "--channel", "newrelic,application_name=A,api=rest-v2")
      #expect(run.status == 0)
      #expect(run.error.contains("channel newrelic: New Relic ends REST v2 on 2027-07-31"))
    }
  }

  @Test("An unknown key is refused, and not shown") func wrongKey() async throws {
    try await World.with { world in
      try await world.sink.newRelic(#"{"entities": [{"guid": "GUID1", "name": "Checkout API"}]}"#)
      let scene = try await ChannelScene(
        world, channel: "newrelic,application_name=Checkout API,base_url=\(world.sink.url)")
      try await scene.deploy()
      let key = "NRAK-WRONGWRONGWRONGWRONGWRONGWR"
      let refused = try await world.cdnotify(
        "poll", "--json", "--deployment", ChannelScene.succeeded,
        changes: ["NEW_RELIC_API_KEY": key])
      #expect(refused.status == 1)
      #expect(refused.output.contains("New Relic answered 401") && !refused.output.contains(key))
      #expect(try await world.sink.newRelicEvents().isEmpty)
    }
  }
}
