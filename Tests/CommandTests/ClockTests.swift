import Testing

/// A host whose clock isn't AWS's, by less than what AWS refuses.
@Suite struct ClockTests {
  @Test(
    "A clock minutes ahead or behind loses nothing and announces nothing too much",
    arguments: [-240, -60, 60, 240], [true, false])
  func wrongClock(awsIsAhead: Int, isVerified: Bool) async throws {
    try await World.with { world in
      try await world.aws.settings(#"{"clock_offset": \#(awsIsAhead)}"#)
      try await world.aws.applications(["checkout"])
      // Times of the control API that are small are relative to AWS's clock.
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

      // A channel that is added later, too.
      #expect(
        try await world.cdnotify(
          ["register", "checkout", "--channel", "webhook,name=team,url=\(world.sink.url)/team"]
            + (isVerified ? [] : ["--no-verify"])
        ).status == 0)
      let second = try await world.aws.deploy("checkout")[0]
      #expect(try await world.cdnotify("poll").status == 0)
      // AWS tells its time in whole seconds, so the first may be announced there or not.
      let told = try await world.sink.bodies("/team").map { $0["deployment_id"].string }
      #expect(told.contains(second))
      #expect(!told.contains(old))
    }
  }
}
