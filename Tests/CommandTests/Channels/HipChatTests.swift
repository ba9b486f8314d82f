import Testing

/// HipChat, checked by the messages that a room has accepted.
@Suite struct HipChatTests {
  private static let token = "HipChatPeerTokenHipChatPeerTokenHipChatP"

  private func scene(_ world: World) async throws -> ChannelScene {
    try await world.sink.set("hipchat", #"{"rooms": ["Releases / prod"]}"#)
    let scene = try await ChannelScene(
      world, channel: "hipchat,base_url=\(world.sink.url),room=Releases / prod,token=env:TOKEN",
      changes: ["TOKEN": Self.token])
    try await scene.deploy()
    return scene
  }

  @Test("A success, a failure and a rollback arrive in the room") func ends() async throws {
    try await World.with { world in
      let scene = try await scene(world)
      let run = try await scene.poll(changes: ["TOKEN": Self.token])
      #expect(run.status == 0, "\(run.error)")
      let messages = try await world.sink.state("hipchat")["messages"].array
      #expect(messages.count == 3)
      #expect(messages.allSatisfy { $0["room"].string == "Releases / prod" })
      func message(_ id: String) throws -> JSON {
        try #require(
          messages.first { $0["seen"]["words"].string?.contains("Deployment: \(id)") == true })
      }
      let succeeded = try message(ChannelScene.succeeded)
      #expect(succeeded["color"].string == "green")
      #expect(succeeded["notify"].bool == false)
      let words = succeeded["seen"]["words"].string ?? ""
      #expect(words.contains("to prod succeeded in 1m 35s"))
      #expect(words.contains("Faster carts & <b>more</b>"))
      #expect(words.contains("Instances: 12/12"))
      let failed = try message(ChannelScene.failed)
      #expect(failed["color"].string == "red")
      #expect(failed["notify"].bool == true)
      #expect(failed["seen"]["words"].string?.contains("Why: ") == true)
      let rollback = try message(ChannelScene.rollback)
      #expect(rollback["color"].string == "yellow")
      #expect(rollback["seen"]["words"].string?.contains("Rolls back d-FAILED000") == true)
    }
  }

  @Test("An unknown room is refused") func unknownRoom() async throws {
    try await World.with { world in
      _ = try await scene(world)
      try await world.sink.set("hipchat", #"{"rooms": []}"#)
      let unknown = try await world.cdnotify(
        "poll", "--json", "--deployment", ChannelScene.succeeded, changes: ["TOKEN": Self.token])
      #expect(unknown.status == 1)
      let reason = try unknown.json()["notifications"][0]["reason"].string ?? ""
      #expect(reason.hasPrefix("HipChat answered 404 (check room): "), "\(reason)")
      #expect(reason.contains("Room not found"))
    }
  }

  @Test("Flood control is waited for as long as HipChat says") func limited() async throws {
    try await World.with { world in
      _ = try await scene(world)
      try await world.sink.script(
        "/v2/room/", #""status": 429, "headers": {"X-FloodControl-Reset": "3000"}"#)
      let flood = try await world.cdnotify(
        "poll", "--json", "--deployment", ChannelScene.failed, changes: ["TOKEN": Self.token])
      #expect(flood.status == 75)
      #expect(try flood.json()["notifications"][0]["outcome"].string == "retrying")
      // It was told to wait for fifty minutes, so it asked once.
      #expect(try await world.sink.scriptHits() == [1])
    }
  }
}
