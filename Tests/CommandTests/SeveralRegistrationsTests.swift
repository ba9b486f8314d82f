import Testing

/// One application that is registered in several regions and accounts: output about one of its
/// registrations says which one.
@Suite struct SeveralRegistrationsTests {
  private static let role = "arn:aws:iam::999999999999:role/reader"
  private static let elsewhere = "us-east-1, role \(role)"

  /// Registers checkout in two regions, and in one of them in a second account too. Announcements
  /// about that account are refused.
  private func register(_ world: World) async throws {
    try await world.aws.applications(["checkout"])
    try await world.aws.deploy(
      "checkout", #""region": "eu-west-1", "status": "InProgress", "create_time": -999999"#)
    try await world.aws.deploy(
      "checkout", #""account": "999999999999", "status": "InProgress", "create_time": -999999"#)
    for (options, path) in [
      ([], "hook"), (["--region", "eu-west-1"], "hook"), (["--role-arn", Self.role], "refused"),
    ] {
      let run = try await world.cdnotify(
        ["register", "checkout", "--channel", "webhook,url=\(world.sink.url)/\(path)"] + options)
      #expect(run.status == 0, "\(run.error)")
    }
    try await world.sink.script("/refused", #""status": 400, "body": "no""#)
    #expect(try await world.cdnotify("poll").status == 0)
  }

  /// Deploys once in each scope and returns the ids.
  private func deploy(_ world: World) async throws -> (home: String, far: String, other: String) {
    (
      try await world.aws.deploy("checkout")[0],
      try await world.aws.deploy("checkout", #""region": "eu-west-1""#)[0],
      try await world.aws.deploy("checkout", #""account": "999999999999""#)[0]
    )
  }

  @Test("The output of poll, history and retry says which registration it is about")
  func scopesInOutput() async throws {
    try await World.with { world in
      try await register(world)
      let (home, far, other) = try await deploy(world)
      let dry = try await world.cdnotify("poll", "--dry-run").output.split(separator: "\n")
      #expect(
        Set(dry) == [
          "would send  checkout/prod (us-east-1) \(home)  succeeded → webhook",
          "would send  checkout/prod (eu-west-1) \(far)  succeeded → webhook",
          "would send  checkout/prod (\(Self.elsewhere)) \(other)  succeeded → webhook",
        ])
      let poll = try await world.cdnotify("poll")
      #expect(poll.status == 1)
      #expect(
        poll.error.hasPrefix("cdnotify: checkout (\(Self.elsewhere)) \(other): \"succeeded\" to "),
        "\(poll.error)")
      let history = try await world.cdnotify("history").output
      for (id, place) in [(home, "us-east-1"), (far, "eu-west-1"), (other, Self.elsewhere)] {
        #expect(history.contains("\(id)  checkout/prod (\(place)) "), "\(history)")
      }
      let retry = try await world.cdnotify("retry", "--all", "--dry-run").output
      #expect(retry.hasPrefix("would retry  checkout (\(Self.elsewhere)) \(other): "), "\(retry)")
    }
  }

  @Test("Each result of check about a channel is about one registration")
  func checkResults() async throws {
    try await World.with { world in
      try await register(world)
      _ = try await deploy(world)
      #expect(try await world.cdnotify("poll").status == 1)
      let lines = try await world.cdnotify("check", "--json").json().array
      let channels = lines.filter { $0["check"].string == "channel" }
      #expect(
        channels.map { $0["subject"].string } == [
          "checkout (eu-west-1) webhook", "checkout (us-east-1) webhook",
          "checkout (\(Self.elsewhere)) webhook",
        ])
      // The other account has the same region, and the same names.
      let deliveries = lines.filter { $0["check"].string == "delivery" }
      #expect(deliveries.map { $0["subject"].string } == ["checkout (\(Self.elsewhere)) webhook"])
    }
  }

  @Test("Retry and mute can be told which registration they are for")
  func retryAndMute() async throws {
    try await World.with { world in
      try await register(world)
      _ = try await deploy(world)
      try await world.cdnotify("poll")
      let here = try await world.cdnotify(
        "retry", "--application", "checkout", "--region", "eu-west-1")
      #expect(here.output == "No failed notification matches.\n")
      let there = try await world.cdnotify(
        "retry", "--application", "checkout", "--role-arn", Self.role)
      #expect(there.output == "1 notification is pending again; the next poll sends it.\n")
      let nowhere = try await world.cdnotify(
        "retry", "--application", "checkout", "--region", "eu-west-2")
      #expect(nowhere.status == 66)
      #expect(
        nowhere.error == """
          cdnotify: checkout is not registered there; it is registered in
            eu-west-1
            us-east-1
            \(Self.elsewhere)

          """)
      #expect(
        try await world.cdnotify("mute", "checkout", "--region", "eu-west-1", "--for", "2h").status
          == 0)
      let status = try await world.cdnotify("status").output
      let muted = status.split(separator: "\n").filter { $0.hasPrefix("muted until ") }
      #expect(muted.count == 1, "the others aren't: \(status)")
      #expect(muted.first?.hasSuffix(": checkout (eu-west-1)") == true, "\(status)")
    }
  }
}
