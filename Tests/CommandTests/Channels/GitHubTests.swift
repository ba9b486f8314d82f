import Testing

/// GitHub, checked by the deployments and statuses that it has.
@Suite struct GitHubTests {
  private static let token = "github_pat_PEERPEERPEERPEERPEER"
  private static let sha = "4f2d1c0b9a8e7f6d5c4b3a291817161514131211"

  private func scene(_ world: World, _ more: String = "") async throws -> ChannelScene {
    try await world.sink.set(
      "github",
      #"""
      {"tokens": ["\#(Self.token)"], "commits": [{"repository": "example/checkout",
        "sha": "\#(Self.sha)", "name": "Ada", "email": "ada@example.com"}]}
      """#)
    let scene = try await ChannelScene(
      world,
      channel: "github,token=env:GH,base_url=\(world.sink.url)/api/v3\(more)",
      changes: ["GH": Self.token])
    try await scene.deploy()
    return scene
  }

  private func deployments(_ world: World) async throws -> (String) throws -> JSON {
    let made = try await world.sink.state("github")["deployments"].array
    return { id in
      try #require(made.first { $0["payload"]["codedeploy_deployment"].string == id })
    }
  }

  @Test("Deployments get their states, and one that was rolled back becomes inactive")
  func ends() async throws {
    try await World.with { world in
      let scene = try await scene(world, ",environment_url=https://checkout.example.com")
      let run = try await scene.poll(changes: ["GH": Self.token])
      #expect(run.status == 0, "\(run.error)")
      let deployment = try await deployments(world)
      func states(_ id: String) throws -> [String?] {
        try deployment(id)["statuses"].array.map { $0["state"].string }
      }
      #expect(try states(ChannelScene.succeeded).first == "success")
      #expect(try states(ChannelScene.failed) == ["failure", "inactive"])
      #expect(try states(ChannelScene.rollback) == ["success"])
      let succeeded = try deployment(ChannelScene.succeeded)
      #expect(succeeded["environment"].string == "prod")
      #expect(succeeded["sha"].string == Self.sha)
      let status = succeeded["statuses"][0]
      #expect(status["environment_url"].string == "https://checkout.example.com")
      #expect(status["log_url"].string?.contains(ChannelScene.succeeded) == true)
      let rollback = try deployment(ChannelScene.rollback)["statuses"][0]["description"].string
      #expect(rollback?.hasPrefix("Rolls back \(ChannelScene.failed) (deployment ") == true)
      #expect(!(run.output + run.error).contains(Self.token))
    }
  }

  @Test(
    "A test tells whether the token may write, and shows nothing on GitHub",
    arguments: ["", ",as=status"])
  func tested(form: String) async throws {
    try await World.with { world in
      _ = try await scene(world)
      func test(_ more: String, token: String = Self.token) async throws -> Run {
        try await world.cdnotify(
          "test-channel", "--channel",
          "github,token=env:GH,base_url=\(world.sink.url)/api/v3\(form)\(more)",
          changes: ["GH": token])
      }
      let good = try await test(",repository=example/checkout")
      #expect(good.status == 0, "\(good.error)")
      #expect(good.output.contains("the token may write to example/checkout"))
      let denied = try await test(",repository=example/checkout", token: "github_pat_other")
      #expect(denied.status == 1)
      #expect(denied.error.contains("check token"))
      let nowhere = try await test("")
      #expect(nowhere.status == 1)
      #expect(nowhere.error.contains("set repository to test this channel"))
      #expect(try await world.sink.state("github")["deployments"].array.isEmpty)
    }
  }

  @Test("A deployment is created once on GitHub, even when an answer is lost")
  func lostAnswer() async throws {
    try await World.with { world in
      _ = try await scene(world)
      try await world.cdnotify("unregister", "checkout")
      let spec = "github,token=env:GH,base_url=\(world.sink.url)/api/v3"
      let gh = ["GH": Self.token]
      #expect(
        try await world.cdnotify("register", "checkout", "--channel", spec, changes: gh).status
          == 0)
      try await world.aws.deploy(
        "checkout", #""id": "d-LIFE00000", "status": "InProgress", "create_time": -5"#)
      // GitHub creates the deployment, and the answer is lost.
      try await world.sink.script(
        "/api/v3/repos/example/checkout/deployments", method: "POST", count: 1,
        #""close": true, "accept": true"#)
      _ = try await world.cdnotify("poll", "--deployment", "d-LIFE00000", changes: gh)
      try await world.sink.clearScripts()
      try await world.letTimePass()
      let started = try await world.cdnotify(
        "poll", "--deployment", "d-LIFE00000", changes: gh)
      #expect(started.status == 0, "\(started.error)")
      try await world.aws.deploy(
        "checkout",
        #""id": "d-LIFE00000", "status": "Succeeded", "create_time": -5, "complete_time": -1"#)
      let ended = try await world.cdnotify("poll", "--deployment", "d-LIFE00000", changes: gh)
      #expect(ended.status == 0, "\(ended.error)")
      let made = try await world.sink.state("github")["deployments"].array
        .filter { $0["payload"]["codedeploy_deployment"].string == "d-LIFE00000" }
      #expect(made.count == 1)
      #expect(
        made.first?["statuses"].array.map { $0["state"].string } == ["in_progress", "success"])
    }
  }

  @Test("Commit statuses can be sent instead of deployments") func commitStatuses() async throws {
    try await World.with { world in
      let scene = try await scene(world, ",as=status,context=deploy/{{deployment_group}}")
      #expect(try await scene.poll(changes: ["GH": Self.token]).status == 0)
      let statuses = try await world.sink.state("github")["commit_statuses"].array
      #expect(Set(statuses.map { $0["context"].string }) == ["deploy/prod"])
      #expect(
        Set(statuses.map { $0["state"].string }) == ["success", "failure"], "\(statuses)")
      #expect(try await world.sink.state("github")["deployments"].array.isEmpty)
    }
  }

  @Test("A secondary rate limit is waited for as long as GitHub says")
  func secondaryLimit() async throws {
    try await World.with { world in
      _ = try await scene(world, ",as=status")
      try await world.sink.set("github", #"{"secondary": {"count": 1, "retry_after": 1800}}"#)
      let limited = try await world.cdnotify(
        "poll", "--json", "--deployment", ChannelScene.succeeded, changes: ["GH": Self.token])
      #expect(limited.status == 75, "\(limited.error)")
      #expect(try limited.json()["notifications"][0]["outcome"].string == "retrying")
      #expect(try await world.sink.state("github")["commit_statuses"].array.isEmpty)
    }
  }
}
