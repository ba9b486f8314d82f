import Testing

/// A host whose clock differs from AWS's by less than AWS refuses.
@Suite struct ClockTests {
  @Test(
    "A clock minutes ahead or behind loses nothing and announces nothing too much",
    arguments: [-240, -60, 60, 240], [true, false])
  func wrongClock(awsIsAhead: Int, isVerified: Bool) async throws {
    try await World.with { world in
      try await world.aws.settings(#"{"clock_offset": \#(awsIsAhead)}"#)
      try await world.aws.applications(["checkout"])
      // Small times of the control API are relative to AWS's clock.
      let old = try await world.aws.deploy(
        "checkout", #""create_time": -90, "complete_time": -30"#)[0]
      #expect(
        try await world.cdnotify(
          ["register", "checkout", "--channel", "webhook,url=\(world.sink.url)/hook"]
            + (isVerified ? [] : ["--no-verify"])
        ).status == 0)
      let id = try await world.aws.deploy("checkout")[0]
      #expect(try await world.cdnotify("poll").status == 0)
      #expect(
        try await world.sink.bodies("/hook").map { $0["deployment_id"].string } == [id])

      // The same goes for a channel that is added later.
      #expect(
        try await world.cdnotify(
          ["register", "checkout", "--channel", "webhook,name=team,url=\(world.sink.url)/team"]
            + (isVerified ? [] : ["--no-verify"])
        ).status == 0)
      let second = try await world.aws.deploy("checkout")[0]
      #expect(try await world.cdnotify("poll").status == 0)
      // AWS's time has whole seconds, so the first may or may not be announced there.
      let told = try await world.sink.bodies("/team").map { $0["deployment_id"].string }
      #expect(told.contains(second))
      #expect(!told.contains(old))
    }
  }
}
