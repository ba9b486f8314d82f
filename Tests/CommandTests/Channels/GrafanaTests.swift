import Testing

/// Grafana, checked by the annotations that it has accepted.
@Suite struct GrafanaTests {
  private static let token = "glsa_PEERPEERPEERPEERPEERPEERPEERPEER_00000000"

  private func scene(_ world: World) async throws -> ChannelScene {
    let scene = try await ChannelScene(
      world, channel: "grafana,url=\(world.sink.url)/sub/,token=env:TOKEN,tags=team:payments",
      changes: ["TOKEN": Self.token])
    try await scene.deploy()
    return scene
  }

  @Test("A success, a failure and a rollback arrive as annotations") func ends() async throws {
    try await World.with { world in
      let scene = try await scene(world)
      let run = try await scene.poll(changes: ["TOKEN": Self.token])
      #expect(run.status == 0, "\(run.error)")
      let annotations = try await world.sink.state("grafana")["annotations"].array
      #expect(annotations.count == 3)
      func annotation(_ id: String) throws -> JSON {
        try #require(
          annotations.first { $0["seen"]["words"].string?.contains("Deployment: \(id)") == true })
      }
      let succeeded = try annotation(ChannelScene.succeeded)
      #expect(
        succeeded["tags"].array.compactMap(\.string) == [
          "deployment", "event:succeeded", "team:payments", "application:checkout",
          "deployment_group:prod", "region:us-east-1",
        ])
      let start = try #require(succeeded["time"].int)
      #expect(succeeded["timeEnd"].int == start + 95_000)
      let words = succeeded["seen"]["words"].string ?? ""
      #expect(words.contains("to prod succeeded in 1m 35s"))
      #expect(words.contains("Faster carts & <b>more</b>"))
      #expect(succeeded["seen"]["links"].array.contains { $0.string?.contains("compare") == true })
      let failed = try annotation(ChannelScene.failed)
      #expect(failed["tags"].array.contains(.string("event:failed")))
      #expect(failed["seen"]["words"].string?.contains("Why: ") == true)
      let rollback = try annotation(ChannelScene.rollback)
      #expect(rollback["tags"].array.contains(.string("rollback")))
      #expect(rollback["seen"]["words"].string?.contains("Rolls back d-FAILED000") == true)
    }
  }

  @Test("A token without the permission is refused, and not shown")
  func missingPermission() async throws {
    try await World.with { world in
      _ = try await scene(world)
      try await world.sink.set("grafana", #"{"tokens": {"\#(Self.token)": "Viewer"}}"#)
      let viewer = try await world.cdnotify(
        "poll", "--json", "--deployment", ChannelScene.succeeded, changes: ["TOKEN": Self.token])
      #expect(viewer.status == 1)
      let reason = try viewer.json()["notifications"][0]["reason"].string ?? ""
      #expect(reason.contains("needs annotations:create"), "\(reason)")
      #expect(!viewer.output.contains(Self.token))
    }
  }
}
