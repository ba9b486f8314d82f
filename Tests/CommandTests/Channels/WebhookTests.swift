import Testing

/// Webhooks, checked by a server that verifies signatures.
@Suite struct WebhookTests {
  @Test func theThreeEndsArriveSigned() async throws {
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
}
