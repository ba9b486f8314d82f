import Testing

/// SNS, checked by what topics have published.
@Suite struct SNSTests {
  @Test("The three ends are published, to standard and FIFO topics", arguments: ["t", "t.fifo"])
  func ends(name: String) async throws {
    try await World.with { world in
      let topic = try await world.aws.topic(name)
      let scene = try await ChannelScene(world, channel: "sns,topic_arn=\(topic)")
      try await scene.deploy()
      let run = try await scene.poll()
      #expect(run.status == 0, "\(run.error)")
      let published = try await world.aws.published(to: topic)
      #expect(published.count == 3)
      func message(_ id: String) throws -> JSON {
        try #require(
          published.first { $0["message"].string?.contains("\nDeployment: \(id)\n") == true })
      }
      let succeeded = try message(ChannelScene.succeeded)
      #expect(succeeded["subject"].string?.hasSuffix("to prod succeeded in 1m 35s") == true)
      #expect(succeeded["message"].string?.contains("\nInstances: 12/12\n") == true)
      #expect(succeeded["attributes"]["event"].string == "succeeded")
      #expect(succeeded["attributes"]["application"].string == "checkout")
      let failed = try message(ChannelScene.failed)
      #expect(failed["attributes"]["status"].string == "Failed")
      #expect(failed["message"].string?.contains("\nWhy: ") == true)
      #expect(
        failed["message"].string?.contains("\nRollback: Rolled back by d-ROLLBACK0\n") == true)
      let rollback = try message(ChannelScene.rollback)
      #expect(rollback["message"].string?.contains("\nRollback: Rolls back d-FAILED000") == true)
      let groups = Set(published.map { $0["group_id"].string })
      let keys = Set(published.compactMap { $0["deduplication_id"].string })
      #expect(groups == (name == "t" ? [nil] : ["checkout/prod"]))
      #expect(keys.count == (name == "t" ? 0 : 3))
    }
  }

  @Test("Amazon Q gets one thread for a deployment and its rollback") func amazonQ() async throws {
    try await World.with { world in
      let topic = try await world.aws.topic("t")
      let scene = try await ChannelScene(
        world, channel: "sns,topic_arn=\(topic),format=chatbot")
      try await scene.deploy()
      let run = try await scene.poll()
      #expect(run.status == 0, "\(run.error)")
      let published = try await world.aws.published(to: topic)
      let messages = try published.map { try JSON(try #require($0["message"].string)) }
      #expect(messages.count == 3)
      for message in messages {
        #expect(message["version"].string == "1.0" && message["source"].string == "custom")
        #expect(message["content"]["description"].string?.isEmpty == false)
      }
      // The rollback belongs to the thread of the deployment that it undoes.
      let threads = messages.compactMap { $0["metadata"]["threadId"].string }.sorted()
      #expect(threads == [ChannelScene.failed, ChannelScene.failed, ChannelScene.succeeded])
      #expect(Set(messages.compactMap { $0["id"].string }).count == 3)
      // The marks are those of the other chats.
      let titles = messages.compactMap { $0["content"]["title"].string }
      #expect(Set(titles.map { $0.prefix(1) }) == ["✅", "❌", "⏪"], "\(titles)")
    }
  }

  @Test("Templates make the subject and the text") func templates() async throws {
    try await World.with { world in
      let topic = try await world.aws.topic("t")
      let scene = try await ChannelScene(
        world,
        channel:
          "sns,topic_arn=\(topic),title={{application}} {{event}},body=Look at {{deployment_id}}."
      )
      try await scene.deploy()
      #expect(try await scene.poll().status == 0)
      let published = try await world.aws.published(to: topic)
      #expect(
        Set(published.map { "\($0["subject"].string ?? ""): \($0["message"].string ?? "")" }) == [
          "checkout succeeded: Look at d-SUCCEEDED.", "checkout failed: Look at d-FAILED000.",
          "checkout succeeded: Look at d-ROLLBACK0.",
        ])
    }
  }

  @Test("An unknown topic is refused") func unknownTopic() async throws {
    try await World.with { world in
      let topic = try await world.aws.topic("t")
      let scene = try await ChannelScene(world, channel: "sns,topic_arn=\(topic)x")
      try await scene.deploy()
      let refused = try await world.cdnotify(
        "poll", "--json", "--deployment", ChannelScene.succeeded)
      #expect(refused.status == 1)
      #expect(refused.output.contains("NotFound"), "\(refused.output)")
    }
  }
}
