import Testing

/// Webhooks, checked by a server that verifies signatures.
@Suite struct WebhookTests {
  @Test("A success, a failure and a rollback arrive with valid signatures")
  func ends() async throws {
    try await World.with { world in
      try await world.sink.webhookSecret("/hook", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLFSw")
      let secret = ["HOOK": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLFSw"]
      let scene = try await ChannelScene(
        world, channel: "webhook,url=\(world.sink.url)/hook,secret=env:HOOK", changes: secret)
      try await scene.deploy()
      let run = try await scene.poll(changes: secret)
      #expect(run.status == 0, "\(run.error)")
      let requests = try await world.sink.requests("/hook")
      #expect(requests.map { $0["verified"].bool } == [true, true, true])
      let bodies = try await world.sink.bodies("/hook")
      func body(_ id: String) throws -> JSON {
        try #require(bodies.first { $0["deployment_id"].string == id })
      }
      let succeeded = try body(ChannelScene.succeeded)
      #expect(succeeded["event"].string == "succeeded")
      #expect(succeeded["duration_seconds"].int == 95)
      #expect(succeeded["overview"]["succeeded"].int == 12)
      #expect(succeeded["compare_url"].string?.contains("/compare/") == true)
      let failed = try body(ChannelScene.failed)
      #expect(failed["event"].string == "failed")
      #expect(failed["rollback"]["rolled_back_by"].string == ChannelScene.rollback)
      let rollback = try body(ChannelScene.rollback)
      #expect(rollback["event"].string == "succeeded")
      #expect(rollback["creator"].string == "codeDeployRollback")
      #expect(rollback["rollback"]["triggered_by"].string == ChannelScene.failed)
      #expect(Set(bodies.map { $0["id"].string }).count == 3)
    }
  }

  @Test("As CloudEvents the three ends are events of one source, with our JSON in them")
  func cloudEvents() async throws {
    try await World.with { world in
      let scene = try await ChannelScene(
        world, channel: "webhook,url=\(world.sink.url)/events,format=cloudevents")
      try await scene.deploy()
      let run = try await scene.poll()
      #expect(run.status == 0, "\(run.error)")
      for request in try await world.sink.requests("/events") {
        let type = request["headers"].array.first { $0[0].string?.lowercased() == "content-type" }
        #expect(type?[1].string == "application/cloudevents+json; charset=UTF-8")
      }
      let events = try await world.sink.bodies("/events")
      #expect(events.count == 3)
      for event in events {
        #expect(event["specversion"].string == "1.0")
        #expect(
          event["source"].string == "urn:aws:codedeploy:us-east-1:123456789012:checkout/prod")
        #expect(event["id"].string == event["data"]["id"].string)
        #expect(event["subject"].string == event["data"]["deployment_id"].string)
      }
      func type(_ id: String) -> String? {
        events.first { $0["subject"].string == id }?["type"].string
      }
      #expect(type(ChannelScene.succeeded) == "cdnotify.deployment.succeeded.v1")
      #expect(type(ChannelScene.failed) == "cdnotify.deployment.failed.v1")
      #expect(type(ChannelScene.rollback) == "cdnotify.deployment.succeeded.v1")
      let rollback = events.first { $0["subject"].string == ChannelScene.rollback }
      #expect(rollback?["data"]["rollback"]["triggered_by"].string == ChannelScene.failed)
    }
  }

  @Test("While a secret is changed both sign, and a receiver takes either")
  func twoSecrets() async throws {
    try await World.with { world in
      let secrets = [
        "OLD": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLFSw",
        "NEW": "whsec_AAAQ9r8GKYqrTwjUPD8ILPZIo2LaLFSw",
      ]
      for secret in secrets.values {
        try await world.sink.webhookSecret("/hook", secret)
        try await world.sink.forget()
        let run = try await world.cdnotify(
          [
            "test-channel", "--channel",
            "webhook,url=\(world.sink.url)/hook,secret=env:OLD,secret=env:NEW",
          ], changes: secrets)
        #expect(run.status == 0, "\(run.error)")
        let requests = try await world.sink.requests("/hook")
        #expect(requests.map { $0["verified"].bool } == [true])
      }
    }
  }

  @Test("410 has failed and isn't tried again, with the advice to unregister")
  func gone() async throws {
    try await World.with { world in
      try await world.sink.script("/hook", #""status": 410"#)
      let scene = try await ChannelScene(world, channel: "webhook,url=\(world.sink.url)/hook")
      try await scene.deploy()
      let run = try await scene.poll()
      #expect(run.status == 1)
      #expect(run.error.contains("the receiver wants no more notifications"), "\(run.error)")
      #expect(run.error.contains("unregister the channel, or give it another url"))
      #expect(try await scene.poll().status == 0)
      #expect(try await world.sink.requests("/hook").count == 3)
    }
  }
}
